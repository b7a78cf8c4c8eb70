import type { RowStore } from './row-store.js';

/** A process of another machine is taken for dead when it has been silent for a minute. */
const LOOK_MS = 60_000;

/** Takes over what ended processes left in a spool: at the start, and again each minute. */
export class Leftovers {
  readonly #adopt: () => Promise<unknown>;
  readonly #store: RowStore;
  readonly #found: () => void;
  readonly #onError: (error: Error) => void;
  readonly #timer: NodeJS.Timeout;

  /** None where a store keeps nothing beyond its process. @param found called when rows wait. */
  static of(store: RowStore, found: () => void, onError: (error: Error) => void): Leftovers | undefined {
    return store.adopt === undefined
      ? undefined
      : new Leftovers(store, store.adopt.bind(store), found, onError);
  }

  private constructor(
    store: RowStore,
    adopt: () => Promise<unknown>,
    found: () => void,
    onError: (error: Error) => void,
  ) {
    this.#store = store;
    this.#adopt = adopt;
    this.#found = found;
    this.#onError = onError;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS).unref();
    void this.#look();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      await this.#adopt();
      if (this.#store.bytes > 0) this.#found();
    } catch (error) {
      this.#onError(error as Error);
    }
  }
}
