import type { RowIdOptions } from '../../mapping/settings.js';
import { BatchWriter } from '../delivery/batch-writer.js';
import { Leftovers } from '../delivery/leftovers.js';
import type { RowStore } from '../delivery/row-store.js';
import { type CallPart, CallPlaces } from './call-places.js';
import type { EventCollectorStats, EventCounters } from './event-counters.js';
import type { Frame } from './event-frame.js';
import type { CollectedPart, EventOutlet, OutgoingRows } from './event-outlet.js';
import type { RowsEncoder } from './frame-encoder.js';
import { RowIdColumn } from './row-id-column.js';

/** One call of `collect`, with what it is written under. */
export interface EventCall extends Pick<CollectedPart, 'time' | 'headers'> {
  readonly id: string;
  /** The id unless told. */
  readonly requestId?: string;
  readonly frame: Frame;
}

export interface EventRowsOptions {
  readonly outlet: EventOutlet;
  readonly store: RowStore;
  readonly counters: EventCounters;
  readonly encoder: RowsEncoder;
  readonly rowId: RowIdOptions | undefined;
  readonly flushMs: number;
  /** Events are in their file before the next tick ends. */
  readonly writesThrough: boolean;
  /** Told of failed attempts. */
  readonly onError: (error: Error) => void;
}

const FLUSH_BYTES = 4 * 2 ** 20;

/** The v2 side of a collector: calls become events, which wait until their sink has them. */
export class EventRows {
  readonly #outlet: EventOutlet;
  readonly #store: RowStore;
  readonly #counters: EventCounters;
  readonly #encoder: RowsEncoder;
  readonly #places = new CallPlaces();
  readonly #rowId: RowIdColumn | undefined;
  readonly #writer: BatchWriter;
  readonly #leftovers: Leftovers | undefined;
  readonly #writesThrough: boolean;
  #throughTick: NodeJS.Immediate | undefined;

  constructor(options: EventRowsOptions) {
    const { outlet, store, counters, onError, flushMs } = options;
    this.#outlet = outlet;
    this.#store = store;
    this.#counters = counters;
    this.#writesThrough = options.writesThrough;
    this.#encoder = options.encoder;
    this.#rowId = options.rowId === undefined ? undefined : new RowIdColumn(options.rowId);
    const rhythm = { flushMs, flushBytes: FLUSH_BYTES };
    this.#writer = new BatchWriter(store, outlet.sink, rhythm, counters, onError);
    this.#leftovers = Leftovers.of(store, () => this.#writer.touched(), onError);
  }

  /**
   * Copies a call's rows; as many of its events as there is room for are taken.
   *
   * @returns false if there is no room for them, which is counted.
   * @throws MdcBridgeError `usage` for what can't be written: its rows are not taken, and their places stay free.
   */
  take(call: EventCall): boolean {
    const places = this.#places.take(call.id, call.frame.count);
    const frame = this.#rowId?.addTo(call.frame, call.id, places) ?? call.frame;
    const encodable = this.#encoder.open(frame);
    const part = ({ correlationId, start, end }: CallPart): CollectedPart => ({
      correlationId,
      requestId: call.requestId ?? call.id,
      time: call.time,
      headers: call.headers,
      data: encodable.encode(start, end),
      rows: end - start,
    });
    const lost = this.#offer(this.#outlet.format(places.map(part)));
    if (lost === undefined) return true;
    this.#counters.dropped(lost, 'full');
    return false;
  }

  /** What can't even be read takes a place of its call, so that the parts after it still meet those of other collections. */
  skip(id: string): void {
    this.#places.take(id, 0);
  }

  /** A call that is not written. */
  leaveOut(reason: 'sampled' | 'invalid'): void {
    this.#counters.leftOut(1, reason);
  }

  stats(): EventCollectorStats {
    return this.#counters.stats(this.#store.bytes);
  }

  hasWork(): boolean {
    return this.#writer.hasWork();
  }

  async flush(): Promise<void> {
    await this.#writer.flush();
  }

  async ready(): Promise<void> {
    await this.#writer.room();
  }

  /** Sends what is left, within the deadline; what the sink does not take stays. */
  async finish(deadlineMs: number): Promise<void> {
    await this.#writer.flushUntil(deadlineMs);
  }

  /** In the process's last moment. @returns rows that are lost. */
  finishNow(): number {
    if (this.#writer.hasWork()) this.#writer.writeLast();
    return this.giveUp();
  }

  /** Nobody will send what is left. @returns rows that are lost. */
  giveUp(): number {
    if (!this.#writer.hasWork()) return 0;
    this.#writer.forget();
    const rows = this.#store.abandon();
    this.#counters.waiting = 0;
    if (rows > 0) this.#counters.dropped(rows, 'shutdown');
    return rows;
  }

  async close(): Promise<void> {
    this.#leftovers?.stop();
    await this.#writer.close();
  }

  /** @returns rows for which there is no room; `undefined` if all are taken. */
  #offer(outgoing: readonly OutgoingRows[]): number | undefined {
    if (this.#counters.waiting + outgoing.length > this.#outlet.capacity) return rowsOf(outgoing);
    for (const [i, { target, bytes, rows }] of outgoing.entries()) {
      if (!this.#store.add(target, bytes, rows)) return rowsOf(outgoing.slice(i));
      this.#counters.accepted(rows, bytes.length);
      if (this.#outlet.capacity !== Number.POSITIVE_INFINITY) this.#counters.waiting += 1;
      this.#writer.touched();
      if (this.#writesThrough) this.#throughTick ??= setImmediate(this.#writeThrough);
    }
    return undefined;
  }

  readonly #writeThrough = (): void => {
    this.#throughTick = undefined;
    this.#writer.writeNow();
  };
}

function rowsOf(outgoing: readonly OutgoingRows[]): number {
  return outgoing.reduce((sum, { rows }) => sum + rows, 0);
}
