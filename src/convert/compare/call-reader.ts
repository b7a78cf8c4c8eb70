import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { type CallRecord, FLAGS, RECORD_BYTES, type Side, WORDS } from './call-record.js';
import { callFiles } from './call-writer.js';

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
      isOutsideDual: (flags & FLAGS.outsideDual) !== 0,
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
  readonly #blocks = new Map<string, BlockList>();
  #memory: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  constructor(folder: string, side: Side) {
    this.#folder = folder;
    this.#side = side;
  }

  /** All that the threads of these tags have written. */
  read(tags: readonly string[], partition: number): CallRecords {
    const lists = tags.map((tag) => this.#blocksOf(tag));
    const total = lists.reduce((sum, list) => sum + list.bytesOf(partition), 0);
    if (total > this.#memory.length) this.#memory = new Uint8Array(total + (total >>> 2));
    let at = 0;
    for (const list of lists) at = list.read(partition, this.#memory, at);
    return new CallRecords(this.#memory.subarray(0, total));
  }

  #blocksOf(tag: string): BlockList {
    const known = this.#blocks.get(tag);
    if (known !== undefined) return known;
    const made = new BlockList(callFiles(this.#folder, this.#side, tag));
    this.#blocks.set(tag, made);
    return made;
  }
}

/** The blocks that one thread has written. */
class BlockList {
  readonly #records: string;
  /** By partition: offset and length of each, in turn. */
  readonly #blocks = new Map<number, number[]>();

  constructor({ records, blocks }: ReturnType<typeof callFiles>) {
    this.#records = records;
    const written = readIfThere(blocks);
    let offset = 0;
    for (let i = 0; i + 1 < written.length; i += 2) {
      const [partition = 0, count = 0] = [written[i], written[i + 1]];
      const own = this.#blocks.get(partition) ?? [];
      this.#blocks.set(partition, own);
      own.push(offset, count * RECORD_BYTES);
      offset += count * RECORD_BYTES;
    }
  }

  bytesOf(partition: number): number {
    return (this.#blocks.get(partition) ?? []).reduce((sum, one, i) => sum + (i % 2 === 0 ? 0 : one), 0);
  }

  /** Into `memory` from `start` on. @returns where it ends. */
  read(partition: number, memory: Uint8Array, start: number): number {
    const blocks = this.#blocks.get(partition);
    if (blocks === undefined) return start;
    const file = openSync(this.#records, 'r');
    try {
      let at = start;
      for (let i = 0; i + 1 < blocks.length; i += 2) {
        const [offset = 0, length = 0] = [blocks[i], blocks[i + 1]];
        for (let done = 0; done < length; ) {
          const read = readSync(file, memory, at, length - done, offset + done);
          if (read === 0) throw new RangeError(`${this.#records} ends before its calls do`);
          at += read;
          done += read;
        }
      }
      return at;
    } finally {
      closeSync(file);
    }
  }
}

function readIfThere(path: string): Uint32Array {
  try {
    const bytes = readFileSync(path);
    return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  } catch (error) {
    // That thread has met no call of this side.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Uint32Array(0);
    throw error;
  }
}
