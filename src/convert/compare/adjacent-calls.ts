import type { OpenCall } from '../../mapping/call-window.js';

/** `CallWindow` for a file in which no call is interrupted: each ends where the next row is of another. */
export class AdjacentCalls<Call extends OpenCall> {
  readonly #close: (call: Call) => void;
  #current: Call | undefined;

  constructor(close: (call: Call) => void) {
    this.#close = close;
  }

  join(id: string, _bytes: number, begin: () => Call): Call {
    if (this.#current?.id === id) return this.#current;
    this.closeAll();
    this.#current = begin();
    return this.#current;
  }

  adopt(_bytes: number): Call | undefined {
    return this.#current;
  }

  interrupt(): void {
    this.closeAll();
  }

  closeAll(): void {
    if (this.#current !== undefined) this.#close(this.#current);
    this.#current = undefined;
  }
}
