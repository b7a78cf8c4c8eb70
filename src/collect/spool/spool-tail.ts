import { FRAME_HEAD, FRAME_KINDS, type FrameKind, writeFrameHead } from './spool-frame.js';

const FIRST_BYTES = 64 * 1024;
const NO_BYTES = new Uint8Array();

/** The end of a spool file that is not written yet: frames in memory. Rows of one batch that follow each other share a frame. */
export class SpoolTail {
  readonly #seed: number;
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Where the frame begins that still takes rows. */
  #open = -1;
  #batch = 0;
  #rows = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  get length(): number {
    return this.#length;
  }

  /** Returns where in the tail the rows' frame begins. */
  putRows(batch: number, rows: Uint8Array, count: number): number {
    if (this.#open < 0 || this.#batch !== batch) {
      this.#finishFrame();
      this.#reserve(FRAME_HEAD + rows.length);
      this.#open = this.#length;
      this.#batch = batch;
      this.#length += FRAME_HEAD;
    } else {
      this.#reserve(rows.length);
    }
    this.#bytes.set(rows, this.#length);
    this.#length += rows.length;
    this.#rows += count;
    return this.#open;
  }

  put(kind: FrameKind, batch: number, payload: Uint8Array = NO_BYTES): void {
    this.#finishFrame();
    const at = this.#length;
    this.#reserve(FRAME_HEAD + payload.length);
    this.#bytes.set(payload, at + FRAME_HEAD);
    writeFrameHead(this.#bytes, at, this.#seed, kind, { batch, length: payload.length });
    this.#length += FRAME_HEAD + payload.length;
  }

  /** All of it as whole frames; of use until the next call. */
  frames(): Buffer {
    this.#finishFrame();
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#finishFrame();
    this.#length = 0;
    // A moment's load leaves no memory behind.
    if (this.#bytes.length > FIRST_BYTES) this.#bytes = Buffer.alloc(0);
  }

  #finishFrame(): void {
    const at = this.#open;
    if (at < 0) return;
    const length = this.#length - at - FRAME_HEAD;
    const head = { batch: this.#batch, rows: this.#rows, length };
    writeFrameHead(this.#bytes, at, this.#seed, FRAME_KINDS.rows, head);
    this.#open = -1;
    this.#rows = 0;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, 2 * this.#bytes.length, needed));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
