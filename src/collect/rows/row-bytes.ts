import { MdcBridgeError } from '../../errors.js';

const [MINUS, ZERO, COMMA] = [45, 48, 44];
/** UTF-16 units of which the most bytes that they can have are reserved, rather than counted. */
const SHORT_TEXT = 1024;
/** Longer than any double's text. */
const DOUBLE_LENGTH = 25;
const FIRST_SIZE = 4096;
/** What may be reserved beyond what is then written: a double's longest text, and two brackets. */
const SLACK = 32;

/** The bytes that a `RowEncoder` writes to: one buffer that grows to the largest call, and never beyond its limit. */
export class RowBytes {
  /** Its first byte is never read: what is written starts at 1, so that a bracket has a place before it. */
  buffer: Buffer = Buffer.allocUnsafe(FIRST_SIZE);
  /** Where the next byte goes. */
  at = 1;
  readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Makes room for so many bytes more. @throws MdcBridgeError `usage`: there can't be so many. */
  reserve(bytes: number): void {
    if (this.at + bytes > this.buffer.length) this.#grow(this.at + bytes);
  }

  writeByte(byte: number): void {
    this.reserve(1);
    this.buffer[this.at] = byte;
    this.at += 1;
  }

  writeAscii(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i += 1) this.buffer[this.at + i] = text.charCodeAt(i);
    this.at += text.length;
  }

  writeBytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** The number that starts there in an array's JSON, up to its comma or the closing bracket. @returns where the next one starts. */
  writeNumberFrom(json: string, start: number): number {
    this.reserve(DOUBLE_LENGTH);
    const { buffer } = this;
    const end = json.length - 1;
    let [from, at] = [start, this.at];
    for (let code = json.charCodeAt(from); code !== COMMA && from < end; code = json.charCodeAt(from)) {
      buffer[at] = code;
      at += 1;
      from += 1;
    }
    this.at = at;
    return from + 1;
  }

  writeUtf8(text: string): void {
    this.reserve(text.length < SHORT_TEXT ? 3 * text.length : Buffer.byteLength(text));
    this.at += this.buffer.write(text, this.at, 'utf8');
  }

  /** @param int of 32 bits. */
  writeInt(int: number): void {
    this.reserve(11);
    let rest = int;
    if (int < 0) {
      this.writeByte(MINUS);
      rest = -int;
    }
    let digits = 1;
    for (let power = 10; power <= rest; power *= 10) digits += 1;
    const end = this.at + digits;
    for (let at = end - 1; at >= this.at; at -= 1) {
      const tenth = Math.floor(rest / 10);
      this.buffer[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.at = end;
  }

  /** @throws MdcBridgeError `usage`: more was written than the limit. */
  checkLimit(): void {
    if (this.at - 1 > this.limit) throw tooLong(this.limit);
  }

  #grow(needed: number): void {
    const most = this.limit + 1 + SLACK;
    if (needed > most) throw tooLong(this.limit);
    const grown = Buffer.allocUnsafe(Math.min(Math.max(needed, 2 * this.buffer.length), most));
    this.buffer.copy(grown, 0, 0, this.at);
    this.buffer = grown;
  }
}

function tooLong(limit: number): MdcBridgeError {
  return new MdcBridgeError('usage', `the rows of one call need more than ${limit} bytes`, {
    remedy: 'Collect fewer rows in one call, or allow more buffered bytes.',
  });
}
