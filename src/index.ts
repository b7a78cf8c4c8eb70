export type { MaxRejects } from './convert/max-rejects.js';
export { type PlanOptions, planMigration } from './convert/plan.js';
export type * from './convert/plan-file.js';
export type { ConvertReport, Output, SourceResult, Totals } from './convert/report.js';
export { type ConvertOptions, convertTree } from './convert/run.js';
export type { Progress, RunOptions } from './convert/run-options.js';
export { type ErrorCode, MdcBridgeError, type Place, StorageError } from './errors.js';
export { CORRELATION_COLUMNS, type Correlation } from './legacy/correlation.js';
export type { MappingOptions, MappingSettings, RowIdOptions } from './mapping/settings.js';
