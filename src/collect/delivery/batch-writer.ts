import { setTimeout as sleep } from 'node:timers/promises';
import { MdcBridgeError, StorageError, throwIfAborted } from '../../errors.js';
import type { CollectCounters } from '../collect-event.js';
import type { Batch, BlobTarget } from './batch.js';
import type { RowSink } from './row-sink.js';
import type { RowStore } from './row-store.js';
import { WriterPace } from './writer-pace.js';

export interface WriterRhythm {
  /** Rows wait so long at most before they are sent. */
  readonly flushMs: number;
  /** So many bytes are sent at once, before the time is up. */
  readonly flushBytes: number;
}

/** Of a process that waits for it to end. */
const LONGEST_LAST_PAUSE_MS = 500;
/** Beyond it a timer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const BATCHES_AT_ONCE = 16;

/** Sends what waits in a store to a sink: from time to time, and again while the sink refuses. */
export class BatchWriter {
  readonly #store: RowStore;
  readonly #sink: RowSink;
  readonly #flushBytes: number;
  readonly #pace: WriterPace;
  readonly #counters: CollectCounters;
  readonly #onError: (error: Error) => void;
  /** Blobs that shall have their header though no row waits for them. */
  readonly #headers = new Map<string, BlobTarget>();
  readonly #waiters: (() => void)[] = [];
  /** Of a full blob: where its last rows went. */
  #continuation = '';
  #timer: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;
  /** Counts how often rows were given up: what is on its way from before has no consequence. */
  #epoch = 0;
  #isClosed = false;

  /** @param onError told of each failed attempt; its rows are kept. */
  constructor(
    store: RowStore,
    sink: RowSink,
    { flushMs, flushBytes }: WriterRhythm,
    counters: CollectCounters,
    onError: (error: Error) => void,
  ) {
    this.#store = store;
    this.#sink = sink;
    this.#flushBytes = flushBytes;
    this.#pace = new WriterPace(flushMs);
    this.#counters = counters;
    this.#onError = onError;
  }

  /** Rows have come: they will be sent. */
  touched(): void {
    if (this.#timer === undefined) this.#arm();
    else if (!this.#pace.isRefused && this.#store.bytes >= this.#flushBytes) this.#drainSoon();
  }

  /** The blob shall be there with its header, if nobody has made it. */
  touchHeader(target: BlobTarget): void {
    this.#headers.set(target.name, target);
    this.touched();
  }

  /**
   * Returns when all that was accepted before is written.
   *
   * @throws StorageError what the sink last refused with; the rows are kept, and tried again.
   */
  async flush(signal?: AbortSignal): Promise<void> {
    // What is on its way was gathered earlier, and may lack the last rows.
    while (this.#draining !== undefined) {
      await orAborted(this.#draining, signal).catch(() => undefined);
      throwIfAborted(signal);
    }
    await orAborted(this.#drain(signal), signal);
  }

  /** As `flush`, again and again until the deadline: what is left then stays in the store. */
  async flushUntil(deadlineMs: number): Promise<void> {
    const deadline = new AbortController();
    // Unlike AbortSignal.timeout, it keeps the process up: a sink may wait for nothing that does.
    const timer = setTimeout(() => deadline.abort(), deadlineMs);
    const { signal } = deadline;
    while (this.hasWork() && !signal.aborted) {
      try {
        await this.flush(signal);
      } catch {
        await sleep(Math.min(this.#pace.pause(), LONGEST_LAST_PAUSE_MS), undefined, { signal }).catch(
          () => undefined,
        );
      }
    }
    clearTimeout(timer);
  }

  hasWork(): boolean {
    return this.#headers.size > 0 || this.#store.waiting().length > 0;
  }

  /** Without waiting, where the sink can do that; not while it refuses, or is at it. */
  writeNow(): void {
    if (this.#draining === undefined && !this.#pace.isRefused) this.#writeAll();
  }

  /** As `writeNow`, in a process's last moment: what is on its way is waited for in vain. */
  writeLast(): void {
    this.#writeAll();
    this.#epoch += 1;
  }

  /** Returns when at least half of the room is free again. */
  async room(): Promise<void> {
    const epoch = this.#epoch;
    while (this.#store.bytes > this.#store.capacity / 2 && epoch === this.#epoch) {
      if (!this.#pace.isRefused) this.#drainSoon();
      // Somebody waits for it: a reason for the process to live on.
      this.#timer?.ref();
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** What waits is no longer sent, and what is on its way has no consequence. */
  forget(): void {
    this.#epoch += 1;
    this.#headers.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  /** To be called when nothing is left, or forgotten. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.forget();
    await this.#store.close();
    await this.#sink.close();
  }

  #targets(): readonly BlobTarget[] {
    const waiting = this.#store.waiting();
    const names = new Set(waiting.map(({ name }) => name));
    return [...waiting, ...[...this.#headers.values()].filter(({ name }) => !names.has(name))];
  }

  #arm(): void {
    clearTimeout(this.#timer);
    // No reason for the process to live on: it is flushed when it ends.
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#drainSoon();
      },
      Math.min(this.#pace.pause(), LONGEST_TIMER_MS),
    ).unref();
  }

  #drainSoon(): void {
    if (this.#draining === undefined) void this.#drain(undefined).catch(() => undefined);
  }

  #drain(signal: AbortSignal | undefined): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#draining = this.#send(signal)
      .then(
        (blocks) => this.#pace.succeeded(blocks),
        (error: unknown) => {
          this.#pace.failed();
          throw error;
        },
      )
      .finally(() => {
        this.#draining = undefined;
        for (const resolve of this.#waiters.splice(0)) resolve();
        if (this.hasWork() && !this.#isClosed) this.#arm();
      });
    return this.#draining;
  }

  /** Blob by blob; what one refuses keeps none of the others. @returns blocks of the fullest. */
  async #send(signal: AbortSignal | undefined): Promise<number> {
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

  #writeAll(): void {
    if (this.#sink.writeNow === undefined) return;
    for (const target of this.#targets()) {
      const batches = this.#store.seal(target.name);
      try {
        this.#sink.writeNow(target, batches);
        this.#wrote(target, batches, target.name);
      } catch (error) {
        this.#pace.failed();
        this.#refused(target, batches, error);
      }
    }
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
}

function rowsOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, batch) => sum + batch.rows, 0);
}

/** A request may not hear its signal at once. */
async function orAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return await work;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = (): void => resolve();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([work, promise]);
    throwIfAborted(signal);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
