import type { BlobTarget } from '../delivery/batch.js';
import type { Outbox } from '../delivery/outbox.js';

const BUFFER_BYTES = 64 * 1024;
const LF = 10;

/**
 * Lines that are made in this turn of the event loop, and go to the outbox together: one copy, one count. Whoever asks the outbox must
 * `settle` before.
 */
export class PendingLines {
  readonly #outbox: Outbox;
  readonly #onDropped: (lines: number) => void;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #length = 0;
  #count = 0;
  #target: BlobTarget = { name: '' };
  #turn: NodeJS.Immediate | undefined;

  /** @param onDropped told of lines that find no room. */
  constructor(outbox: Outbox, onDropped: (lines: number) => void) {
    this.#outbox = outbox;
    this.#onDropped = onDropped;
  }

  /** @param line a byte string that ends with its line. */
  add(target: BlobTarget, line: string): void {
    if (target !== this.#target || this.#length + line.length > BUFFER_BYTES) {
      this.settle();
      this.#target = target;
    }
    if (line.length > BUFFER_BYTES) {
      this.#offer(Buffer.from(line, 'latin1'));
      return;
    }
    this.#length += this.#buffer.write(line, this.#length, 'latin1');
    this.#count += 1;
    this.#turn ??= setImmediate(this.#endTurn);
  }

  /** All lines are in the outbox then, or dropped. */
  settle(): void {
    if (this.#count === 0) return;
    const lines = this.#buffer.subarray(0, this.#length);
    const count = this.#count;
    this.#length = 0;
    this.#count = 0;
    if (this.#outbox.add(this.#target, lines, count)) return;
    // Some of them may fit.
    for (let start = 0; start < lines.length; ) {
      const end = lines.indexOf(LF, start) + 1;
      this.#offer(lines.subarray(start, end));
      start = end;
    }
  }

  #offer(line: Uint8Array): void {
    if (!this.#outbox.add(this.#target, line, 1)) this.#onDropped(1);
  }

  readonly #endTurn = (): void => {
    this.#turn = undefined;
    this.settle();
  };
}
