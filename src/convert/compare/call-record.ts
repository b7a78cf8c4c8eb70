import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { idHash } from './id-hash.js';
import type { RowsDigest } from './rows-hash.js';

/** All calls fall into so many parts by a hash of their ids; a part is joined in memory. */
export const PARTITIONS = 256;
export const RECORD_BYTES = 96;
/** Of 32 bits; the three doubles among them stand at the 14th. */
export const WORDS: number = RECORD_BYTES / 4;
/** The first ones: the hash of the id, and the collection. */
export const KEY_WORDS = 5;
const BUFFERED_RECORDS = 256;

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
  /** The stage's rate leaves it out of the v2 tree. */
  readonly isSampledOut: boolean;
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

/** Those of the call at hand. */
const BASE_HASH: Int32Array = new Int32Array(4);
const OWN_HASH: Int32Array = new Int32Array(4);

/** In one word. */
export const FLAGS = { rejected: 1, sampledOut: 2, rounded: 4, misfit: 8 } as const;

/**
 * Appends one side's calls to the partitions' files in a temporary folder, in each thread under its own tag. Memory: 6 MiB.
 */
export class CallWriter {
  readonly #folder: string;
  readonly #name: string;
  readonly #buffers: (PartitionBuffer | undefined)[];

  constructor(folder: string, side: Side, tag: string) {
    this.#folder = folder;
    this.#name = `${side}-${tag}`;
    this.#buffers = Array.from({ length: PARTITIONS }, () => undefined);
  }

  add(key: CallKey, place: CallPlace, rows: RowsDigest): void {
    const base = idHash(key.base, BASE_HASH);
    const own = key.base === key.correlationId ? base : idHash(key.correlationId, OWN_HASH);
    const partition = (base[0] ?? 0) & (PARTITIONS - 1);
    const buffer = this.#buffers[partition] ?? new PartitionBuffer();
    this.#buffers[partition] = buffer;
    const { words, doubles, count } = buffer;
    const at = count * WORDS;
    words.set(own, at);
    words[at + 4] = place.collection;
    words[at + 5] = flagsOf(place, rows);
    words[at + 6] = base[0] ?? 0;
    words[at + 7] = base[1] ?? 0;
    words[at + 8] = rows.orderA;
    words[at + 9] = rows.orderB;
    words[at + 10] = rows.sumA;
    words[at + 11] = rows.sumB;
    words[at + 12] = rows.spelling;
    words[at + 13] = rows.rows;
    doubles[at / 2 + 7] = place.time;
    doubles[at / 2 + 8] = place.offset;
    doubles[at / 2 + 9] = place.bytes;
    words[at + 20] = place.file;
    words[at + 21] = place.line;
    words[at + 22] = place.part;
    buffer.count += 1;
    if (buffer.count === BUFFERED_RECORDS) this.#write(partition);
  }

  flush(): void {
    for (let i = 0; i < PARTITIONS; i += 1) this.#write(i);
  }

  #write(partition: number): void {
    const buffer = this.#buffers[partition];
    if (buffer === undefined || buffer.count === 0) return;
    const bytes = new Uint8Array(buffer.words.buffer, 0, buffer.count * RECORD_BYTES);
    appendFileSync(join(this.#folder, `${this.#name}-${partition}`), bytes);
    buffer.count = 0;
  }
}

/** Records of one partition that are still to be written. */
class PartitionBuffer {
  readonly words: Int32Array<ArrayBuffer> = new Int32Array(BUFFERED_RECORDS * WORDS);
  readonly doubles: Float64Array = new Float64Array(this.words.buffer);
  count = 0;
}

function flagsOf({ isRejected, isMisfit, isSampledOut }: CallPlace, { isRounded }: RowsDigest): number {
  return (
    (isRejected ? FLAGS.rejected : 0) |
    (isSampledOut ? FLAGS.sampledOut : 0) |
    (isRounded ? FLAGS.rounded : 0) |
    (isMisfit ? FLAGS.misfit : 0)
  );
}
