import type { SerializedError } from '../../errors.js';
import type { SpooledBatch } from './spool-batch.js';
import type { SpoolContents } from './spool-contents.js';
import type { TornFrame } from './spool-scan.js';

/** Rows and bytes are of CSV. */
export interface SpoolTally {
  readonly blobs: number;
  readonly rows: number;
  readonly bytes: number;
}

/** What was left for one destination. */
export interface SpoolDestination {
  /** Without credentials; `null` where the files don't tell any more. */
  readonly url: string | null;
  /** Files that were left, before anything was sent. */
  readonly files: number;
  readonly sent: SpoolTally;
  /** What is still there. */
  readonly left: SpoolTally;
  /** Why something is still there after `push`. */
  readonly failure?: SerializedError;
}

/** A file whose owner lives, as far as can be told. It was left alone. */
export interface OwnedSpoolFile {
  readonly file: string;
  readonly host: string;
  readonly pid: number;
  readonly bytes: number;
}

/** What `spool list` and `spool push` found, and what became of it. */
export interface SpoolReport {
  readonly kind: 'mdc-bridge spool';
  readonly version: 1;
  readonly action: 'list' | 'push';
  readonly folder: string;
  readonly destinations: readonly SpoolDestination[];
  readonly owned: readonly OwnedSpoolFile[];
  /** Cut short by a kill in the middle of their writing: rows of calls that had not been durable. */
  readonly torn: TornFrame;
  /** Unreadable: such files stay as `….damaged`. */
  readonly damaged: { readonly files: number; readonly bytes: number; readonly rows: number };
}

export function tallyOf(batches: Iterable<SpooledBatch>): SpoolTally {
  const names = new Set<string>();
  let [rows, bytes] = [0, 0];
  for (const batch of batches) {
    names.add(batch.target.name);
    rows += batch.rows;
    bytes += batch.size;
  }
  return { blobs: names.size, rows, bytes };
}

export function addTallies(a: SpoolTally, b: SpoolTally): SpoolTally {
  return { blobs: a.blobs + b.blobs, rows: a.rows + b.rows, bytes: a.bytes + b.bytes };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds what is missing of one file to the sums over several. */
export function addLosses(
  torn: Writable<SpoolReport['torn']>,
  damaged: Writable<SpoolReport['damaged']>,
  held: Pick<SpoolContents, 'torn' | 'damaged'>,
): void {
  torn.bytes += held.torn?.bytes ?? 0;
  torn.rows += held.torn?.rows ?? 0;
  if (held.damaged.bytes > 0) damaged.files += 1;
  damaged.bytes += held.damaged.bytes;
  damaged.rows += held.damaged.rows;
}
