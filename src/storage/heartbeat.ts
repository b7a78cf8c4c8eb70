/** Something done again and again while a lock is held: never twice at once, and no reason for the process to live on. */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> | undefined;

  constructor(everyMs: number, beat: () => Promise<void>) {
    this.#timer = setInterval(() => {
      this.#beating ??= beat().finally(() => {
        this.#beating = undefined;
      });
    }, everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Returns when no beat is under way any more. Not to be called by a beat. */
  async end(): Promise<void> {
    this.stop();
    await this.#beating;
  }
}
