import { MemoryStore } from '../collect/delivery/memory-store.js';
import { openSinkAt } from '../collect/delivery/open-sink.js';
import { Outbox } from '../collect/delivery/outbox.js';
import { type RowSink, spoolBatchBytes, usualFlushMs } from '../collect/delivery/row-sink.js';
import type { RowStore } from '../collect/delivery/row-store.js';
import { SpoolStore } from '../collect/spool/spool.js';
import type { Environment } from '../legacy/environment.js';
import type { StorageOptions } from '../storage/storage-options.js';
import { SideCounters } from './side-counters.js';
import type { WrittenCall } from './written-call.js';

/** How what was accepted waits. */
export type Keeping =
  /** In local files, which a killed process leaves to the next one. A machine that loses its power loses what its disk has not got. */
  | {
      readonly durability: 'disk';
      readonly folder: string;
      /** Of one destination, on the disk. */
      readonly maxSpoolBytes: number;
      /** In memory, between two turns of the event loop or while the disk refuses. */
      readonly maxUnwrittenBytes: number;
    }
  /** A killed process loses it. */
  | { readonly durability: 'memory'; readonly maxBufferedBytes: number };

export interface DestinationOptions {
  readonly keeping: Keeping;
  readonly flushMs: number | undefined;
  readonly storage: StorageOptions | undefined;
  readonly environment: Environment;
  readonly onError: (error: Error) => void;
}

const SHORT_BYTES = 4096;

/** What a destination ends with. */
export interface DestinationEnd {
  /** Rows. */
  readonly lost: number;
  /** In the spool. */
  readonly bytesLeft: number;
}

/** A tree that collections are written to: what was accepted for it waits in one place, and is sent to it. */
export class Destination {
  /** Without credentials. */
  readonly url: string;
  readonly outbox: Outbox;
  readonly counters: SideCounters;
  readonly #store: RowStore;
  /** Writes what was added to the disk. False: it takes nothing, and what is not written is forgotten. */
  readonly #commit: () => boolean;

  /** Takes over first what killed processes have left for the same place. @throws StorageError of the spool's folder */
  static async open(address: string, options: DestinationOptions): Promise<Destination> {
    const sink = openSinkAt(address, options.storage, options.environment);
    const { keeping, onError } = options;
    if (keeping.durability === 'memory') {
      const store = new MemoryStore(keeping.maxBufferedBytes);
      return new Destination(sink, store, () => true, new SideCounters(), options);
    }
    const spool = new SpoolStore({ ...keeping, url: sink.url, batchBytes: spoolBatchBytes(sink), onError });
    await spool.adopt();
    const counters = new SideCounters();
    for (const { name } of spool.waiting()) {
      for (const { size } of spool.seal(name)) counters.adopted(name, size);
    }
    const commit = (): boolean => {
      if (spool.writeNow()) return true;
      spool.abandon();
      return false;
    };
    return new Destination(sink, spool, commit, counters, options);
  }

  private constructor(
    sink: RowSink,
    store: RowStore,
    commit: () => boolean,
    counters: SideCounters,
    { flushMs, onError }: DestinationOptions,
  ) {
    this.url = sink.url;
    this.counters = counters;
    this.#store = store;
    this.#commit = commit;
    this.outbox = new Outbox({
      sink,
      delivery: { store },
      maxBytes: store.capacity,
      flushMs: flushMs ?? usualFlushMs(sink),
      counters,
      onError,
    });
  }

  /** So that not even a short row might fit. */
  get isFull(): boolean {
    return !this.#store.fits(SHORT_BYTES);
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#store.bytes;
  }

  /** Whether the rows could be taken by an empty store. */
  couldHold(call: WrittenCall): boolean {
    return call.kind === 'nothing' || call.bytes.length <= this.#store.capacity;
  }

  fits(call: WrittenCall): boolean {
    return call.kind === 'nothing' || this.#store.fits(call.bytes.length);
  }

  /** To be asked for only where they fit. */
  add(collection: string, call: WrittenCall): void {
    if (call.kind === 'nothing') return;
    this.outbox.add(call.target, call.bytes, call.rows);
    this.counters.took(collection, call.target.name, call.rows, call.bytes.length);
  }

  /** As far as it was asked for, what was added outlives the process from now on. False: it is forgotten. */
  commit(): boolean {
    return this.#commit();
  }

  /** Writes what is left within the deadline; what the storage does not take stays in the spool. */
  async close(deadlineMs: number): Promise<DestinationEnd> {
    await this.outbox.finish(deadlineMs);
    const bytes = this.#store.bytes;
    const lost = this.outbox.giveUp();
    await this.outbox.close();
    return { lost, bytesLeft: lost > 0 ? 0 : bytes };
  }
}
