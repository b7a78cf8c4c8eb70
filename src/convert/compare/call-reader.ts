import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type CallRecord, FLAGS, RECORD_BYTES, type Side, WORDS } from './call-record.js';

/** One side's calls of one partition; each is read from the bytes when it is asked for. */
export class CallRecords {
  readonly count: number;
  readonly #bytes: Buffer;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;

  /** `bytes`: in memory of its own. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.count = bytes.length / RECORD_BYTES;
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset, this.count * WORDS);
    this.#doubles = new Float64Array(bytes.buffer, bytes.byteOffset, (this.count * WORDS) / 2);
  }

  /** One of the words that are the same for calls of one id in one collection, and for no others. */
  keyWord(index: number, word: number): number {
    return this.#words[index * WORDS + word] ?? 0;
  }

  /** Shared by the parts of a call. */
  base(index: number): string {
    const at = index * RECORD_BYTES;
    return (
      this.#bytes.toString('latin1', at + 16, at + 20) + this.#bytes.toString('latin1', at + 24, at + 32)
    );
  }

  /** Epoch milliseconds. */
  time(index: number): number {
    return this.#doubles[index * (WORDS / 2) + 7] ?? Number.NaN;
  }

  collection(index: number): number {
    return this.#words[index * WORDS + 4] ?? 0;
  }

  /** Whether the other side's record has the same rows, written alike. */
  isTwin(index: number, other: CallRecords, otherIndex: number): boolean {
    const [a, b] = [index * WORDS, otherIndex * WORDS];
    for (let word = 8; word < 14; word += 1) {
      if (this.#words[a + word] !== other.#words[b + word]) return false;
    }
    return true;
  }

  at(index: number): CallRecord {
    const at = index * WORDS;
    const word = (n: number): number => this.#words[at + n] ?? 0;
    const double = (n: number): number => this.#doubles[at / 2 + n] ?? 0;
    const flags = word(5);
    return {
      collection: word(4),
      isRejected: (flags & FLAGS.rejected) !== 0,
      isMisfit: (flags & FLAGS.misfit) !== 0,
      isSampledOut: (flags & FLAGS.sampledOut) !== 0,
      isRounded: (flags & FLAGS.rounded) !== 0,
      orderA: word(8),
      orderB: word(9),
      sumA: word(10),
      sumB: word(11),
      spelling: word(12),
      rows: word(13),
      time: double(7),
      offset: double(8),
      bytes: double(9),
      file: word(20),
      line: word(21) >>> 0,
      part: word(22),
    };
  }
}

/** Reads one side's partitions, one after the other, into the same memory: what was read before is void then. */
export class CallReader {
  readonly #folder: string;
  readonly #side: Side;
  #memory: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  constructor(folder: string, side: Side) {
    this.#folder = folder;
    this.#side = side;
  }

  /** All that the threads of these tags have written. */
  read(tags: readonly string[], partition: number): CallRecords {
    const files = tags.flatMap((tag) => openIfThere(join(this.#folder, `${this.#side}-${tag}-${partition}`)));
    try {
      const sizes = files.map((file) => fstatSync(file).size);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      if (total > this.#memory.length) this.#memory = new Uint8Array(total + (total >>> 2));
      let at = 0;
      for (const [i, file] of files.entries()) {
        const end = at + (sizes[i] ?? 0);
        while (at < end) at += readSync(file, this.#memory, at, end - at, null);
      }
      return new CallRecords(this.#memory.subarray(0, total));
    } finally {
      for (const file of files) closeSync(file);
    }
  }
}

function openIfThere(path: string): number[] {
  try {
    return [openSync(path, 'r')];
  } catch (error) {
    // No call of this partition was met.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
