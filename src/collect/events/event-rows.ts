import type { Stage } from '../../event/stage-line.js';
import type { RowIdOptions } from '../../mapping/settings.js';
import type { DeliveryOptions } from '../delivery/delivery-options.js';
import { Outbox } from '../delivery/outbox.js';
import type { Endable } from '../lifetime.js';
import type { Frame } from '../table.js';
import { type CallPart, CallPlaces } from './call-places.js';
import type { EventCollectorStats, EventCounters } from './event-counters.js';
import type { CollectedPart, EventOutlet, OutgoingRows } from './event-outlet.js';
import type { RowsEncoder } from './frame-encoder.js';
import { RowIdColumn } from './row-id-column.js';
import { StageRecord, type StageRecordOptions, type StageRecordPlace } from './stage-record.js';

/** One call of `collect`, with what it is written under. */
export interface EventCall extends Pick<CollectedPart, 'time' | 'headers'> {
  readonly id: string;
  /** The id unless told. */
  readonly requestId?: string;
  readonly frame: Frame;
}

export interface EventRowsOptions {
  readonly outlet: EventOutlet;
  readonly delivery: DeliveryOptions;
  readonly counters: EventCounters;
  readonly encoder: RowsEncoder;
  readonly rowId: RowIdOptions | undefined;
  /** Where the writer's stage is told; without it, nowhere. */
  readonly stages?: { readonly place: StageRecordPlace; readonly options: StageRecordOptions };
  /** Told of failed attempts. */
  readonly onError: (error: Error) => void;
}

const MAX_BUFFERED_BYTES = 64 * 2 ** 20;

/** The v2 side of a collector: calls become events, which wait until their sink has them. */
export class EventRows implements Endable {
  readonly outbox: Outbox;
  readonly #outlet: EventOutlet;
  readonly #counters: EventCounters;
  readonly #encoder: RowsEncoder;
  readonly #places = new CallPlaces();
  readonly #rowId: RowIdColumn | undefined;
  readonly #stages: StageRecord | undefined;

  constructor(options: EventRowsOptions) {
    const { outlet, delivery, counters, stages, onError } = options;
    this.#outlet = outlet;
    this.#counters = counters;
    this.#encoder = options.encoder;
    this.#rowId = options.rowId === undefined ? undefined : new RowIdColumn(options.rowId);
    this.outbox = new Outbox({
      sink: outlet.sink,
      delivery,
      maxBytes: delivery.maxBufferedBytes ?? MAX_BUFFERED_BYTES,
      flushMs: delivery.flushMs ?? outlet.flushMs,
      counters,
      onError,
      beforeEnd: () => this.#stages?.end(),
    });
    this.#stages = stages && new StageRecord(this.outbox, outlet.sink.url, stages.place, stages.options);
  }

  /**
   * Copies a call's rows; as many of its events as there is room for are taken.
   *
   * @returns false if there is no room for them, which is counted.
   * @throws MdcBridgeError `usage` for what can't be written: its rows are not taken, and their places stay free.
   */
  take(call: EventCall): boolean {
    this.#stages?.called();
    const places = this.#places.take(call.id, call.frame.count);
    const frame = this.#rowId?.addTo(call.frame, call.id, places) ?? call.frame;
    const encodable = this.#encoder.open(frame);
    const isOne = places.length === 1;
    const part = ({ correlationId, start, end }: CallPart): CollectedPart => ({
      correlationId,
      requestId: call.requestId ?? call.id,
      time: call.time,
      headers: call.headers,
      data: isOne ? encodable.encode(start, end) : Uint8Array.from(encodable.encode(start, end)),
      rows: end - start,
    });
    const lost = this.#offer(this.#outlet.format(places.map(part)));
    if (lost === undefined) return true;
    this.#counters.dropped(lost, 'full');
    return false;
  }

  /** From now on; told to those who read the events. */
  noteStage(stage: Stage): void {
    this.#stages?.note(stage);
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
    return this.#counters.stats(this.outbox.bytes);
  }

  /** Also the end itself is something to write. */
  hasWork(): boolean {
    return this.outbox.hasWork() || this.#stages?.isOpen === true;
  }

  async finish(deadlineMs: number): Promise<void> {
    await this.outbox.finish(deadlineMs);
  }

  finishNow(): number {
    return this.outbox.finishNow();
  }

  giveUp(): number {
    return this.outbox.giveUp();
  }

  async close(): Promise<void> {
    await this.outbox.close();
  }

  /** @returns rows for which there is no room; `undefined` if all are taken. */
  #offer(outgoing: readonly OutgoingRows[]): number | undefined {
    if (this.#counters.waiting + outgoing.length > this.#outlet.capacity) return rowsOf(outgoing);
    for (const [i, { target, bytes, rows }] of outgoing.entries()) {
      if (!this.outbox.add(target, bytes, rows)) return rowsOf(outgoing.slice(i));
      if (this.#outlet.capacity !== Number.POSITIVE_INFINITY) this.#counters.waiting += 1;
    }
    return undefined;
  }
}

function rowsOf(outgoing: readonly OutgoingRows[]): number {
  return outgoing.reduce((sum, { rows }) => sum + rows, 0);
}
