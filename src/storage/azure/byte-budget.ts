/** Bytes that may be in memory at once. Whoever wants more waits until others have given theirs back. */
export class ByteBudget {
  readonly #most: number;
  readonly #waiting: { readonly bytes: number; readonly resolve: () => void }[] = [];
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** More than the whole budget is lent when nothing else is out. */
  async take(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && this.tryTake(bytes)) return;
    await new Promise<void>((resolve) => this.#waiting.push({ bytes, resolve }));
  }

  tryTake(bytes: number): boolean {
    if (this.#taken > 0 && this.#taken + bytes > this.#most) return false;
    this.#taken += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
    for (
      let next = this.#waiting[0];
      next !== undefined && this.tryTake(next.bytes);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      next.resolve();
    }
  }
}
