import type { CollectionPath } from '../event/event-path.js';
import type { RowEncoder } from './encode-row.js';
import type { LiveRows } from './live-rows.js';

/** An event's rows, at most. The split is by rows, never by bytes, so that inputs and outputs are cut at the same rows. */
export const MAX_EVENT_ROWS = 1000;

/** All that decides what the rows of one source become. Byte strings throughout, but for the path. */
export interface SourceMapping {
  /** The source's name within its container. */
  readonly sourceName: string;
  readonly path: CollectionPath;
  /** The `source` attribute of its events. */
  readonly eventSource: string;
  /** The folder's time as a legacy timestamp, for rows without one: `2018-12-30T00:00:00`. */
  readonly folderTime: string;
  /** The columns of rows of `width` user fields under the file's `header`-th names; absent: such rows are rejected. */
  readonly shape: (header: number, width: number, correlated: boolean) => RowEncoder | undefined;
  /** Each uncorrelated row becomes width / `explode` rows of so many columns. */
  readonly explode?: number;
  /** The added column's key, ready to write without the comma: `"correlation_id":`. */
  readonly rowId?: { readonly key: string; readonly by: 'user' | 'correlation' };
  /** Event time, as legacy timestamps: half-open. */
  readonly since?: string;
  readonly until?: string;
  /** Correlation ids (by `idHash`) that begin more than one call in this file. */
  readonly recurring: ReadonlySet<string>;
  readonly dataref?: { readonly over: number; readonly base: string };
  /** Absent: live collection has nothing near this source. */
  readonly live?: LiveRows;
}

/** The correlation that an input row lends to the prediction row at the same place of the day. */
export interface LentCorrelation {
  /** The correlation id as the SDK made it. */
  readonly id: string;
  /** The input's event's correlationid, with its part. */
  readonly correlationId: string;
  /** The input row's place in its call, 0-based. */
  readonly place: number;
  /** Legacy timestamp. */
  readonly timestamp: string;
}
