import type { RowsDigest } from './rows-digest.js';

/** All calls fall into so many parts by a hash of their ids; a part is joined in memory. */
export const PARTITIONS = 256;
export const RECORD_BYTES = 96;
/** Of 32 bits; the three doubles among them stand at the 14th. */
export const WORDS: number = RECORD_BYTES / 4;
/** The first ones: the hash of the id, and the collection. */
export const KEY_WORDS = 5;

export type Side = 'legacy' | 'v2';

/** What is known of a call, or one part of it, beside its values. */
export interface CallPlace {
  readonly collection: number;
  /** Epoch milliseconds; of the part's first row. */
  readonly time: number;
  /** Index among the side's files. */
  readonly file: number;
  /** Of the first byte of its first row, or of its event's line. */
  readonly offset: number;
  /** To behind its last row, or its line. */
  readonly bytes: number;
  /** In the CSV file the number of header changes before it; in the event file the 1-based line. */
  readonly line: number;
  /** Which 1,000 rows of its call; 0 in events. */
  readonly part: number;
  /** One of its rows can't be read: its values can't be told. */
  readonly isRejected: boolean;
  /** One of its values is not of its column's type: it can be told, but the mapping rejects it. */
  readonly isMisfit: boolean;
  /** The ramp or the sampling rate leaves it out of the v2 tree. */
  readonly isSampledOut: boolean;
  /** Its service wrote this side alone. */
  readonly isOutsideDual: boolean;
}

/** A call as one side has it: of its values only a digest, and where to read them again. */
export interface CallRecord extends RowsDigest, CallPlace {}

/** What a call is known by. Byte strings. */
export interface CallKey {
  /** The event's correlationid. */
  readonly correlationId: string;
  /** What all parts of a call share. */
  readonly base: string;
}

/** In one word. */
export const FLAGS = { rejected: 1, sampledOut: 2, rounded: 4, misfit: 8, outsideDual: 16 } as const;
