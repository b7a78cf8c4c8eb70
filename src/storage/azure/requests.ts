import { throwIfAborted } from '../../errors.js';
import { Gate } from './gate.js';
import { Patience, type PatienceLimits } from './patience.js';
import { isPassing, isThrottling, retryAfter, statusOf } from './request-failure.js';

export interface RequestLimits extends PatienceLimits {
  /** At once. */
  readonly concurrency: number;
  /** Megabits a second, both ways together; `Infinity`: no limit. */
  readonly maxMbps: number;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Up and down, for the limit of the rate. */
  readonly bytes?: number;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
/** Before the service has ever answered, its name or port is likely to be wrong: that should be said soon. */
const TRIES_UNHEARD = 4;

/**
 * Sends requests: so many at once, so fast, each repeated with growing random pauses while it fails in passing. Whether a repeated
 * request may do harm is for the caller to see to: the answer to the first may have been lost.
 */
export class Requests {
  readonly #limits: RequestLimits;
  readonly #gate: Gate;
  readonly #patience: Patience;
  #answered = false;
  /** When the line is free again. */
  #free = 0;

  constructor(limits: RequestLimits) {
    this.#limits = limits;
    this.#gate = new Gate(limits.concurrency);
    this.#patience = new Patience(limits);
  }

  /** From its firing on, nothing is repeated, and what is under way is given up within a second. */
  heed(signal: AbortSignal | undefined): void {
    this.#patience.heed(signal);
  }

  /**
   * @param act does one try, and stops at its signal.
   * @throws what the last try threw; the `aborted` error.
   */
  async send<T>(act: (signal: AbortSignal) => Promise<T>, options: RequestOptions = {}): Promise<T> {
    const { signal, bytes = 0 } = options;
    const begun = performance.now();
    for (let tries = 1; ; tries += 1) {
      await this.#wait(bytes, signal);
      const failure = await this.#try(act, signal);
      if ('result' in failure) return failure.result;
      const { error } = failure;
      throwIfAborted(signal);
      if (!isPassing(error)) throw error;
      // At least as long as the service asks for, which may be no time at all.
      const pause = Math.max(retryAfter(error) ?? 0, pauseAfter(tries));
      const hopeless = !this.#answered && tries >= TRIES_UNHEARD;
      const isLast = (after: number): boolean => performance.now() + after > this.#patience.endOf(begun);
      if (hopeless || isLast(pause)) throw error;
      await this.#patience.pause(pause, signal);
      throwIfAborted(signal);
      if (isLast(0)) throw error;
    }
  }

  async #try<T>(
    act: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly result: T } | { readonly error: unknown }> {
    await this.#gate.enter(signal);
    const time = this.#patience.startTry(signal);
    try {
      throwIfAborted(signal);
      const result = await act(time.signal);
      this.#answered = true;
      this.#patience.answered();
      this.#gate.answered();
      return { result };
    } catch (error) {
      // A refusal is an answer, too: the name and the port are right.
      if (statusOf(error) !== undefined) this.#answered = true;
      if (isPassing(error)) {
        if (signal?.aborted !== true) this.#patience.failed();
      } else if (statusOf(error) !== undefined) this.#patience.answered();
      // On a slow line the tries share it, and would all run out of time again and again.
      if (isThrottling(error) || time.isOver) this.#gate.throttled();
      return { error };
    } finally {
      time.end();
      this.#gate.leave();
    }
  }

  /** Takes its time on the line, after those that came before. */
  async #wait(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    const { maxMbps } = this.#limits;
    if (bytes === 0 || maxMbps === Number.POSITIVE_INFINITY) return;
    const now = performance.now();
    const start = Math.max(now, this.#free);
    this.#free = start + (bytes * 8) / (maxMbps * 1000);
    if (start > now) await this.#patience.pause(start - now, signal);
    throwIfAborted(signal);
  }
}

/** Doubled each time, and random between half and all of it, so that many who failed together don't come back together. */
function pauseAfter(tries: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
  return longest * (0.5 + Math.random() / 2);
}
