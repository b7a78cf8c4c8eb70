import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted } from '../../errors.js';
import type { CollectCounters } from '../collect-event.js';
import type { BlobTarget } from './batch.js';
import type { RowSink } from './row-sink.js';
import type { RowStore } from './row-store.js';
import { Shipper } from './shipper.js';
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

/** Sends what waits in a store to a sink: from time to time, and again while the sink refuses. */
export class BatchWriter {
  readonly #store: RowStore;
  readonly #sink: RowSink;
  readonly #flushBytes: number;
  readonly #pace: WriterPace;
  readonly #shipper: Shipper;
  readonly #waiters: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;
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
    this.#shipper = new Shipper(store, sink, counters, onError);
  }

  /** Rows have come: they will be sent. */
  touched(): void {
    if (this.#timer === undefined) this.#arm();
    else if (!this.#pace.isRefused && this.#store.bytes >= this.#flushBytes) this.#drainSoon();
  }

  /** The blob shall be there with its header, if nobody has made it. */
  touchHeader(target: BlobTarget): void {
    this.#shipper.addHeader(target);
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
    return this.#shipper.hasWork();
  }

  /** Without waiting, where the sink can do that; not while it refuses, or is at it. */
  writeNow(): void {
    if (this.#draining !== undefined || this.#pace.isRefused) return;
    if (!this.#shipper.sendNow()) this.#pace.failed();
  }

  /** As `writeNow`, in a process's last moment: what is on its way is waited for in vain. */
  writeLast(): void {
    if (!this.#shipper.sendNow()) this.#pace.failed();
    this.#shipper.disown();
  }

  /** Returns when at least half of the room is free again. */
  async room(): Promise<void> {
    const { epoch } = this.#shipper;
    while (this.#store.bytes > this.#store.capacity / 2 && epoch === this.#shipper.epoch) {
      if (!this.#pace.isRefused) this.#drainSoon();
      // Somebody waits for it: a reason for the process to live on.
      this.#timer?.ref();
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** What waits is no longer sent, and what is on its way has no consequence. */
  forget(): void {
    this.#shipper.forget();
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
    this.#draining = this.#shipper
      .send(signal)
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
