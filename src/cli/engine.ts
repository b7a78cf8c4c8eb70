import type { SpoolReport } from '../collect/spool/spool-report.js';
import type { CompareOptions } from '../convert/compare/compare-options.js';
import type { CompareReport } from '../convert/compare/report.js';
import type { EmitOptions, EmitReport } from '../convert/emit.js';
import type { PlanOptions } from '../convert/plan.js';
import type { Plan } from '../convert/plan-file.js';
import type { ConvertReport } from '../convert/report.js';
import type { ConvertOptions } from '../convert/run.js';
import type { RunOptions } from '../convert/run-options.js';
import type { StatusReport } from '../convert/status.js';
import type { CallTrace, TraceOptions } from '../convert/trace.js';
import type { VerifyReport } from '../convert/verify/report.js';
import type { VerifyOptions } from '../convert/verify/verify-tree.js';
import type { SyncOptions } from '../follow/sync-options.js';
import type { SyncReport } from '../follow/sync-report.js';
import type { LogSidecar } from '../serve/serve.js';
import type { ServeOptions } from '../serve/serve-options.js';

export interface SpoolPushOptions extends Pick<RunOptions, 'signal' | 'storage'> {
  readonly to?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The library as the commands see it; a test can put another in its place. */
export interface Engine {
  planMigration(source: string, options: PlanOptions): Promise<Plan>;
  convertTree(source: string, destination: string, options: ConvertOptions): Promise<ConvertReport>;
  syncTree(source: string, destination: string, options: SyncOptions): Promise<SyncReport>;
  verifyTree(source: string, destination: string, options: VerifyOptions): Promise<VerifyReport>;
  compareTrees(legacy: string, v2: string, options: CompareOptions): Promise<CompareReport>;
  traceCall(id: string, source: string, destination: string, options: TraceOptions): Promise<CallTrace>;
  readStatus(destination: string, options: Pick<RunOptions, 'signal' | 'storage'>): Promise<StatusReport>;
  emitAssets(destination: string, options: EmitOptions): Promise<EmitReport>;
  listSpool(folder: string): Promise<SpoolReport>;
  pushSpool(folder: string, options: SpoolPushOptions): Promise<SpoolReport>;
  startSidecar(options: ServeOptions): Promise<LogSidecar>;
}

/** Each part is loaded when it is used: `plan` starts without the code of `verify`. */
export const library: Engine = {
  async planMigration(source, options) {
    const { planMigration } = await import('../convert/plan.js');
    return planMigration(source, options);
  },
  async convertTree(source, destination, options) {
    const { convertTree } = await import('../convert/run.js');
    return convertTree(source, destination, options);
  },
  async syncTree(source, destination, options) {
    const { syncTree } = await import('../follow/sync.js');
    return syncTree(source, destination, options);
  },
  async verifyTree(source, destination, options) {
    const { verifyTree } = await import('../convert/verify/verify-tree.js');
    return verifyTree(source, destination, options);
  },
  async compareTrees(legacy, v2, options) {
    const { compareTrees } = await import('../convert/compare/compare-trees.js');
    return compareTrees(legacy, v2, options);
  },
  async traceCall(id, source, destination, options) {
    const { traceCall } = await import('../convert/trace.js');
    return traceCall(id, source, destination, options);
  },
  async readStatus(destination, options) {
    const { readStatus } = await import('../convert/status.js');
    return readStatus(destination, options);
  },
  async emitAssets(destination, options) {
    const { emitAssets } = await import('../convert/emit.js');
    return emitAssets(destination, options);
  },
  async listSpool(folder) {
    const { listSpool } = await import('../collect/spool/spool-list.js');
    return listSpool(folder);
  },
  async pushSpool(folder, { storage, environment, ...options }) {
    const { pushSpool } = await import('../collect/spool/spool-push.js');
    const { openDestination } = await import('../collect/spool/open-destination.js');
    return pushSpool(folder, { ...options, openSink: (url) => openDestination(url, storage, environment) });
  },
  async startSidecar(options) {
    const { LogSidecar: Sidecar } = await import('../serve/serve.js');
    return Sidecar.start(options);
  },
};
