import type { SerializedError } from '../errors.js';
import type { CensusTask, FileCensus } from './census/file-census.js';
import type { ConvertTask } from './convert-task.js';
import type { SourceResult } from './report.js';

/** What every worker of a run needs to know once. Storages are opened by each worker itself. */
export interface WorkerSetup {
  readonly source: string;
  /** Absent while planning: nothing is written then. */
  readonly destination?: string;
  readonly container: string;
  readonly sourceId: string;
}

/** One item of work; items are independent of each other. */
export type Job =
  | { readonly kind: 'census'; readonly task: CensusTask }
  | { readonly kind: 'convert'; readonly task: ConvertTask };

export type JobResult<J extends Job> = J['kind'] extends 'census' ? FileCensus : SourceResult;

export type ToWorker = { readonly kind: 'job'; readonly job: Job } | { readonly kind: 'abort' };

export type FromWorker =
  | { readonly kind: 'progress'; readonly bytes: number; readonly rows: number }
  | { readonly kind: 'done'; readonly result: FileCensus | SourceResult }
  | { readonly kind: 'failed'; readonly error: SerializedError };
