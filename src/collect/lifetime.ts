import { StorageError } from '../errors.js';
import type { EndOptions } from './delivery/delivery-options.js';
import { finishAtExit, forgetAtExit } from './exit-flush.js';

const SHUTDOWN_MS = 5000;

/** What a collector has to finish before it ends. */
export interface Endable {
  finish(deadlineMs: number): Promise<void>;
  /** @returns rows that are lost. */
  finishNow(): number;
  /** @returns rows that are lost. */
  giveUp(): number;
  hasWork(): boolean;
  close(): Promise<void>;
}

export interface LifetimeOptions extends EndOptions {
  /** Of rows that are lost: where they were to go, and what the storage last refused with. */
  readonly lastError: () => string | undefined;
  /** Told of rows that are lost when nobody waits for `close`. */
  readonly tell: (error: Error) => void;
}

/** The end of a collector: by `close`, or with its process. */
export class Lifetime {
  readonly #work: Endable;
  readonly #options: LifetimeOptions;
  readonly #shutdownMs: number;
  #closing: Promise<void> | undefined;
  readonly #exit = {
    finish: async (): Promise<void> => await this.#work.finish(this.#shutdownMs),
    giveUp: (): void => this.#lost(this.#work.giveUp()),
    finishNow: (): void => this.#lost(this.#work.finishNow()),
    hasWork: (): boolean => this.#work.hasWork(),
  };

  constructor(work: Endable, options: LifetimeOptions) {
    this.#work = work;
    this.#options = options;
    this.#shutdownMs = options.shutdownMs ?? SHUTDOWN_MS;
    if (options.handleSignals ?? true) finishAtExit(this.#exit);
  }

  /** From the moment when `close` was asked for: nothing is taken any more. */
  get isOver(): boolean {
    return this.#closing !== undefined;
  }

  /** @throws StorageError if rows are lost. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#work.finish(this.#shutdownMs);
    const lost = this.#work.giveUp();
    // Until now the process might have ended before.
    forgetAtExit(this.#exit);
    await this.#work.close();
    if (lost > 0) throw this.#lostRows(lost);
  }

  #lost(rows: number): void {
    if (rows > 0) this.#options.tell(this.#lostRows(rows));
  }

  #lostRows(rows: number): StorageError {
    const last = this.#options.lastError();
    const why = last === undefined ? '' : `: ${last}`;
    return new StorageError('ELOST', `${rows} row${rows === 1 ? ' is' : 's are'} lost${why}`, {
      remedy: 'give a spoolFolder: what the storage does not take before the process ends is then kept',
    });
  }
}
