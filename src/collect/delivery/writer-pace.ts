const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** A blob that fills faster than it may in a day is sent to less often: it takes 50,000 blocks. */
const CROWDED_BLOCKS = 10_000;

/** How long a writer waits before it sends again: longer after each failure, and while a blob has many blocks already. */
export class WriterPace {
  readonly #flushMs: number;
  #failures = 0;
  #blocks = 0;

  constructor(flushMs: number) {
    this.#flushMs = flushMs;
  }

  /** Whether the last attempt failed. */
  get isRefused(): boolean {
    return this.#failures > 0;
  }

  /** @param blocks of the fullest blob that was written to. */
  succeeded(blocks: number): void {
    this.#failures = 0;
    this.#blocks = blocks;
  }

  failed(): void {
    this.#failures += 1;
  }

  /** In milliseconds. */
  pause(): number {
    if (this.#failures > 0) {
      const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 1));
      return longest * (0.5 + Math.random() / 2);
    }
    return this.#flushMs * Math.max(1, this.#blocks / CROWDED_BLOCKS);
  }
}
