import type { LeftOut } from '../plan-file.js';
import type { CallCounts } from './call-counts.js';
import type { V2Writer } from './compare-task.js';
import type { GateResult } from './gate.js';
import type { ExampleKind } from './hour-tallies.js';

/** What both trees have of the same calls. The result of `compareTrees`, and what `compare --json` prints. */
export interface CompareReport {
  readonly kind: 'mdc-bridge comparison';
  readonly version: 1;
  /** Without credentials. */
  readonly legacy: string;
  readonly v2: string;
  readonly v2Writer: V2Writer;
  /** When the trees were listed, UTC. */
  readonly at: string;
  /** Calls from this time on may be pending: `at` less the lag that is allowed. */
  readonly pendingFrom: string;
  /** Event time, half-open. */
  readonly since?: string;
  readonly until?: string;
  /** Nothing was found that must not be: no difference, nothing on one side alone, nothing doubled, nothing unreadable. */
  readonly ok: boolean;
  readonly counts: CallCounts;
  /** In the order of their names. */
  readonly collections: readonly CollectionComparison[];
  /** What was not compared, and why. */
  readonly leftOut: readonly LeftOut[];
  readonly bytes: { readonly legacy: number; readonly v2: number };
  readonly gate?: GateResult;
}

export interface CollectionComparison {
  readonly endpoint: string;
  readonly deployment: string;
  readonly collection: string;
  readonly counts: CallCounts;
  /** Those that have calls, in their order. */
  readonly hours: readonly HourComparison[];
  /** Processes whose record says when they were in which stage; 0: all calls are taken for those of stage dual. */
  readonly stageWriters: number;
  /** Rows without a correlation id; absent: there are none on either side. */
  readonly uncorrelated?: UncorrelatedRows;
  readonly legacy: SideOfCollection;
  readonly v2: SideOfCollection;
  /** In the order of kinds and times; the first few of each kind. */
  readonly examples: readonly CallExample[];
}

export interface HourComparison {
  /** `2024-02-29T12:00Z`. */
  readonly hour: string;
  readonly counts: CallCounts;
}

/** Compared by number and value, an hour where that agrees, else a day: rows without the eight values have no other time. */
export interface UncorrelatedRows {
  readonly legacyRows: number;
  readonly v2Rows: number;
  readonly hoursCompared: number;
  /** Whose rows are not the same. */
  readonly hoursDifferent: number;
  /** Not the same either, but of a day on which the service did not write all calls on both sides: nobody can tell. */
  readonly hoursOutsideDual: number;
  readonly firstDifferent?: string;
}

/**
 * One side's extent, and how far it is behind: from its newest row's own time to the listing. A side that stands still is as far behind
 * as one that is slow; compare it with the other side's.
 */
export interface SideOfCollection {
  readonly files: number;
  readonly bytes: number;
  readonly rows: number;
  /** UTC. Absent, as its lag, where no row has a time of its own: labels without correlation ids have their folder's day. */
  readonly newest?: string;
  readonly lagSeconds?: number;
  /** Rows or lines of no call. */
  readonly unreadable: number;
  readonly unreadableExample?: string;
}

export interface CallExample {
  /**
   * `only-legacy-or-batched`: in an hour where events of other calls hold too many rows, but not enough for all that are missing; some of
   * these examples are missing, and which can't be told without a row id.
   */
  readonly kind: ExampleKind;
  /** The event's; absent where it can't be read again. */
  readonly correlationId?: string;
  /** UTC. */
  readonly time: string;
  readonly legacy?: { readonly source: string; readonly offset: number; readonly rows: number };
  readonly v2?: { readonly object: string; readonly line: number; readonly rows: number };
  /** Of an example of `different`: in what. */
  readonly in?: 'number of rows' | 'order of rows' | 'values';
  readonly differences: readonly CellDifference[];
}

/** The text of the CSV field, and the event's JSON; absent: that side has no such column or row. */
export interface CellDifference {
  /** 0-based, in the part. */
  readonly row: number;
  readonly column: string;
  readonly legacy?: string;
  readonly v2?: string;
}
