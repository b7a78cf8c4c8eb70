import type { Stage } from '../../event/stage-line.js';
import type { DeliveryOptions } from '../delivery/delivery-options.js';
import { Outbox } from '../delivery/outbox.js';
import type { Endable } from '../lifetime.js';
import { CallPlaces } from './call-places.js';
import type { EventCollectorStats, EventCounters } from './event-counters.js';
import type { EventOutlet, OutgoingRows } from './event-outlet.js';
import { type EventCall, EventRoute, type EventRouteOptions } from './event-route.js';

export interface EventRowsOptions extends EventRouteOptions {
  readonly delivery: DeliveryOptions;
  readonly counters: EventCounters;
  /** Told of failed attempts. */
  readonly onError: (error: Error) => void;
}

const MAX_BUFFERED_BYTES = 64 * 2 ** 20;

/** The v2 side of a collector: calls become events, which wait until their sink has them. */
export class EventRows implements Endable {
  readonly outbox: Outbox;
  readonly #counters: EventCounters;
  readonly #places = new CallPlaces();
  /** Of the collector's own collection. */
  readonly #own: EventRoute;
  readonly #others = new Set<EventRoute>();
  #stage: Stage | undefined;
  #hasClosed = false;

  constructor(options: EventRowsOptions) {
    const { outlet, delivery, counters, onError } = options;
    this.#counters = counters;
    this.outbox = new Outbox({
      sink: outlet.sink,
      delivery,
      maxBytes: delivery.maxBufferedBytes ?? MAX_BUFFERED_BYTES,
      flushMs: delivery.flushMs ?? outlet.flushMs,
      counters,
      onError,
      beforeEnd: () => this.#endRoutes(),
    });
    this.#own = new EventRoute(options, this.outbox, this.#places);
  }

  /**
   * Copies a call's rows; as many of its events as there is room for are taken.
   *
   * @returns false if there is no room for them, which is counted.
   * @throws MdcBridgeError `usage` for what can't be written: its rows are not taken, and their places stay free.
   */
  take(call: EventCall, route: EventRoute = this.#own): boolean {
    const lost = this.#offer(route.format(call), route.outlet);
    if (lost === undefined) return true;
    this.#counters.dropped(lost, 'full');
    return false;
  }

  /** A way into another collection below the same root, in the same stage; open until it is closed. */
  openRoute(options: EventRouteOptions): EventRoute {
    const route = new EventRoute(options, this.outbox, this.#places);
    // One that was closed before has told its end: it goes on from now.
    const since = this.#hasClosed ? undefined : this.#own.since;
    if (this.#stage !== undefined) route.note(this.#stage, since);
    this.#others.add(route);
    return route;
  }

  closeRoute(route: EventRoute): void {
    route.end();
    this.#hasClosed = true;
    this.#others.delete(route);
  }

  /** From now on; told to those who read the events. */
  noteStage(stage: Stage): void {
    this.#own.note(stage);
    if (stage === this.#stage) return;
    this.#stage = stage;
    for (const route of this.#others) route.note(stage);
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

  /** Where they go, and what it last refused with. */
  trouble(): string {
    const { lastError } = this.stats();
    const { url } = this.#own.outlet.sink;
    return lastError === undefined ? url : `${url}: ${lastError}`;
  }

  /** Also the end itself is something to write. */
  hasWork(): boolean {
    return this.outbox.hasWork() || this.#own.isOpen || [...this.#others].some(({ isOpen }) => isOpen);
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

  #endRoutes(): void {
    this.#own.end();
    for (const route of this.#others) route.end();
  }

  /** @returns rows for which there is no room; `undefined` if all are taken. */
  #offer(outgoing: readonly OutgoingRows[], { capacity }: EventOutlet): number | undefined {
    if (this.#counters.waiting + outgoing.length > capacity) return rowsOf(outgoing);
    for (const [i, { target, bytes, rows }] of outgoing.entries()) {
      if (!this.outbox.add(target, bytes, rows)) return rowsOf(outgoing.slice(i));
      if (capacity !== Number.POSITIVE_INFINITY) this.#counters.waiting += 1;
    }
    return undefined;
  }
}

function rowsOf(outgoing: readonly OutgoingRows[]): number {
  return outgoing.reduce((sum, { rows }) => sum + rows, 0);
}
