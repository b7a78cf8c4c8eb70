import { MAX_EVENT_ROWS } from './source-mapping.js';

/** A call interrupted by other rows stays open while it is among the last so many calls begun. */
export const MAX_OPEN_CALLS = 4096;
/** All interrupted calls together hold less than this of the source. */
export const MAX_INTERRUPTED_BYTES: number = 32 * 1024 * 1024;

/** What the window knows of a call; users add what they need. */
export interface OpenCall {
  readonly id: string;
  /** Rows so far, rejected ones included. The user counts them, after each row. */
  places: number;
  /** Bytes of the source that the rows of its unfinished part take. */
  bytes: number;
}

/**
 * Which rows belong to one `collect()`: rows of one file with the same correlation id, where processes may have written their
 * rows in between. Memory is bounded by the two limits above; calls close in the order in which they began.
 */
export class CallWindow<Call extends OpenCall> {
  readonly #open = new Map<string, { readonly call: Call; readonly number: number }>();
  readonly #close: (call: Call) => void;
  #current: Call | undefined;
  #begun = 0;
  #interruptedBytes = 0;

  constructor(close: (call: Call) => void) {
    this.#close = close;
  }

  /** The call of the row before this one, unless that was an uncorrelated row. */
  get current(): Call | undefined {
    return this.#current;
  }

  /** The call a row of this id belongs to, which becomes the current one; `begin` makes it if none is open. */
  join(id: string, bytes: number, begin: () => Call): Call {
    let call = this.#current;
    if (call === undefined || call.id !== id) {
      // This row ends the interruption of its own call before it can count towards the limit.
      this.#interruptedBytes += call?.bytes ?? 0;
      call = this.#open.get(id)?.call;
      if (call === undefined) {
        call = begin();
        this.#open.set(id, { call, number: this.#begun });
        this.#begun += 1;
      } else {
        this.#interruptedBytes -= call.bytes;
      }
      this.#current = call;
      this.#closeOldest();
    }
    addBytes(call, bytes);
    return call;
  }

  /** A row that can't say whose it is stands among the current call's rows. */
  adopt(bytes: number): Call | undefined {
    if (this.#current !== undefined) addBytes(this.#current, bytes);
    return this.#current;
  }

  /** A row that belongs to no call stands here. */
  interrupt(): void {
    if (this.#current === undefined) return;
    this.#interruptedBytes += this.#current.bytes;
    this.#current = undefined;
    this.#closeOldest();
  }

  closeAll(): void {
    for (const { call } of this.#open.values()) this.#close(call);
    this.#open.clear();
    this.#current = undefined;
    this.#interruptedBytes = 0;
  }

  /** A Map iterates in the order of insertion, which is the order in which calls began. */
  #closeOldest(): void {
    for (const [id, { call, number }] of this.#open) {
      const tooMany = this.#begun - number > MAX_OPEN_CALLS;
      if (!tooMany && this.#interruptedBytes < MAX_INTERRUPTED_BYTES) return;
      if (call === this.#current) continue;
      this.#open.delete(id);
      this.#interruptedBytes -= call.bytes;
      this.#close(call);
    }
  }
}

/** What finished parts took is no longer held. */
function addBytes(call: OpenCall, bytes: number): void {
  call.bytes = call.places % MAX_EVENT_ROWS === 0 ? bytes : call.bytes + bytes;
}
