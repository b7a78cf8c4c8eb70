import type { CollectCounters } from '../collect-event.js';
import type { BlobTarget } from './batch.js';
import { BatchWriter } from './batch-writer.js';
import type { DeliveryOptions } from './delivery-options.js';
import { Leftovers } from './leftovers.js';
import { openStore } from './open-store.js';
import type { RowSink } from './row-sink.js';
import type { RowStore } from './row-store.js';

const FLUSH_BYTES = 4 * 2 ** 20;

export interface OutboxOptions {
  readonly sink: RowSink;
  /** How rows wait: as the caller says, or in this store, of which the outbox has charge from now on. */
  readonly delivery: DeliveryOptions | { readonly store: RowStore };
  readonly maxBytes: number;
  readonly flushMs: number;
  /** So many bytes are sent before the time is up. */
  readonly flushBytes?: number;
  readonly counters: CollectCounters;
  /** Told of failed attempts, and of what a spool's disk refuses. */
  readonly onError: (error: Error) => void;
  /** Called before the last rows are written: there may be more to say. */
  readonly beforeEnd?: () => void;
}

/** One side of a collector from the moment when its bytes are accepted: they wait, are sent, and outlive the process as was asked for. */
export class Outbox {
  readonly #store: RowStore;
  readonly #writer: BatchWriter;
  readonly #leftovers: Leftovers | undefined;
  readonly #counters: CollectCounters;
  readonly #beforeEnd: () => void;
  /** Bytes are in their file before the next tick ends. */
  readonly #writesThrough: boolean;
  #throughTick: NodeJS.Immediate | undefined;

  constructor(options: OutboxOptions) {
    const { sink, delivery, maxBytes, flushMs, flushBytes = FLUSH_BYTES, counters, onError } = options;
    this.#store = 'store' in delivery ? delivery.store : openStore(delivery, sink, maxBytes, onError);
    this.#writer = new BatchWriter(this.#store, sink, { flushMs, flushBytes }, counters, onError);
    this.#leftovers = Leftovers.of(this.#store, () => this.#writer.touched(), onError);
    this.#counters = counters;
    this.#beforeEnd = options.beforeEnd ?? (() => undefined);
    this.#writesThrough =
      !('store' in delivery) && delivery.durability === 'spool' && sink.writeNow !== undefined;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#store.bytes;
  }

  /** Bytes that may wait. */
  get capacity(): number {
    return this.#store.capacity;
  }

  /** Takes whole rows for a blob, and counts them. @returns false if they don't fit: that is for the caller to count. */
  add(target: BlobTarget, bytes: Uint8Array, rows: number): boolean {
    if (!this.#store.add(target, bytes, rows)) return false;
    this.#counters.accepted(rows, bytes.length);
    this.#writer.touched();
    if (this.#writesThrough) this.#throughTick ??= setImmediate(this.#writeThrough);
    return true;
  }

  /** The blob shall be there with its header, if nobody has made it. */
  touchHeader(target: BlobTarget): void {
    this.#writer.touchHeader(target);
  }

  hasWork(): boolean {
    return this.#writer.hasWork();
  }

  /** @throws StorageError what the sink refused with; the rows are kept. */
  async flush(): Promise<void> {
    await this.#writer.flush();
  }

  /** Returns when at least half of the room is free. */
  async ready(): Promise<void> {
    await this.#writer.room();
  }

  /** Writes what is left, within the deadline; what the sink does not take stays. */
  async finish(deadlineMs: number): Promise<void> {
    this.#beforeEnd();
    await this.#writer.flushUntil(deadlineMs);
  }

  /** Without waiting, where the sink can do that, also while it is at it; what it refuses stays. */
  writeLast(): void {
    if (this.#writer.hasWork()) this.#writer.writeLast();
  }

  /** In the process's last moment. @returns rows that are lost. */
  finishNow(): number {
    this.#beforeEnd();
    this.writeLast();
    return this.giveUp();
  }

  /** Nobody will write what is left. @returns rows that are lost. */
  giveUp(): number {
    if (!this.#writer.hasWork()) return 0;
    this.#writer.forget();
    const rows = this.#store.abandon();
    this.#counters.abandoned(rows);
    return rows;
  }

  async close(): Promise<void> {
    this.#leftovers?.stop();
    await this.#writer.close();
  }

  readonly #writeThrough = (): void => {
    this.#throughTick = undefined;
    this.#writer.writeNow();
  };
}
