import { murmur3x86128 } from '../../event/event-id.js';
import { type ExpectedEvent, ROWS_A_PART } from './expected-event.js';

/** The two limits of mapping.md on calls that other rows interrupt. */
const LAST_CALLS = 4096;
const HELD_BYTES: number = 32 * 1024 * 1024;

/** Rows of one file that one `collect()` wrote. */
export interface Call {
  readonly id: string;
  /** The correlationid of its events, before parts: the id, or `{id}.r{offset}` for rows that came too late. */
  readonly base: string;
  /** Counts calls in the order in which they begin. */
  readonly number: number;
  /** Of its unfinished part, in the source. */
  bytes: number;
  /** Rows so far, rejected ones included. */
  places: number;
  /** The event of its last row. */
  event: ExpectedEvent | undefined;
}

/**
 * Which calls are open: the auditor's own reading of mapping.md. Memory: at most 4,096 calls, and the ids of calls that the plan
 * says come back late.
 */
export class OpenCalls {
  /** The call of the row before, if that row was correlated. */
  current: Call | undefined;
  readonly #open = new Map<string, Call>();
  /** The open calls in the order in which they begin, with gaps for those that are closed. */
  #begins: (Call | undefined)[] = [];
  /** Before it there are only gaps. */
  #oldest = 0;
  readonly #recurring: ReadonlySet<string>;
  readonly #closedBefore = new Set<string>();
  readonly #onClose: (call: Call) => void;
  #begun = 0;
  /** Bytes of all open calls but the current one. */
  #held = 0;

  constructor(recurring: readonly string[], onClose: (call: Call) => void) {
    this.#recurring = new Set(recurring);
    this.#onClose = onClose;
  }

  /** The call that a row with this id belongs to. */
  enter(id: string, offset: number): Call {
    if (this.current?.id === id) return this.current;
    // A call whose row has come back is no longer interrupted, so nothing closes before that is known.
    this.#held += this.current?.bytes ?? 0;
    let call = this.#open.get(id);
    if (call === undefined) {
      this.#begun += 1;
      const base = this.#isLate(id) ? `${id}.r${offset}` : id;
      call = { id, base, number: this.#begun, bytes: 0, places: 0, event: undefined };
      this.#open.set(id, call);
      this.#begins.push(call);
    }
    this.#held -= call.bytes;
    this.current = call;
    this.#closeOld();
    return call;
  }

  /** A row takes a place in the call. Rows of full parts are held no more once the next part begins. */
  hold(call: Call, bytes: number): void {
    call.bytes = call.places % ROWS_A_PART === 0 ? bytes : call.bytes + bytes;
    call.places += 1;
  }

  /** A row of no call stands here. */
  leave(): void {
    if (this.current === undefined) return;
    this.#held += this.current.bytes;
    this.current = undefined;
    this.#closeOld();
  }

  closeAll(): void {
    for (const call of this.#open.values()) this.#onClose(call);
    this.#open.clear();
    this.#begins = [];
    this.#oldest = 0;
    this.current = undefined;
  }

  /** Without the plan's list every id of the file would have to be remembered; a wrong list shows as a duplicate. */
  #isLate(id: string): boolean {
    if (this.#recurring.size === 0) return false;
    const [a = 0, b = 0] = murmur3x86128(id);
    if (!this.#recurring.has(hex(a) + hex(b))) return false;
    const isLate = this.#closedBefore.has(id);
    this.#closedBefore.add(id);
    return isLate;
  }

  /** Walks the calls from the oldest on; mostly there is nothing to close, and the oldest says so. */
  #closeOld(): void {
    for (let i = this.#oldest; i < this.#begins.length; i += 1) {
      const call = this.#begins[i];
      if (call === undefined) {
        if (i === this.#oldest) this.#oldest += 1;
        continue;
      }
      const isRecent = call.number > this.#begun - LAST_CALLS;
      if (isRecent && this.#held < HELD_BYTES) break;
      if (call === this.current) continue;
      this.#begins[i] = undefined;
      if (i === this.#oldest) this.#oldest += 1;
      this.#open.delete(call.id);
      this.#held -= call.bytes;
      this.#onClose(call);
    }
    if (this.#oldest < LAST_CALLS) return;
    this.#begins = this.#begins.slice(this.#oldest);
    this.#oldest = 0;
  }
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
