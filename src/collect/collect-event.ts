import { channel } from 'node:diagnostics_channel';

/** Why accepted rows, or rows that were offered, are not written. */
export type DropReason =
  /** The buffer was full, or the spool was. */
  | 'full'
  /** The storage did not take them before the process had to end. */
  | 'shutdown';

/** Why events that were offered are not sent. */
export type EventDropReason =
  | DropReason
  /** By the sample rate or the ramp: meant to be. Of calls, since their data is not looked at. */
  | 'sampled'
  /** The data, or its context, was none that can be written. Of calls. */
  | 'invalid'
  /** The sidecar answered that it will never take them. */
  | 'refused';

/** What a collector counts, as it happens. `rows` and `bytes` are of CSV. */
export type CollectEvent =
  | { readonly kind: 'accepted'; readonly rows: number; readonly bytes: number }
  | { readonly kind: 'written'; readonly rows: number; readonly bytes: number; readonly blob: string }
  /** These rows could not be written now, and will be tried again. */
  | { readonly kind: 'retried'; readonly rows: number; readonly blob: string; readonly error: Error }
  | { readonly kind: 'dropped'; readonly rows: number; readonly reason: EventDropReason };

const CHANNELS = {
  accepted: channel('mdc-bridge:collect:accepted'),
  written: channel('mdc-bridge:collect:written'),
  retried: channel('mdc-bridge:collect:retried'),
  dropped: channel('mdc-bridge:collect:dropped'),
} as const;

/** What has become of the rows of one collector since it was made. */
export interface CollectorStats {
  readonly accepted: number;
  readonly written: number;
  /** Rows that a failed attempt had to leave for the next; one row may count several times. */
  readonly retried: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly bytesBuffered: number;
  /** When rows were last written, ISO 8601. */
  readonly lastFlush?: string;
  readonly lastError?: string;
}

export const NO_STATS: CollectorStats = {
  accepted: 0,
  written: 0,
  retried: 0,
  dropped: { full: 0, shutdown: 0 },
  bytesBuffered: 0,
};

/** Counts, and tells subscribers of `node:diagnostics_channel`. */
export class CollectCounters {
  #accepted = 0;
  #written = 0;
  #retried = 0;
  readonly #dropped: Record<DropReason, number> = { full: 0, shutdown: 0 };
  #lastFlush: Date | undefined;
  #lastError: string | undefined;

  /** On the hot path: an event object is made for subscribers only. */
  accepted(rows: number, bytes: number): void {
    this.#accepted += rows;
    if (CHANNELS.accepted.hasSubscribers) {
      CHANNELS.accepted.publish({ kind: 'accepted', rows, bytes } satisfies CollectEvent);
    }
  }

  written(rows: number, bytes: number, blob: string): void {
    this.#written += rows;
    this.#lastFlush = new Date();
    CHANNELS.written.publish({ kind: 'written', rows, bytes, blob } satisfies CollectEvent);
  }

  retried(rows: number, blob: string, error: Error): void {
    this.#retried += rows;
    this.#lastError = error.message;
    CHANNELS.retried.publish({ kind: 'retried', rows, blob, error } satisfies CollectEvent);
  }

  dropped(rows: number, reason: DropReason): void {
    this.#dropped[reason] += rows;
    CHANNELS.dropped.publish({ kind: 'dropped', rows, reason } satisfies CollectEvent);
  }

  /** What waited is lost with the process, or kept by a spool (then `rows` is 0). */
  abandoned(rows: number): void {
    if (rows > 0) this.dropped(rows, 'shutdown');
  }

  stats(bytesBuffered: number): CollectorStats {
    return {
      accepted: this.#accepted,
      written: this.#written,
      retried: this.#retried,
      dropped: { ...this.#dropped },
      bytesBuffered,
      ...(this.#lastFlush === undefined ? {} : { lastFlush: this.#lastFlush.toISOString() }),
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
    };
  }
}
