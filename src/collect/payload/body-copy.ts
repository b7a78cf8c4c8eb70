import { type ByteString, toByteString } from '../../csv/byte-string.js';
import type { BodyRoom } from './body-room.js';

/** A body's bytes: as a string where they all are ASCII, which most are. */
export type BodyBytes = Uint8Array | ByteString;

/** Shorter chunks are cheaper as strings, if they can be. */
const MAX_STRING = 16 * 1024;

/** The first bytes of a body, as they pass by. */
export class BodyCopy {
  readonly #most: number;
  readonly #room: BodyRoom;
  #kept: BodyBytes | undefined;
  /** What came after the first chunk. */
  #more: BodyBytes[] | undefined;
  #length = 0;
  #seen = 0;

  /** @param most bytes that are kept of it. */
  constructor(most: number, room: BodyRoom) {
    this.#most = most;
    this.#room = room;
  }

  /** Bytes that have passed, kept or not. */
  get seen(): number {
    return this.#seen;
  }

  /** All that passed is kept. */
  get isWhole(): boolean {
    return this.#seen === this.#length;
  }

  /** Copies: whoever wrote the chunk may write into it again. */
  add(chunk: string | Uint8Array, encoding?: unknown): void {
    const bytes = typeof chunk === 'string' ? encoded(chunk, encoding) : chunk;
    const isWhole = this.isWhole;
    this.#seen += bytes.length;
    // Behind a gap nothing is kept: what is left is the beginning.
    const wanted = isWhole ? Math.min(bytes.length, this.#most - this.#length) : 0;
    const taken = wanted <= 0 ? 0 : this.#room.take(wanted);
    if (taken === 0) return;
    this.#length += taken;
    const own = ownBytes(bytes, taken, bytes !== chunk);
    if (this.#kept === undefined) this.#kept = own;
    else if (this.#more === undefined) this.#more = [own];
    else this.#more.push(own);
  }

  /** What is kept; its room is free again. To be called once, and when nothing is added any more. */
  release(): BodyBytes {
    if (this.#kept === undefined) return NO_BYTES;
    this.#room.give(this.#length);
    return this.#more === undefined ? this.#kept : joined([this.#kept, ...this.#more]);
  }
}

/** @param isOwn nobody else has them. */
function ownBytes(bytes: BodyBytes, length: number, isOwn: boolean): BodyBytes {
  if (typeof bytes === 'string')
    return length === bytes.length ? bytes : (bytes.slice(0, length) as ByteString);
  const kept = length === bytes.length ? bytes : bytes.subarray(0, length);
  if (length <= MAX_STRING) {
    const text = toByteString(kept);
    if (isAsciiText(text)) return text;
  }
  return isOwn ? kept : Buffer.from(kept);
}

function joined(chunks: readonly BodyBytes[]): BodyBytes {
  if (chunks.every((chunk) => typeof chunk === 'string')) return chunks.join('') as ByteString;
  return Buffer.concat(chunks.map(rawBytes));
}

/** Never throws: an encoding that there is not is an error of whoever wrote it, and told to them elsewhere. */
function encoded(text: string, encoding: unknown): BodyBytes {
  const isNamed = typeof encoding === 'string' && encoding !== 'utf8' && Buffer.isEncoding(encoding);
  if (isNamed) return Buffer.from(text, encoding);
  return isAsciiText(text) ? text : Buffer.from(text);
}

/** Only ASCII is as long in UTF-8. */
function isAsciiText(text: string): text is ByteString {
  return Buffer.byteLength(text) === text.length;
}

export function rawBytes(bytes: BodyBytes): Uint8Array {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
}

export const NO_BYTES: BodyBytes = '' as ByteString;
