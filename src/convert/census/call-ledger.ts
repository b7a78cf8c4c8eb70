import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { murmur3x86128 } from '../../event/event-id.js';
import { HashSet64 } from './hash-set.js';

/** Hashes kept in memory (8 MiB with the set's slack); more go to disk as sorted runs. */
const MAX_IN_MEMORY = 2 ** 19;
const RANGES = 256;
const BYTES = 8;

/**
 * The calls that begin in one file, as 64-bit hashes of their correlation ids: finds the ids that begin twice, in memory
 * that does not grow with the file. A false hit (two ids of one hash) does no harm: converters compare the ids themselves.
 */
export class CallLedger {
  readonly #memory: HashSet64;
  readonly #twice = new Set<string>();
  readonly #path: string;
  readonly #maxInMemory: number;
  readonly #runs: { readonly at: number; readonly bounds: Uint32Array }[] = [];
  #file: FileHandle | undefined;
  #size = 0;

  /** `path` is where hashes go that memory does not hold, and where `save` leaves them all. */
  constructor(path: string, maxInMemory: number = MAX_IN_MEMORY) {
    this.#path = path;
    this.#maxInMemory = maxInMemory;
    this.#memory = new HashSet64(Math.min(maxInMemory, 1024));
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
  async settle(): Promise<void> {
    if (this.#memory.size >= this.#maxInMemory) await this.#writeRun();
  }

  /** Hashes (16 hex digits) of the ids that began more than once, in order. */
  async recurring(): Promise<string[]> {
    if (this.#runs.length > 0) {
      await this.#writeRun();
      for (let range = 0; range < RANGES; range += 1) await this.#findTwice(range);
    }
    return [...this.#twice].sort();
  }

  /** Leaves all hashes in the file, for `readLedger`. */
  async save(): Promise<void> {
    await this.#writeRun();
    await this.#file?.close();
    this.#file = undefined;
  }

  async discard(): Promise<void> {
    await this.#file?.close();
    if (this.#file !== undefined) await rm(this.#path, { force: true });
    this.#file = undefined;
  }

  async #writeRun(): Promise<void> {
    const run = this.#memory.entries().sort();
    this.#memory.clear();
    if (run.length === 0 && this.#file !== undefined) return;
    this.#file ??= await open(this.#path, 'wx+', 0o600);
    const bounds = new Uint32Array(RANGES + 1).fill(run.length);
    for (let i = run.length - 1; i >= 0; i -= 1) bounds[Number((run[i] ?? 0n) >> 56n)] = i;
    for (let range = RANGES - 1; range >= 0; range -= 1) {
      bounds[range] = Math.min(bounds[range] ?? 0, bounds[range + 1] ?? 0);
    }
    await this.#file.write(new Uint8Array(run.buffer), 0, run.byteLength, this.#size);
    this.#runs.push({ at: this.#size, bounds });
    this.#size += run.byteLength;
  }

  /** Each run is sorted and free of doubles, so a hash in two runs is one that began twice. */
  async #findTwice(range: number): Promise<void> {
    const seen = new Set<bigint>();
    for (const { at, bounds } of this.#runs) {
      const first = bounds[range] ?? 0;
      const part = new BigUint64Array((bounds[range + 1] ?? 0) - first);
      await this.#file?.read(new Uint8Array(part.buffer), 0, part.byteLength, at + first * BYTES);
      for (const hash of part) {
        if (seen.has(hash)) this.#twice.add(hex(hash));
        else seen.add(hash);
      }
    }
  }
}

/** The saved hashes of several files, as one set to look ids up in. */
export async function readLedgers(paths: readonly string[]): Promise<HashSet64> {
  const set = new HashSet64();
  for (const path of paths) {
    const bytes = await readFile(path);
    const hashes = new BigUint64Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    );
    for (const hash of hashes) set.add(Number(hash >> 32n), Number(hash & 0xffffffffn));
  }
  return set;
}

export function ledgerHas(set: HashSet64, id: string): boolean {
  const [high = 0, low = 0] = murmur3x86128(id);
  return set.has(high, low);
}

function hex(hash: bigint): string {
  return hash.toString(16).padStart(16, '0');
}
