import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { murmur3x86128 } from '../../event/event-id.js';
import { HashSet64 } from './hash-set.js';
import { RANGES, type Run, readWords, type SavedCalls, SavedLedger } from './saved-ledger.js';

/** So many hashes of a day's inputs are held as a set (8 MiB); with more, the rows wait on disk for the end of the file. */
const MAX_HELD = 2 ** 19;
/** Records in memory (3 MiB) before they go to disk. */
const MAX_WAITING = 2 ** 18;
/** A record: the hash's halves, and rows. */
const WORDS = 3;

/**
 * Counts the rows of one file whose correlation ids the day's inputs have. Memory does not grow with either: of many inputs, both
 * sides are put together by the first byte of their hashes, one 256th at a time.
 */
export class JoinableRows {
  readonly #ledgers: readonly SavedLedger[];
  readonly #held: HashSet64 | undefined;
  readonly #path: string;
  readonly #maxWaiting: number;
  readonly #runs: Run[] = [];
  #rows = 0;
  #waiting = new Uint32Array(0);
  /** Words of `#waiting` in use. */
  #end = 0;
  #file: number | undefined;
  #size = 0;

  private constructor(
    ledgers: readonly SavedLedger[],
    held: HashSet64 | undefined,
    path: string,
    maxWaiting: number,
  ) {
    this.#ledgers = ledgers;
    this.#held = held;
    this.#path = path;
    this.#maxWaiting = maxWaiting;
  }

  /** `undefined` for a file that has no inputs to look for. `ledger` is a path beside which records may wait. */
  static open(
    { inputs, ledger }: { readonly inputs?: readonly SavedCalls[]; readonly ledger: string },
    maxHeld: number = MAX_HELD,
    maxWaiting: number = MAX_WAITING,
  ): JoinableRows | undefined {
    if (inputs === undefined) return undefined;
    const ledgers: SavedLedger[] = [];
    try {
      for (const saved of inputs) ledgers.push(SavedLedger.open(saved));
      const size = ledgers.reduce((sum, saved) => sum + saved.size, 0);
      const held = size > maxHeld ? undefined : new HashSet64(size);
      if (held !== undefined) for (const saved of ledgers) saved.addAll(held);
      return new JoinableRows(ledgers, held, `${ledger}.rows`, maxWaiting);
    } catch (error) {
      for (const saved of ledgers) saved.close();
      throw error;
    }
  }

  addRow(id: string): void {
    const [high = 0, low = 0] = murmur3x86128(id);
    this.add(high, low, 1);
  }

  add(high: number, low: number, rows: number): void {
    if (this.#held !== undefined) {
      if (this.#held.has(high, low)) this.#rows += rows;
      return;
    }
    const last = this.#end - WORDS;
    if (last >= 0 && this.#waiting[last] === high && this.#waiting[last + 1] === low) {
      this.#waiting[last + 2] = (this.#waiting[last + 2] ?? 0) + rows;
      return;
    }
    if (this.#end === this.#waiting.length) this.#grow();
    this.#waiting[this.#end] = high;
    this.#waiting[this.#end + 1] = low;
    this.#waiting[this.#end + 2] = rows;
    this.#end += WORDS;
  }

  /** To be called between chunks. */
  settle(): void {
    if (this.#end >= this.#maxWaiting * WORDS) this.#writeRun();
  }

  /** At the file's end. */
  count(): number {
    if (this.#held !== undefined) return this.#rows;
    this.#writeRun();
    for (let range = 0; range < RANGES; range += 1) this.#countRange(range);
    return this.#rows;
  }

  discard(): void {
    for (const saved of this.#ledgers) saved.close();
    if (this.#file === undefined) return;
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
    this.#file = undefined;
  }

  #grow(): void {
    const larger = new Uint32Array(Math.max(1024, (this.#waiting.length / WORDS) * 2) * WORDS);
    larger.set(this.#waiting);
    this.#waiting = larger;
  }

  /** By the first byte of the hash; within a range in any order. */
  #writeRun(): void {
    if (this.#end === 0) return;
    const bounds = new Uint32Array(RANGES + 1);
    for (let at = 0; at < this.#end; at += WORDS) {
      const range = (this.#waiting[at] ?? 0) >>> 24;
      bounds[range + 1] = (bounds[range + 1] ?? 0) + 1;
    }
    for (let range = 0; range < RANGES; range += 1) {
      bounds[range + 1] = (bounds[range + 1] ?? 0) + (bounds[range] ?? 0);
    }
    const next = bounds.slice();
    const run = new Uint32Array(this.#end);
    for (let at = 0; at < this.#end; at += WORDS) {
      const range = (this.#waiting[at] ?? 0) >>> 24;
      const place = next[range] ?? 0;
      next[range] = place + 1;
      run.set(this.#waiting.subarray(at, at + WORDS), place * WORDS);
    }
    this.#file ??= openSync(this.#path, 'wx+', 0o600);
    writeSync(this.#file, new Uint8Array(run.buffer), 0, run.byteLength, this.#size);
    this.#runs.push({ at: this.#size, bounds });
    this.#size += run.byteLength;
    this.#end = 0;
  }

  #countRange(range: number): void {
    if (this.#file === undefined) return;
    const inputs = new HashSet64();
    for (const saved of this.#ledgers) saved.addRange(inputs, range);
    for (const { at, bounds } of this.#runs) {
      const [first = 0, end = 0] = [bounds[range], bounds[range + 1]];
      const words = readWords(this.#file, at + first * WORDS * 4, (end - first) * WORDS);
      for (let n = 0; n < words.length; n += WORDS) {
        if (inputs.has(words[n] ?? 0, words[n + 1] ?? 0)) this.#rows += words[n + 2] ?? 0;
      }
    }
  }
}
