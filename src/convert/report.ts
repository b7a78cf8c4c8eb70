import type { PartlyLive, Watermark } from './live/live-meeting.js';
import type { Split } from './plan-file.js';
import { countIn, type SourceCounts, zeroCounts } from './source-counts.js';

export type { LiveMeeting, PartlyLive, Watermark } from './live/live-meeting.js';

/** What became of one source: also the journal's entry. */
export interface SourceResult extends SourceCounts {
  readonly source: string;
  readonly size: number;
  readonly etag: string;
  /** Of what decides the bytes besides the source: the plan's part for this file and its collection. */
  readonly fingerprint: string;
  readonly outputs: readonly Output[];
  /** By `sync`, which goes on from here; absent: converted whole, to one file an hour. */
  readonly followed?: FollowedSource;
}

/** How far a source is followed. `size`, `outputs` and the counts are of all its parts together. */
export interface FollowedSource {
  /** Its bytes when it was read last; `size` of them are in events, the others had not settled. */
  readonly seen: number;
  /** When its last growth was seen: UTC, `2026-11-22T07:40:00.000Z`. */
  readonly grew: string;
  /** Parts that are done for good. The last part, which begins where they end, is converted again when the source grows. */
  readonly frozen: FrozenParts;
  /** Of what decides the bytes of all parts: the fingerprint of a task without recurring ids. */
  readonly decisions: string;
}

export interface FrozenParts {
  /** Where the parts behind the first begin. */
  readonly starts: readonly Split[];
  /** SHA-256 of the source up to the last of them, in hex. */
  readonly sha256: string;
  readonly counts: SourceCounts;
  readonly outputs: readonly Output[];
}

export interface Output {
  readonly name: string;
  readonly size: number;
  /** CRC-32 of the content, 8 hex digits: tells an edited or torn file, at no cost. Verify's report has SHA-256. */
  readonly crc32: string;
}

export type Totals = Omit<SourceCounts, 'live'> & {
  readonly files: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Rows that live collection has already. */
  readonly existing: number;
};

/** Why a source that was done is converted again. */
export type WhyAgain =
  | 'source-changed'
  | 'decisions-changed'
  | 'live-changed'
  | 'in-parts'
  | 'output-missing'
  | 'output-changed';

/** What `repair` has read. */
export interface CheckedOutputs {
  readonly sources: number;
  readonly outputs: number;
  readonly bytes: number;
}

/** Sources that earlier runs converted and that SRC no longer has. */
export interface GoneSources {
  readonly sources: number;
  /** The first few of their names. */
  readonly examples: readonly string[];
}

/** The result of `convertTree`, and what `convert --json` prints. */
export interface ConvertReport {
  readonly kind: 'mdc-bridge conversion';
  readonly source: string;
  readonly destination: string;
  /** The folder under `_migration/` that holds plan, journal and rejects. */
  readonly sourceId: string;
  /** Over all sources that are done, in this run or an earlier one. */
  readonly totals: Totals;
  /** Sources converted in this run. */
  readonly converted: number;
  /** Sources that an earlier run had done and that have not changed. */
  readonly unchanged: number;
  /** How many of `converted` an earlier run had done, by what made it necessary to convert them again. */
  readonly again: Readonly<Partial<Record<WhyAgain, number>>>;
  /** The journal's last line was cut short, as by a kill: the source that it was about is converted again. */
  readonly journalCutShort?: true;
  /** With `repair`: what was read of the sources that seemed to be done. */
  readonly checked?: CheckedOutputs;
  /** Sources in the archive tier, which are left until somebody rehydrates them. Absent: none. */
  readonly archived?: { readonly sources: number; readonly bytes: number };
  /** What was made of these is left alone, and is not in `totals`. */
  readonly gone: GoneSources;
  /** Sources whose content was not what the plan had seen; convert again with a new plan. */
  readonly changed: readonly string[];
  readonly failed: readonly { readonly source: string; readonly error: string }[];
  /** With `skipExisting`: what live collection has of the plan's collections. Absent: nothing. */
  readonly live?: { readonly watermarks: readonly Watermark[]; readonly partly: readonly PartlyLive[] };
  /** Files in the destination that are neither ours nor live collection's: left alone. */
  readonly foreign: number;
  readonly rejectsOverLimit: boolean;
  readonly interrupted: boolean;
  readonly seconds: number;
}

export function addUp(results: Iterable<SourceResult>): Totals {
  const totals = { files: 0, bytesIn: 0, bytesOut: 0 };
  let existing = 0;
  const counts = zeroCounts();
  for (const result of results) {
    totals.files += 1;
    totals.bytesIn += result.size;
    totals.bytesOut += result.outputs.reduce((sum, { size }) => sum + size, 0);
    existing += result.live?.existing ?? 0;
    countIn(counts, result);
  }
  return { ...totals, ...counts, existing };
}
