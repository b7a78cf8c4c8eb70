import type { StorageAccess } from '../storage/storage.js';
import type { CensusTask, FileCensus } from './census/file-census.js';
import type { ConvertTask } from './convert-task.js';
import type { SourceResult } from './report.js';
import type { Segment, SegmentResult } from './segments.js';

/** What every worker of a run needs to know once. Storages are opened by each worker itself; one that can't be has no workers. */
export interface WorkerSetup {
  readonly source: StorageAccess | undefined;
  /** Absent while planning: nothing is written then. */
  readonly destination?: StorageAccess | undefined;
  readonly container: string;
  readonly sourceId: string;
}

/** One item of work; items are independent of each other. */
export type Job =
  | { readonly kind: 'census'; readonly task: CensusTask }
  | { readonly kind: 'convert'; readonly task: ConvertTask }
  /** A part of one source. */
  | { readonly kind: 'segment'; readonly task: ConvertTask; readonly segment: Segment };

interface ResultOf {
  readonly census: FileCensus;
  readonly convert: SourceResult;
  readonly segment: SegmentResult;
}

export type JobResult<J extends Job> = ResultOf[J['kind']];
