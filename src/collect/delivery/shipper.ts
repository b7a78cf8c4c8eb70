import { MdcBridgeError, StorageError, throwIfAborted } from '../../errors.js';
import type { CollectCounters } from '../collect-event.js';
import type { Batch, BlobTarget } from './batch.js';
import type { RowSink } from './row-sink.js';
import type { RowStore } from './row-store.js';

const BATCHES_AT_ONCE = 16;

/** One round of sending: all that waits in a store goes to a sink, and is forgotten there when it has been seen written. */
export class Shipper {
  readonly #store: RowStore;
  readonly #sink: RowSink;
  readonly #counters: CollectCounters;
  readonly #onError: (error: Error) => void;
  /** Blobs that shall have their header though no row waits for them. */
  readonly #headers = new Map<string, BlobTarget>();
  /** Of a full blob: where its last rows went. */
  #continuation = '';
  /** Counts how often rows were given up: what is on its way from before has no consequence. */
  #epoch = 0;

  /** @param onError told of each failed attempt; its rows are kept. */
  constructor(store: RowStore, sink: RowSink, counters: CollectCounters, onError: (error: Error) => void) {
    this.#store = store;
    this.#sink = sink;
    this.#counters = counters;
    this.#onError = onError;
  }

  /** Differs after rows were given up. */
  get epoch(): number {
    return this.#epoch;
  }

  addHeader(target: BlobTarget): void {
    this.#headers.set(target.name, target);
  }

  hasWork(): boolean {
    return this.#headers.size > 0 || this.#store.waiting().length > 0;
  }

  /** What is on its way is waited for in vain. */
  disown(): void {
    this.#epoch += 1;
  }

  /** What waits is no longer sent, and what is on its way has no consequence. */
  forget(): void {
    this.#epoch += 1;
    this.#headers.clear();
  }

  /** Blob by blob; what one refuses keeps none of the others. @returns blocks of the fullest. */
  async send(signal: AbortSignal | undefined): Promise<number> {
    const epoch = this.#epoch;
    let failure: unknown;
    let blocks = 0;
    for (const target of this.#targets()) {
      const batches = this.#store.seal(target.name);
      try {
        blocks = Math.max(blocks, await this.#sendBatches(target, batches, signal));
      } catch (error) {
        throwIfAborted(signal);
        if (epoch !== this.#epoch) return blocks;
        failure = error;
        this.#refused(target, batches, error);
      }
    }
    if (failure !== undefined) throw failure;
    return blocks;
  }

  /** So many at once: those of a spool are read from the disk for it. */
  async #sendBatches(
    target: BlobTarget,
    batches: readonly Batch[],
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const epoch = this.#epoch;
    let most = 0;
    for (let first = 0; first === 0 || first < batches.length; first += BATCHES_AT_ONCE) {
      const some = batches.slice(first, first + BATCHES_AT_ONCE);
      const { name, blocks = 0 } = await this.#sink.write(target, some, signal);
      if (epoch !== this.#epoch) return most;
      most = Math.max(most, blocks);
      this.#wrote(target, some, name);
    }
    return most;
  }

  /** Without waiting, where the sink can do that. @returns false if it refused any. */
  sendNow(): boolean {
    if (this.#sink.writeNow === undefined) return true;
    let isTaken = true;
    for (const target of this.#targets()) {
      const batches = this.#store.seal(target.name);
      try {
        this.#sink.writeNow(target, batches);
        this.#wrote(target, batches, target.name);
      } catch (error) {
        isTaken = false;
        this.#refused(target, batches, error);
      }
    }
    return isTaken;
  }

  #wrote(target: BlobTarget, batches: readonly Batch[], blob: string): void {
    this.#headers.delete(target.name);
    if (batches.length === 0) return;
    const rows = rowsOf(batches);
    const bytes = batches.reduce((sum, batch) => sum + batch.size, 0);
    this.#store.done(target.name, batches);
    this.#counters.written(rows, bytes, blob);
    if (blob !== target.name && blob !== this.#continuation) this.#tellContinuation(target.name, blob);
  }

  /** Readers of the blob alone don't see what follows it: told once. */
  #tellContinuation(name: string, blob: string): void {
    this.#continuation = blob;
    this.#onError(
      new MdcBridgeError('storage', `${name} has as many blocks as it may: its rows go on in ${blob}`, {
        remedy: 'read all files of the folder; a longer flushMs, or fewer processes, make fewer blocks',
      }),
    );
  }

  #refused({ name }: BlobTarget, batches: readonly Batch[], cause: unknown): void {
    const error =
      cause instanceof MdcBridgeError
        ? cause
        : new StorageError('EUNKNOWN', `can't write rows to ${name}`, { cause });
    this.#counters.retried(rowsOf(batches), name, error);
    this.#onError(error);
  }

  #targets(): readonly BlobTarget[] {
    const waiting = this.#store.waiting();
    const names = new Set(waiting.map(({ name }) => name));
    return [...waiting, ...[...this.#headers.values()].filter(({ name }) => !names.has(name))];
  }
}

function rowsOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, batch) => sum + batch.rows, 0);
}
