import { type FileHandle, open } from 'node:fs/promises';
import { type HashSet64, HIGH, LOW } from './hash-set.js';

/** Hashes are looked for by their first byte, so that only a small part of a file is in memory at once. */
export const RANGES = 256;
const BYTES = 8;
const INDEX_WORDS = RANGES + 1;

/** Hashes of one file in order: where they stand, and which is the first of each range. */
export interface Run {
  readonly at: number;
  readonly bounds: Uint32Array;
}

/** Behind its runs a saved ledger has the bounds of each, and how many there are. */
export async function writeIndex(file: FileHandle, at: number, runs: readonly Run[]): Promise<void> {
  const index = new Uint32Array(runs.length * INDEX_WORDS + 1);
  for (const [i, { bounds }] of runs.entries()) index.set(bounds, i * INDEX_WORDS);
  index[index.length - 1] = runs.length;
  await file.write(new Uint8Array(index.buffer), 0, index.byteLength, at);
}

/** What a `CallLedger` has saved, to be read in parts. */
export class SavedLedger {
  /** Hashes in it. */
  readonly size: number;
  readonly #file: FileHandle;
  readonly #runs: readonly Run[];

  private constructor(file: FileHandle, runs: readonly Run[]) {
    this.#file = file;
    this.#runs = runs;
    this.size = runs.reduce((sum, { bounds }) => sum + (bounds[RANGES] ?? 0), 0);
  }

  static async open(path: string): Promise<SavedLedger> {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const [count = 0] = await readWords(file, size - 4, 1);
      const words = await readWords(file, size - 4 - count * INDEX_WORDS * 4, count * INDEX_WORDS);
      const runs: Run[] = [];
      let at = 0;
      for (let i = 0; i < count; i += 1) {
        const bounds = words.subarray(i * INDEX_WORDS, (i + 1) * INDEX_WORDS);
        runs.push({ at, bounds });
        at += (bounds[RANGES] ?? 0) * BYTES;
      }
      return new SavedLedger(file, runs);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async addAll(set: HashSet64): Promise<void> {
    for (const run of this.#runs) await this.#add(set, run, 0, RANGES);
  }

  async addRange(set: HashSet64, range: number): Promise<void> {
    for (const run of this.#runs) await this.#add(set, run, range, range + 1);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #add(set: HashSet64, { at, bounds }: Run, from: number, to: number): Promise<void> {
    const [first = 0, end = 0] = [bounds[from], bounds[to]];
    const words = await readWords(this.#file, at + first * BYTES, (end - first) * 2);
    for (let n = 0; n < words.length; n += 2) set.add(words[n + HIGH] ?? 0, words[n + LOW] ?? 0);
  }
}

export async function readWords(file: FileHandle, at: number, words: number): Promise<Uint32Array> {
  const bytes = new Uint8Array(words * 4);
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, at + done);
    if (bytesRead === 0) throw new RangeError(`a ledger ends at ${at + done} bytes, too early`);
    done += bytesRead;
  }
  return new Uint32Array(bytes.buffer);
}
