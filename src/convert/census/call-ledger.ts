import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { murmur3x86128 } from '../../event/event-id.js';
import { HashSet64 } from './hash-set.js';
import { boundsOf, RANGES, type SavedCalls, writeIndex } from './saved-ledger.js';

/** Hashes kept in memory (8 MiB with the set's slack); more go to disk as sorted runs. */
const MAX_IN_MEMORY = 2 ** 19;
const BYTES = 8;
/** So few are handed over as they are: making a file takes longer than reading a small source. */
const MAX_IN_HAND = 256;
/** Most files have a few calls. */
const FIRST_CAPACITY = 64;

/**
 * The calls that begin in one file, as 64-bit hashes of their correlation ids: finds the ids that begin twice, in memory
 * that does not grow with the file; what goes to a temporary file is written and read in the thread that counts, which waits for
 * it anyhow. A false hit (two ids of one hash) does no harm: converters compare the ids themselves.
 */
export class CallLedger {
  readonly #memory: HashSet64;
  readonly #twice = new Set<string>();
  readonly #path: string;
  readonly #maxInMemory: number;
  readonly #runs: { readonly at: number; readonly bounds: Uint32Array }[] = [];
  #file: number | undefined;
  #size = 0;

  /** `path` is where hashes go that memory does not hold, and where `save` leaves them all. */
  constructor(path: string, maxInMemory: number = MAX_IN_MEMORY) {
    this.#path = path;
    this.#maxInMemory = maxInMemory;
    this.#memory = new HashSet64(Math.min(maxInMemory, FIRST_CAPACITY));
  }

  add(id: string): void {
    const [high = 0, low = 0] = murmur3x86128(id);
    this.addHash(high, low);
  }

  /** The hash's first two words. */
  addHash(high: number, low: number): void {
    if (!this.#memory.add(high, low)) this.#twice.add(hex((BigInt(high) << 32n) | BigInt(low)));
  }

  /** To be called between chunks. */
  settle(): void {
    if (this.#memory.size >= this.#maxInMemory) this.#writeRun();
  }

  /** Hashes (16 hex digits) of the ids that began more than once, in order. */
  recurring(): string[] {
    if (this.#runs.length > 0) {
      this.#writeRun();
      for (let range = 0; range < RANGES; range += 1) this.#findTwice(range);
    }
    return [...this.#twice].sort();
  }

  /** All hashes, for `SavedLedger`: themselves if they are few, or the file that they were left in. */
  save(): SavedCalls {
    if (this.#file === undefined && this.#memory.size <= MAX_IN_HAND) {
      const few = this.#memory.entries().sort();
      this.#memory.clear();
      return new Uint32Array(few.buffer);
    }
    this.#writeRun();
    if (this.#file !== undefined) {
      writeIndex(this.#file, this.#size, this.#runs);
      closeSync(this.#file);
      this.#file = undefined;
    }
    return this.#path;
  }

  discard(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
    this.#file = undefined;
  }

  #writeRun(): void {
    const run = this.#memory.entries().sort();
    this.#memory.clear();
    if (run.length === 0 && this.#file !== undefined) return;
    this.#file ??= openSync(this.#path, 'wx+', 0o600);
    const bounds = boundsOf(new Uint32Array(run.buffer));
    writeSync(this.#file, new Uint8Array(run.buffer), 0, run.byteLength, this.#size);
    this.#runs.push({ at: this.#size, bounds });
    this.#size += run.byteLength;
  }

  /** Each run is free of doubles, so a hash that stands in two of them is one that began twice. */
  #findTwice(range: number): void {
    if (this.#file === undefined) return;
    const sizes = this.#runs.map(({ bounds }) => (bounds[range + 1] ?? 0) - (bounds[range] ?? 0));
    const all = new BigUint64Array(sizes.reduce((sum, size) => sum + size, 0));
    let to = 0;
    for (const [i, { at, bounds }] of this.#runs.entries()) {
      const bytes = new Uint8Array(all.buffer, to * BYTES, (sizes[i] ?? 0) * BYTES);
      readSync(this.#file, bytes, 0, bytes.length, at + (bounds[range] ?? 0) * BYTES);
      to += sizes[i] ?? 0;
    }
    const halves = new Uint32Array(all.sort().buffer);
    for (let n = 2; n < halves.length; n += 2) {
      if (halves[n] !== halves[n - 2] || halves[n + 1] !== halves[n - 1]) continue;
      this.#twice.add(hex(all[n / 2] ?? 0n));
    }
  }
}

function hex(hash: bigint): string {
  return hash.toString(16).padStart(16, '0');
}
