import { MdcBridgeError } from '../../errors.js';
import {
  type ColumnKind,
  type ColumnKinds,
  cellText,
  kindOf,
  type RowStyle,
} from '../../legacy/python-csv.js';
import type { Cell } from '../../legacy/python-repr.js';
import { isPlainDouble, PlainDoubles } from './plain-doubles.js';
import { RowBytes } from './row-bytes.js';

const [LF, CR, QUOTE, COMMA] = [10, 13, 34, 44];
/** UTF-16 units from which one native write is quicker than a loop. */
const LONG_TEXT = 64;
const NEEDS_QUOTES = { list: /[",\r\n]/, dataframe: /[",\n]/ } as const;

/** By character code: 1 stands as it is in every style, 0 may need quotes; from 128 more than one byte. */
const AS_IT_IS: Uint8Array = new Uint8Array(128).fill(1);
for (const code of [LF, CR, QUOTE, COMMA]) AS_IT_IS[code] = 0;

/** Rows → bytes, in UTF-8 the same as `formatRow`'s, without a string for each row or number. */
export class RowEncoder {
  readonly #out: RowBytes;
  readonly #doubles: PlainDoubles;

  /**
   * @param limit bytes that may be written between two resets.
   * @param doubles shared with whoever else writes the same rows.
   */
  constructor(limit: number = 64 * 1024 * 1024, doubles: PlainDoubles = new PlainDoubles()) {
    this.#out = new RowBytes(limit);
    this.#doubles = doubles;
  }

  /** Bytes written since the last reset. */
  get length(): number {
    return this.#out.at - 1;
  }

  /** What was written; valid until the next write. */
  view(): Uint8Array {
    return this.#out.buffer.subarray(1, this.#out.at);
  }

  /** Forgets what was written after the first `length` bytes. To be called before a row's array is given again with other values. */
  reset(length = 0): void {
    this.#doubles.forget();
    this.#out.at = Math.min(this.#out.at, length + 1);
  }

  /**
   * Writes one row and its line ending. A row that throws leaves nothing behind.
   *
   * @param tail bytes that follow the cells as they are (the eight correlation values), without a leading comma; empty for none.
   * @throws MdcBridgeError `usage`: a value that no cell may be (the message names its column, from 0), or the limit is reached.
   */
  row(cells: ArrayLike<Cell>, kinds: ColumnKinds, style: RowStyle, tail: Uint8Array): void {
    const out = this.#out;
    const start = out.at;
    try {
      const json = this.#doubles.json(cells, kinds);
      if (this.#doubles.isWholeRow(cells)) this.#writeDoubles(json);
      else this.#writeCells(cells, kinds, style, json);
      if (tail.length > 0) {
        if (cells.length > 0) out.writeByte(COMMA);
        out.writeBytes(tail);
      } else if (cells.length === 1 && out.at === start) {
        // As Python's writer does, so that the line is not blank.
        out.writeAscii('""');
      }
      if (style === 'list') out.writeByte(CR);
      out.writeByte(LF);
      out.checkLimit();
    } catch (error) {
      out.at = start;
      throw error;
    }
  }

  /** Writes what is encoded already. */
  bytes(encoded: Uint8Array): void {
    this.#out.writeBytes(encoded);
  }

  /** Writes texts as fields of a row that goes on: commas between them, none before or after. For tails. */
  fields(texts: readonly string[], style: RowStyle): void {
    const start = this.#out.at;
    try {
      this.#writeCells(texts, 'plain', style, '');
      this.#out.checkLimit();
    } catch (error) {
      this.#out.at = start;
      throw error;
    }
  }

  /** The row is nothing but these: their JSON without its brackets is the row's text. */
  #writeDoubles(json: string): void {
    const out = this.#out;
    out.reserve(json.length);
    const before = out.at - 1;
    const kept = out.buffer[before] ?? 0;
    out.buffer.write(json, before, 'latin1');
    out.buffer[before] = kept;
    out.at += json.length - 2;
  }

  #writeCells(cells: ArrayLike<Cell>, kinds: ColumnKinds, style: RowStyle, json: string): void {
    let next = 1;
    for (let i = 0; i < cells.length; i += 1) {
      if (i > 0) this.#out.writeByte(COMMA);
      const cell = cells[i];
      if (typeof cell === 'string') this.#writeText(cell, i, style);
      else if (typeof cell === 'number') {
        const kind = kindOf(kinds, i);
        if (json !== '' && isPlainDouble(cell, kind)) next = this.#out.writeNumberFrom(json, next);
        else this.#writeNumber(cell, i, kind, style);
      } else if (cell !== null && cell !== undefined) {
        this.#writeText(cellText(cell, i, kindOf(kinds, i), style), i, style);
      }
    }
    if (json !== '' && next !== json.length) throw changedMeanwhile();
  }

  #writeNumber(x: number, column: number, kind: ColumnKind, style: RowStyle): void {
    const isSmallInt = x === (x | 0) && !Object.is(x, -0);
    if (!isSmallInt || kind === 'float32') {
      this.#out.writeAscii(cellText(x, column, kind, style));
      return;
    }
    this.#out.writeInt(x);
    if (kind === 'float') this.#out.writeAscii('.0');
  }

  #writeText(text: string, column: number, style: RowStyle): void {
    const out = this.#out;
    if (text.length > LONG_TEXT) {
      this.#writeQuoted(text, column, style);
      return;
    }
    out.reserve(text.length);
    const { buffer, at } = out;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (AS_IT_IS[code] !== 1) {
        this.#writeQuoted(text, column, style);
        return;
      }
      buffer[at + i] = code;
    }
    out.at = at + text.length;
  }

  /** Any text, where it needs quotes in them. */
  #writeQuoted(text: string, column: number, style: RowStyle): void {
    const out = this.#out;
    const checked = cellText(text, column, 'plain', style);
    const field = NEEDS_QUOTES[style].test(checked) ? `"${checked.replaceAll('"', '""')}"` : checked;
    out.reserve(Buffer.byteLength(field));
    out.at += out.buffer.write(field, out.at, 'utf8');
  }
}

/** A getter, or another thread that shares the memory: the numbers found are no longer those of their columns. */
function changedMeanwhile(): MdcBridgeError {
  return new MdcBridgeError('usage', 'the row changed while it was written', {
    remedy: 'Give a copy of data that others write to.',
  });
}
