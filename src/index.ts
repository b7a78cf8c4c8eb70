export type { CollectEvent, CollectorStats, DropReason, EventDropReason } from './collect/collect-event.js';
export { Collector } from './collect/collector.js';
export type { CollectorDesignation, CollectorOptions } from './collect/collector-options.js';
export { CorrelatedData } from './collect/correlated-data.js';
export type { EventSideOptions } from './collect/dual/event-side-options.js';
export type { TypesOption } from './collect/dual/known-types.js';
export type { SidesStats } from './collect/dual/sides.js';
export type { StageOptions } from './collect/dual/stage.js';
export type { CapturedEvent } from './collect/events/capture-sink.js';
export { BasicCorrelationContext, type CorrelationContext } from './collect/events/correlation-context.js';
export { DeployedCollectors, type DeploymentOptions } from './collect/events/deployed-collectors.js';
export type { EventCollectorStats } from './collect/events/event-counters.js';
export type { FrameData, MatrixData } from './collect/events/event-frame.js';
export type { EventCollectorOptions } from './collect/events/event-options.js';
export { ModelDataCollector } from './collect/model-data-collector.js';
export type { PayloadCollectionStats, PayloadStats } from './collect/payload/payload-log.js';
export {
  type NextHandler,
  type PayloadLogger,
  payloadLogger,
  type RequestHandler,
} from './collect/payload/payload-logger.js';
export type { PayloadCollectionName, PayloadLoggerOptions } from './collect/payload/payload-options.js';
export type { Redaction } from './collect/redact.js';
export type { RecordData } from './collect/table.js';
export type {
  CollectedData,
  ColumnData,
  NumberArray,
  ShapedData,
} from './collect/tabular-data.js';
export type { CompareOptions } from './convert/compare/compare-options.js';
export { compareTrees } from './convert/compare/compare-trees.js';
export type { CompareReport } from './convert/compare/report.js';
export { type EmitOptions, type EmitReport, emitAssets } from './convert/emit.js';
export type { MaxRejects } from './convert/max-rejects.js';
export { type PlanOptions, planMigration } from './convert/plan.js';
export type * from './convert/plan-file.js';
export type {
  CheckedOutputs,
  ConvertReport,
  GoneSources,
  LiveMeeting,
  Output,
  PartlyLive,
  SourceResult,
  Totals,
  Watermark,
  WhyAgain,
} from './convert/report.js';
export { type ConvertOptions, convertTree } from './convert/run.js';
export type { Progress, RunOptions } from './convert/run-options.js';
export { type MigrationStatus, type Pace, readStatus, type StatusReport } from './convert/status.js';
export { type CallTrace, traceCall } from './convert/trace.js';
export type { VerifyReport } from './convert/verify/report.js';
export { type VerifyOptions, verifyTree } from './convert/verify/verify-tree.js';
export { type ErrorCode, MdcBridgeError, type Place, StorageError } from './errors.js';
export type { Stage } from './event/stage-line.js';
export type { FollowClock } from './follow/follow-clock.js';
export { syncTree } from './follow/sync.js';
export type { SyncOptions } from './follow/sync-options.js';
export type { SyncPass, SyncReport } from './follow/sync-report.js';
export type { OnTypeChange } from './follow/type-change.js';
export { CORRELATION_COLUMNS, type Correlation, type CorrelationFields } from './legacy/correlation.js';
export type { Environment } from './legacy/environment.js';
export type { Cell } from './legacy/python-repr.js';
export type { MappingOptions, MappingSettings, RowIdOptions } from './mapping/settings.js';
export { LogSidecar, type ServeReport } from './serve/serve.js';
export type { ServeOptions } from './serve/serve-options.js';
export { MemoryStorage } from './storage/memory-storage.js';
export type { StorageAddress } from './storage/open-storage.js';
export type * from './storage/storage.js';
export type { StorageOptions } from './storage/storage-options.js';
