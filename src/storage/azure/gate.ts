import { abortedError, throwIfAborted } from '../../errors.js';

/** At most one halving in this time: all that were under way are refused together. */
const HALVING_PAUSE_MS = 1000;

/**
 * Lets so many requests run at once. A service that asks for less gets half of it, and a little more again with each request that
 * it answers: as TCP shares a line among senders that don't know of each other.
 */
export class Gate {
  readonly #most: number;
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #inside = 0;
  #halved = Number.NEGATIVE_INFINITY;

  constructor(most: number, now: () => number = () => performance.now()) {
    this.#most = most;
    this.#limit = most;
    this.#now = now;
  }

  /** So many may be inside now. */
  get limit(): number {
    return Math.max(1, Math.floor(this.#limit));
  }

  /** @throws the `aborted` error, if the signal fires before there is room. */
  async enter(signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    if (this.#inside < this.limit) {
      this.#inside += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(abortedError(signal as AbortSignal));
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(go);
    });
  }

  leave(): void {
    this.#inside -= 1;
    while (this.#waiting.length > 0 && this.#inside < this.limit) {
      this.#inside += 1;
      this.#waiting.shift()?.();
    }
  }

  /** The service answered. */
  answered(): void {
    this.#limit = Math.min(this.#most, this.#limit + 1 / this.#limit);
  }

  /** The service asked for less. */
  throttled(): void {
    if (this.#now() - this.#halved < HALVING_PAUSE_MS) return;
    this.#halved = this.#now();
    this.#limit = Math.max(1, this.#limit / 2);
  }
}
