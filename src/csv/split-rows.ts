import { isAscii, isUtf8 } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { type ByteString, toByteString } from './byte-string.js';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;

/** A longer row (line ending included) is set aside as `too-long`: the old SDK itself dropped rows over 64 MiB. */
export const MAX_ROW_BYTES: number = 64 * 1024 * 1024;
/** What is kept of a row that is too long, or that never ends. */
export const KEPT_HEAD_BYTES: number = 64 * 1024;

/** Why the bytes of a row can't be trusted, in order of precedence. */
export type RowDefect = 'unterminated-quote' | 'too-long' | 'text-after-quote' | 'utf8';

/** One row's bytes, and where they stand. */
export interface RawRow {
  /** Of the row's first byte, from the file's first byte (a BOM counts). */
  readonly offset: number;
  /** In bytes, with the line ending. */
  readonly length: number;
  /** The row without its line ending; only the first 64 KiB where `sha256` is given. */
  readonly text: ByteString;
  /** `''` only for a last row without one. */
  readonly ending: '\n' | '\r\n' | '';
  readonly defect?: RowDefect;
  /** Of the whole row with its line ending, in hex: only for rows that were not kept whole. */
  readonly sha256?: string;
}

/** All that was kept of a row's bytes, with the line ending of a row that was kept whole. */
export function keptBytes(row: RawRow): ByteString {
  return row.sha256 === undefined ? ((row.text + row.ending) as ByteString) : row.text;
}

type State = 'field-start' | 'unquoted' | 'quoted' | 'quote-in-quoted' | 'cr-after-quote';

/**
 * Finds where rows end: the grammar of `mapping.md`. A row ends at LF or CRLF outside quotes; a CR elsewhere is data, and so
 * is a quote inside an unquoted field; text behind a closing quote spoils the row, whose end is found all the same.
 *
 * Memory: one chunk, and one row of at most `maxRowBytes` that crosses chunks. A longer row is hashed and forgotten as it
 * streams by, also when its quote is never closed.
 */
export class RowSplitter {
  /** True once a UTF-8 byte order mark was dropped from the start. */
  bom = false;
  #position = 0;
  #rowStart = 0;
  #state: State = 'field-start';
  #textAfterQuote = false;
  /** The row's bytes from earlier chunks. */
  #carry: Uint8Array[] = [];
  #carried = 0;
  #long: { readonly head: Uint8Array; readonly hash: Hash } | undefined;
  #start: Uint8Array | undefined = new Uint8Array(0);
  readonly #maxRowBytes: number;

  /** `start`: where in its file the first byte stands, which begins a row. */
  constructor(maxRowBytes: number = MAX_ROW_BYTES, start = 0) {
    this.#maxRowBytes = maxRowBytes;
    if (start === 0) return;
    this.#start = undefined;
    this.#position = start;
    this.#rowStart = start;
  }

  /** The rows that end in this chunk. The chunk may be reused by the caller afterwards. */
  push(chunk: Uint8Array): RawRow[] {
    const bytes = this.#withoutBom(chunk);
    return bytes === undefined ? [] : this.#split(bytes);
  }

  /** The last row, if the file does not end with a line ending. */
  end(): RawRow[] {
    const rows = this.#start === undefined ? [] : this.#split(this.#takeStart());
    if (this.#position === this.#rowStart) return rows;
    if (this.#state === 'cr-after-quote') this.#textAfterQuote = true;
    rows.push(this.#finishRow(new Uint8Array(0), '', this.#state === 'quoted'));
    return rows;
  }

  /** Holds the file's first three bytes together, however small the chunks are. */
  #withoutBom(chunk: Uint8Array): Uint8Array | undefined {
    if (this.#start === undefined) return chunk;
    this.#start = Buffer.concat([this.#start, chunk]);
    return this.#start.length < 3 ? undefined : this.#takeStart();
  }

  #takeStart(): Uint8Array {
    const start = this.#start ?? new Uint8Array(0);
    this.#start = undefined;
    if (start[0] !== 0xef || start[1] !== 0xbb || start[2] !== 0xbf) return start;
    this.bom = true;
    this.#position = 3;
    this.#rowStart = 3;
    return start.subarray(3);
  }

  #split(chunk: Uint8Array): RawRow[] {
    const rows: RawRow[] = [];
    const ascii = isAscii(chunk);
    let begin = 0;
    let state = this.#state;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let quote = indexOrEnd(bytes, QUOTE, 0);
    for (let i = 0; i < chunk.length; i += 1) {
      if (i === begin && (state === 'field-start' || state === 'unquoted')) {
        // Without a quote before it, the next LF ends the row, whatever stands between.
        if (quote < i) quote = indexOrEnd(bytes, QUOTE, i);
        const end = indexOrEnd(bytes, LF, i);
        if (end < quote) {
          this.#position += end + 1 - begin;
          rows.push(this.#finishRow(chunk.subarray(begin, end + 1), '\n', false, ascii));
          begin = end + 1;
          i = end;
          state = 'field-start';
          continue;
        }
      }
      const byte = chunk[i];
      if (state === 'quoted') {
        if (byte === QUOTE) state = 'quote-in-quoted';
      } else if (byte === LF) {
        this.#position += i + 1 - begin;
        rows.push(this.#finishRow(chunk.subarray(begin, i + 1), '\n', false, ascii));
        begin = i + 1;
        state = 'field-start';
      } else if (state === 'unquoted') {
        if (byte === COMMA) state = 'field-start';
      } else if (state === 'field-start') {
        if (byte === QUOTE) state = 'quoted';
        else if (byte !== COMMA) state = 'unquoted';
      } else if (state === 'quote-in-quoted' && (byte === QUOTE || byte === COMMA || byte === CR)) {
        state = byte === QUOTE ? 'quoted' : byte === COMMA ? 'field-start' : 'cr-after-quote';
      } else {
        this.#textAfterQuote = true;
        state = byte === COMMA ? 'field-start' : 'unquoted';
      }
    }
    this.#state = state;
    this.#position += chunk.length - begin;
    this.#keep(chunk.subarray(begin));
    return rows;
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    if (this.#long !== undefined) {
      this.#long.hash.update(part);
      return;
    }
    this.#carry.push(Uint8Array.prototype.slice.call(part));
    this.#carried += part.length;
    if (this.#carried <= this.#maxRowBytes) return;
    const whole = this.#takeCarry(new Uint8Array(0));
    const head = Uint8Array.prototype.slice.call(whole, 0, KEPT_HEAD_BYTES);
    this.#long = { head, hash: createHash('sha256').update(whole) };
  }

  #takeCarry(last: Uint8Array): Uint8Array {
    if (this.#carried === 0) return last;
    const whole = Buffer.concat([...this.#carry, last]);
    this.#carry = [];
    this.#carried = 0;
    return whole;
  }

  /** `last` holds the row's bytes in this chunk, with the line ending if there is one. */
  #finishRow(last: Uint8Array, end: '\n' | '', unterminated: boolean, ascii = false): RawRow {
    const offset = this.#rowStart;
    const length = this.#position - offset;
    const textAfterQuote = this.#textAfterQuote;
    const knownAscii = ascii && this.#carried === 0;
    this.#rowStart = this.#position;
    this.#textAfterQuote = false;
    if (this.#long === undefined) {
      const bytes = this.#takeCarry(last);
      const ending = end === '' ? '' : bytes.at(-2) === CR ? '\r\n' : '\n';
      const text = toByteString(bytes.subarray(0, bytes.length - ending.length));
      if (length <= this.#maxRowBytes) {
        const utf8 = knownAscii || isUtf8(bytes);
        const defect = unterminated
          ? 'unterminated-quote'
          : textAfterQuote
            ? 'text-after-quote'
            : utf8
              ? undefined
              : 'utf8';
        return { offset, length, text, ending, ...(defect === undefined ? {} : { defect }) };
      }
      this.#long = { head: bytes.subarray(0, KEPT_HEAD_BYTES), hash: createHash('sha256').update(bytes) };
    } else {
      this.#long.hash.update(last);
    }
    const { head, hash } = this.#long;
    this.#long = undefined;
    const defect = unterminated ? 'unterminated-quote' : 'too-long';
    return { offset, length, text: toByteString(head), ending: end, defect, sha256: hash.digest('hex') };
  }
}

/** Where the byte stands at or behind `from`, or the length. */
function indexOrEnd(bytes: Buffer, byte: number, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? bytes.length : at;
}
