import type { StoppedCollection, WaitingSource } from '../convert/plan-file.js';
import type { Totals } from '../convert/report.js';

/** What one pass did. */
export interface SyncPass {
  /** 1 for the first. */
  readonly number: number;
  /** Whether everything was listed, or only the folders in which live collections write. */
  readonly listed: 'everything' | 'live folders';
  /** Sources of which something was converted. */
  readonly converted: number;
  /** How many of them from their start, since their beginning was no longer what it had been. */
  readonly anew: number;
  /** Sources with something that has not settled, or that waits for its day to end, and how much of them. */
  readonly unsettled: { readonly files: number; readonly bytes: number };
  /** Sources that changed each time that they were read: they are left for the next pass. */
  readonly restless: readonly string[];
  readonly seconds: number;
}

/** The result of `syncTree`, and what `sync --json` prints. */
export interface SyncReport {
  readonly kind: 'mdc-bridge sync';
  readonly version: 1;
  readonly source: string;
  readonly destination: string;
  /** The folder under `_migration/` that holds plan, journal and rejects. */
  readonly sourceId: string;
  /** Over all sources, as far as they are converted by now. */
  readonly totals: Totals;
  readonly passes: number;
  /** Over all passes. */
  readonly converted: number;
  readonly anew: number;
  /** With `compact`: sources whose parts were made one. */
  readonly compacted: number;
  /** By the last pass. */
  readonly unsettled: SyncPass['unsettled'];
  readonly restless: readonly string[];
  /** Sources of which nothing is converted yet. */
  readonly waiting: readonly WaitingSource[];
  /** Collections that can't go on until somebody decides something: sources in them are as they were. */
  readonly stopped: readonly StoppedCollection[];
  readonly failed: readonly { readonly source: string; readonly error: string }[];
  readonly rejectsOverLimit: boolean;
  readonly interrupted: boolean;
  readonly seconds: number;
}
