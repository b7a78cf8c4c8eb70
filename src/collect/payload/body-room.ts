/** Bytes that all bodies together may hold. */
export class BodyRoom {
  readonly #most: number;
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** So many of the wanted bytes there is room for; they are taken. */
  take(wanted: number): number {
    const taken = Math.min(wanted, this.#most - this.#held);
    this.#held += taken;
    return taken;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }

  get held(): number {
    return this.#held;
  }
}
