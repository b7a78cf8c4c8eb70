import type { ExpectedEvent } from './expected-event.js';
import type { ExpectedRow } from './expected-row.js';

/** Where a row of the source must be found; a row of many predictions has several. */
export interface Placement {
  /** 0-based, of data rows, after explosion. */
  readonly ordinal: number;
  /** The event it belongs to; absent for rejected rows that belong to none. */
  readonly event: ExpectedEvent | undefined;
  /** What must stand there, or why it can't. */
  readonly expected: ExpectedRow | { readonly rejected: string };
  /** A live row stands for it, so it is in no event of the source. */
  readonly isLive: boolean;
}

/** Rows without a correlation that live collection has. */
export interface LiveTaker {
  /** Whether it has such a row, which then stands for this one. */
  take(row: ExpectedRow): boolean;
}
