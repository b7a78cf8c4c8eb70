import { FRAME_HEAD, type Frame, isWhole, readFrameHead } from './spool-frame.js';

/** What a scan meets, in the order of the file. Positions in frames are within `bytes`. */
export interface FrameVisitor {
  frame(frame: Frame, bytes: Buffer): void;
  /** So many bytes are no frames. `rows`: as many as a head says that is whole. */
  damage(bytes: number, rows: number): void;
}

/** A frame that a kill has cut short in the middle of its writing, at the end of a file. */
export interface TornFrame {
  readonly bytes: number;
  /** Of its head, if that is whole. */
  readonly rows: number;
}

/** Reads frames from pieces of a file, one behind the other, and finds its way again behind a damage. */
export class FrameScan {
  readonly #seed: number;
  readonly #visitor: FrameVisitor;
  readonly #isWanted: (frame: Frame) => boolean;
  readonly #checksPayload: boolean;
  #lost = false;

  /**
   * @param isWanted others are passed over unchecked.
   * @param checksPayload not of use again where the same bytes were just checked.
   */
  constructor(
    seed: number,
    visitor: FrameVisitor,
    isWanted: (frame: Frame) => boolean = () => true,
    checksPayload = true,
  ) {
    this.#seed = seed;
    this.#visitor = visitor;
    this.#isWanted = isWanted;
    this.#checksPayload = checksPayload;
  }

  /** Returns how many of the bytes are done with: the rest must stand first in the next piece, and have more behind it. */
  take(bytes: Buffer): number {
    let at = 0;
    while (at + FRAME_HEAD <= bytes.length) {
      const frame = readFrameHead(bytes, at, this.#seed);
      if (frame === undefined) {
        at = this.#passDamage(bytes, at);
        continue;
      }
      this.#lost = false;
      if (frame.end > bytes.length) return at;
      if (this.#isWanted(frame)) this.#visit(frame, bytes);
      at = frame.end;
    }
    return at;
  }

  /** What `take` has left where the file ends. */
  end(rest: Buffer): TornFrame | undefined {
    if (rest.length === 0) return undefined;
    if (this.#lost) {
      this.#visitor.damage(rest.length, 0);
      return undefined;
    }
    return { bytes: rest.length, rows: readFrameHead(rest, 0, this.#seed)?.rows ?? 0 };
  }

  #visit(frame: Frame, bytes: Buffer): void {
    if (!this.#checksPayload || isWhole(bytes, frame, this.#seed)) this.#visitor.frame(frame, bytes);
    else this.#visitor.damage(frame.end - frame.at, frame.rows);
  }

  /** To the next head, or to where too little is left for one. */
  #passDamage(bytes: Buffer, from: number): number {
    this.#lost = true;
    const end = bytes.length - FRAME_HEAD + 1;
    let at = from + 1;
    while (at < end && readFrameHead(bytes, at, this.#seed) === undefined) {
      const next = bytes.indexOf('MDC', at + 1, 'latin1');
      at = next < 0 ? end : Math.min(next, end);
    }
    this.#visitor.damage(at - from, 0);
    return at;
  }
}
