import type { MaxRejects } from '../convert/max-rejects.js';
import type { Plan } from '../convert/plan-file.js';
import type { RunOptions } from '../convert/run-options.js';
import type { MappingOptions } from '../mapping/settings.js';
import type { FollowClock } from './follow-clock.js';
import type { SyncPass } from './sync-report.js';
import type { OnTypeChange } from './type-change.js';

export interface SyncOptions extends RunOptions, MappingOptions {
  /** A plan made earlier, perhaps edited; without it DEST's, or what the first pass plans. Excludes every mapping option. */
  readonly plan?: Plan;
  /** The last call waits until its source has not grown for so long; 2 minutes unless told. In milliseconds. */
  readonly settle?: number;
  /** What to do where a collection gets a column that it had not, or a value that does not fit its column; `stop` unless told. */
  readonly onTypeChange?: OnTypeChange;
  /** Goes on, pass after pass, until the signal fires. */
  readonly watch?: boolean;
  /** Between two passes; 30 seconds unless told. In milliseconds. */
  readonly interval?: number;
  /** At the end, makes one file an hour of the parts of each source that has settled, as `convert` writes it. */
  readonly compact?: boolean;
  /** More rejected rows than this (`100`, `'0.5%'` of all rows) make the report say so; 0 unless told. */
  readonly maxRejects?: MaxRejects;
  /** Told each pass when it is done. */
  readonly onPass?: (pass: SyncPass) => void;
  /** Told what stands in the way of a collection, when it is found. */
  readonly onStop?: (collection: string, why: string) => void;
  /** For tests. */
  readonly clock?: FollowClock;
  /** A part is done for good, and another begun, when it has so many bytes; 4 MiB unless told. */
  readonly partBytes?: number;
}

export const SETTLE_MS: number = 2 * 60 * 1000;
export const INTERVAL_MS: number = 30 * 1000;
/** Between two listings of everything. */
export const FULL_PASS_MS: number = 60 * 60 * 1000;
