import type { TokenCounts } from '../../mapping/column-types.js';
import type { Identity, Split } from '../plan-file.js';
import type { SavedCalls } from './saved-ledger.js';
import type { SequenceDigest } from './sequence-digest.js';

/** What a worker is asked to count in one source. */
export interface CensusTask {
  readonly source: string;
  /** As the storage lists it. */
  readonly object: string;
  readonly size: number;
  readonly etag: string;
  readonly header: 'present' | 'absent' | 'auto';
  readonly designation: string;
  readonly keepAmlColumns: boolean;
  /** A path of its own in the plan's temporary folder. */
  readonly ledger: string;
  /** Whether other sources look this one's correlation ids up (inputs). */
  readonly saveLedger: boolean;
  /** What the same day's inputs have saved; absent for inputs. */
  readonly inputs?: readonly SavedCalls[];
}

/** What every row of one source says, before anything is decided. Text is Unicode; counts are of lines. */
export interface FileCensus {
  readonly lines: number;
  readonly headers: number;
  readonly blanks: number;
  readonly rows: number;
  readonly correlated: number;
  readonly joinable: number;
  readonly calls: number;
  readonly bom: boolean;
  /** Parser's reasons and `timestamp`. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly rejectExamples: Readonly<Record<string, Example>>;
  /** What the content looks like when it is no CSV text at all. */
  readonly looksLike?: 'gzip' | 'UTF-16';
  /** What the first line is by its own looks; absent: the file has no line. */
  readonly judged?: 'header' | 'data' | 'numbered';
  /** A later line can't be more of what a numbered first line would be as data. */
  readonly anotherForm: boolean;
  /** The user's names of each line of names that came into force; the first is absent if rows come before any header. */
  readonly names: readonly (readonly string[] | undefined)[];
  readonly shapes: readonly ShapeCensus[];
  /** Columns of uncorrelated rows if each were many: by number of columns (1, and the number of names). */
  readonly exploded: readonly {
    readonly m: number;
    readonly columns: readonly TokenCounts[];
    readonly sizes?: SequenceDigest;
  }[];
  /** Of all calls, in the order in which they began. */
  readonly callSizes: SequenceDigest;
  readonly amlColumns: readonly TokenCounts[];
  readonly identities: readonly { readonly identity: Identity; readonly rows: number }[];
  readonly firstTime?: string;
  readonly lastTime?: string;
  /** A correlated row is older than the one before it. */
  readonly goesBack: boolean;
  /** Calls that went on after other rows. */
  readonly interrupted: number;
  readonly recurring: readonly string[];
  /** See `FilePlan.splits`; only the kernel finds them. */
  readonly splits?: readonly Split[];
  /** The calls, for the sources that look them up. */
  readonly saved?: SavedCalls;
}

export interface Example {
  readonly offset: number;
  readonly text: string;
}

/** Rows of one width under one line of names. */
export interface ShapeCensus {
  readonly header: number;
  readonly width: number;
  readonly rows: number;
  readonly uncorrelated: number;
  readonly example: Example;
  /** Absent when the file has too many kinds of rows to count each one's columns. */
  readonly columns?: readonly TokenCounts[];
}
