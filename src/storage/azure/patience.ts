export interface PatienceLimits {
  /** A request that fails in passing is repeated for so long; and so are all of them together while none is answered. */
  readonly retrySeconds: number;
  /** One try of a request; a stalled connection is given up then. */
  readonly tryMs: number;
}

/** One try's time. */
export interface TryTime {
  /** Fires when the time is over, or with the caller's signal. */
  readonly signal: AbortSignal;
  readonly isOver: boolean;
  end(): void;
}

/** A run that is told to stop may finish what is under way for so long. */
const GRACE_MS = 1000;
/** And then, where nobody answers, each of the requests by which it puts things in order. */
const LAST_TRY_MS = 250;
/** One try while an outage goes on for longer than requests are repeated. */
const OUTAGE_TRY_MS = 5000;
/** Failures that are further apart are not of one outage. */
const OUTAGE_GAP_MS = 120_000;

/**
 * How long requests are waited for. While none is answered, one clock runs for all of them: a run on a dead network comes to its
 * end when that has run out, rather than once more for each request by which it ends. When its caller is to stop, nothing is
 * repeated any more, and little waited for.
 */
export class Patience {
  readonly #limits: PatienceLimits;
  /** Called when the run is to stop. */
  readonly #waits = new Set<() => void>();
  #outage: { readonly since: number; readonly last: number } | undefined;
  #signal: AbortSignal | undefined;
  #stopped: number | undefined;

  constructor(limits: PatienceLimits) {
    this.#limits = limits;
  }

  /** From here on, in place of an earlier one. */
  heed(signal: AbortSignal | undefined): void {
    if (signal === this.#signal) return;
    this.#signal?.removeEventListener('abort', this.#stop);
    this.#signal = signal;
    this.#stopped = undefined;
    signal?.addEventListener('abort', this.#stop);
    if (signal?.aborted === true) this.#stop();
  }

  /** Somebody is there. */
  answered(): void {
    this.#outage = undefined;
  }

  /** A request failed in passing. */
  failed(): void {
    const now = performance.now();
    const isNew = this.#outage === undefined || now - this.#outage.last > OUTAGE_GAP_MS;
    this.#outage = { since: isNew ? now : (this.#outage?.since ?? now), last: now };
  }

  /** When a request that was begun then is repeated no more, on the clock of `performance`. */
  endOf(begun: number): number {
    if (this.#stopped !== undefined) return Number.NEGATIVE_INFINITY;
    return Math.min(begun, this.#outage?.since ?? begun) + this.#limits.retrySeconds * 1000;
  }

  startTry(signal: AbortSignal | undefined): TryTime {
    const over = new AbortController();
    let isOver = false;
    const expire = (): void => {
      isOver = true;
      over.abort();
    };
    const abort = (): void => over.abort();
    let timer = setTimeout(expire, this.#tryMs());
    const hurry = (): void => {
      clearTimeout(timer);
      timer = setTimeout(expire, this.#tryMs());
    };
    this.#waits.add(hurry);
    signal?.addEventListener('abort', abort);
    return {
      signal: over.signal,
      get isOver() {
        return isOver;
      },
      end: () => {
        clearTimeout(timer);
        this.#waits.delete(hurry);
        signal?.removeEventListener('abort', abort);
      },
    };
  }

  /** Returns early when the caller's signal fires, or the run is to stop. */
  async pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true || this.#stopped !== undefined) return;
    let finish = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const timer = setTimeout(finish, ms);
    this.#waits.add(finish);
    signal?.addEventListener('abort', finish);
    await over;
    clearTimeout(timer);
    this.#waits.delete(finish);
    signal?.removeEventListener('abort', finish);
  }

  #tryMs(): number {
    const { tryMs } = this.#limits;
    const now = performance.now();
    if (this.#stopped !== undefined) {
      const left = this.#outage === undefined ? GRACE_MS : this.#stopped + GRACE_MS - now;
      return Math.min(tryMs, Math.max(LAST_TRY_MS, left));
    }
    return now > this.endOf(now) ? Math.min(tryMs, OUTAGE_TRY_MS) : tryMs;
  }

  readonly #stop = (): void => {
    this.#stopped = performance.now();
    for (const hurry of this.#waits) hurry();
  };
}
