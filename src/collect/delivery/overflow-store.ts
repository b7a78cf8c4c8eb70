import { type Batch, type BlobTarget, oneForEachBlob } from './batch.js';
import type { RowStore } from './row-store.js';

/** Rows in memory, and what does not fit there in a second store. */
export class OverflowStore implements RowStore {
  readonly #first: RowStore;
  readonly #second: RowStore;

  constructor(first: RowStore, second: RowStore) {
    this.#first = first;
    this.#second = second;
  }

  get bytes(): number {
    return this.#first.bytes + this.#second.bytes;
  }

  get capacity(): number {
    return this.#first.capacity + this.#second.capacity;
  }

  fits(bytes: number): boolean {
    return this.#first.fits(bytes) || this.#second.fits(bytes);
  }

  add(target: BlobTarget, rows: Uint8Array, count: number): boolean {
    return this.#first.add(target, rows, count) || this.#second.add(target, rows, count);
  }

  waiting(): readonly BlobTarget[] {
    return oneForEachBlob([...this.#first.waiting(), ...this.#second.waiting()]);
  }

  seal(name: string): readonly Batch[] {
    return [...this.#first.seal(name), ...this.#second.seal(name)];
  }

  /** Each knows its own. */
  done(name: string, batches: readonly Batch[]): void {
    this.#first.done(name, batches);
    this.#second.done(name, batches);
  }

  abandon(): number {
    return this.#first.abandon() + this.#second.abandon();
  }

  async adopt(): Promise<void> {
    await this.#second.adopt?.();
  }

  async close(): Promise<void> {
    await this.#first.close();
    await this.#second.close();
  }
}
