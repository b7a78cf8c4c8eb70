import { channel } from 'node:diagnostics_channel';
import {
  CollectCounters,
  type CollectEvent,
  type CollectorStats,
  type EventDropReason,
} from '../collect-event.js';

export interface EventCollectorStats extends CollectorStats {
  readonly dropped: Readonly<Record<EventDropReason, number>>;
  /** Requests that wait for the sidecar. */
  readonly requestsWaiting: number;
}

const DROPPED = channel('mdc-bridge:collect:dropped');

/** Counts as the legacy collector does, and what else can become of an event's rows. */
export class EventCounters extends CollectCounters {
  readonly #dropped = { sampled: 0, invalid: 0, refused: 0 };
  /** Rows of the batch that is in the sink's hands just now. */
  #refusedNow = 0;
  waiting = 0;

  /** A batch is settled: unless the sink has refused it just before. */
  override written(rows: number, bytes: number, blob: string): void {
    this.waiting = Math.max(0, this.waiting - 1);
    const taken = rows - this.#refusedNow;
    this.#refusedNow = 0;
    if (taken > 0 || rows === 0) super.written(taken, bytes, blob);
  }

  refused(rows: number): void {
    this.#refusedNow += rows;
    this.leftOut(rows, 'refused');
  }

  override abandoned(rows: number): void {
    this.waiting = 0;
    super.abandoned(rows);
  }

  leftOut(rows: number, reason: 'sampled' | 'invalid' | 'refused'): void {
    this.#dropped[reason] += rows;
    DROPPED.publish({ kind: 'dropped', rows, reason } satisfies CollectEvent);
  }

  override stats(bytesBuffered: number): EventCollectorStats {
    const counted = super.stats(bytesBuffered);
    return {
      ...counted,
      dropped: { ...counted.dropped, ...this.#dropped },
      requestsWaiting: this.waiting,
    };
  }
}

/** Of a collector that has written nothing. */
export const NO_EVENTS: EventCollectorStats = new EventCounters().stats(0);
