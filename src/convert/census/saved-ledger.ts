import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { type HashSet64, HIGH, LOW } from './hash-set.js';

/** Hashes are looked for by their first byte, so that only a small part of a file is in memory at once. */
export const RANGES = 256;
const BYTES = 8;
const INDEX_WORDS = RANGES + 1;
/** As many hashes as a busy hour has. */
const SMALL_BYTES = 64 * 1024;

/** Hashes of one file in order: where they stand, and which is the first of each range. */
export interface Run {
  readonly at: number;
  readonly bounds: Uint32Array;
}

/** What a `CallLedger` has saved: a file's path, or the words of a few hashes in order. */
export type SavedCalls = string | Uint32Array;

/** Of hashes in order: for each range the index of the first that is not before it. */
export function boundsOf(words: Uint32Array): Uint32Array {
  const hashes = words.length / 2;
  const bounds = new Uint32Array(RANGES + 1).fill(hashes);
  for (let i = hashes - 1; i >= 0; i -= 1) bounds[(words[i * 2 + HIGH] ?? 0) >>> 24] = i;
  for (let range = RANGES - 1; range >= 0; range -= 1) {
    bounds[range] = Math.min(bounds[range] ?? 0, bounds[range + 1] ?? 0);
  }
  return bounds;
}

/** Behind its runs a saved ledger has the bounds of each, and how many there are. */
export function writeIndex(file: number, at: number, runs: readonly Run[]): void {
  const index = new Uint32Array(runs.length * INDEX_WORDS + 1);
  for (const [i, { bounds }] of runs.entries()) index.set(bounds, i * INDEX_WORDS);
  index[index.length - 1] = runs.length;
  writeSync(file, new Uint8Array(index.buffer), 0, index.byteLength, at);
}

/** What a `CallLedger` has saved, to be read in parts. */
export class SavedLedger {
  /** Hashes in it. */
  readonly size: number;
  readonly #words: Words;
  readonly #runs: readonly Run[];

  private constructor(words: Words, runs: readonly Run[]) {
    this.#words = words;
    this.#runs = runs;
    this.size = runs.reduce((sum, { bounds }) => sum + (bounds[RANGES] ?? 0), 0);
  }

  static open(saved: SavedCalls): SavedLedger {
    if (typeof saved !== 'string')
      return new SavedLedger(Words.of(saved), [{ at: 0, bounds: boundsOf(saved) }]);
    const source = Words.open(saved);
    try {
      const [count = 0] = source.read(source.bytes - 4, 1);
      const words = source.read(source.bytes - 4 - count * INDEX_WORDS * 4, count * INDEX_WORDS);
      const runs: Run[] = [];
      let at = 0;
      for (let i = 0; i < count; i += 1) {
        const bounds = words.subarray(i * INDEX_WORDS, (i + 1) * INDEX_WORDS);
        runs.push({ at, bounds });
        at += (bounds[RANGES] ?? 0) * BYTES;
      }
      return new SavedLedger(source, runs);
    } catch (error) {
      source.close();
      throw error;
    }
  }

  addAll(set: HashSet64): void {
    for (const run of this.#runs) this.#add(set, run, 0, RANGES);
  }

  addRange(set: HashSet64, range: number): void {
    for (const run of this.#runs) this.#add(set, run, range, range + 1);
  }

  close(): void {
    this.#words.close();
  }

  #add(set: HashSet64, { at, bounds }: Run, from: number, to: number): void {
    const [first = 0, end = 0] = [bounds[from], bounds[to]];
    const words = this.#words.read(at + first * BYTES, (end - first) * 2);
    for (let n = 0; n < words.length; n += 2) set.add(words[n + HIGH] ?? 0, words[n + LOW] ?? 0);
  }
}

/** A file read as words: a small one at once, and closed with that, since a day may have thousands of them. */
class Words {
  readonly bytes: number;
  readonly #whole: Uint32Array | undefined;
  #file: number | undefined;

  private constructor(bytes: number, whole: Uint32Array | undefined, file: number | undefined) {
    this.bytes = bytes;
    this.#whole = whole;
    this.#file = file;
  }

  static of(words: Uint32Array): Words {
    return new Words(words.byteLength, words, undefined);
  }

  static open(path: string): Words {
    const file = openSync(path, 'r');
    try {
      const bytes = fstatSync(file).size;
      if (bytes > SMALL_BYTES) return new Words(bytes, undefined, file);
      const whole = readWords(file, 0, bytes / 4);
      closeSync(file);
      return Words.of(whole);
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  /** `at` counts bytes. */
  read(at: number, words: number): Uint32Array {
    if (this.#whole !== undefined) return this.#whole.subarray(at / 4, at / 4 + words);
    if (this.#file === undefined) throw new RangeError('a ledger was read after it was closed');
    return readWords(this.#file, at, words);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

export function readWords(file: number, at: number, words: number): Uint32Array {
  const bytes = new Uint8Array(words * 4);
  let done = 0;
  while (done < bytes.length) {
    const bytesRead = readSync(file, bytes, done, bytes.length - done, at + done);
    if (bytesRead === 0) throw new RangeError(`a ledger ends at ${at + done} bytes, too early`);
    done += bytesRead;
  }
  return new Uint32Array(bytes.buffer);
}
