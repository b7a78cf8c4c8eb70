import { MdcBridgeError } from '../../errors.js';
import { shortestOfFloat32 } from '../../legacy/float32-digits.js';
import {
  type ColumnKind,
  type ColumnKinds,
  cellText,
  kindOf,
  type RowStyle,
} from '../../legacy/python-csv.js';
import { type Cell, hasPlainFloat32Repr, hasPlainRepr } from '../../legacy/python-repr.js';
import { RowBytes } from './row-bytes.js';

const [LF, CR, QUOTE, COMMA] = [10, 13, 34, 44];
/** Longer than any double's text. */
const DOUBLE_LENGTH = 25;
/** Wider rows' numbers are written one by one: the text of all of them at once would have no bound. */
const MAX_DOUBLES = 4096;
/** UTF-16 units from which one native write is quicker than a loop. */
const LONG_TEXT = 64;
const NEEDS_QUOTES = { list: /[",\r\n]/, dataframe: /[",\n]/ } as const;

/** By character code: 1 stands as it is in every style, 0 may need quotes; from 128 more than one byte. */
const AS_IT_IS: Uint8Array = new Uint8Array(128).fill(1);
for (const code of [LF, CR, QUOTE, COMMA]) AS_IT_IS[code] = 0;

/** Rows → bytes, in UTF-8 the same as `formatRow`'s, without a string for each row or number. */
export class RowEncoder {
  readonly #out: RowBytes;
  /** The row's numbers whose digits JSON.stringify finds. */
  readonly #doubles: number[] = [];

  /** @param limit bytes that may be written between two resets. */
  constructor(limit: number = 64 * 1024 * 1024) {
    this.#out = new RowBytes(limit);
  }

  /** Bytes written since the last reset. */
  get length(): number {
    return this.#out.at - 1;
  }

  /** What was written; valid until the next write. */
  view(): Uint8Array {
    return this.#out.buffer.subarray(1, this.#out.at);
  }

  /** Forgets what was written after the first `length` bytes. */
  reset(length = 0): void {
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
      const doubles = this.#findDoubles(cells, kinds);
      if (doubles > 0 && doubles === cells.length) this.#writeDoubles();
      else this.#writeCells(cells, kinds, style, doubles);
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

  /** Writes texts as fields of a row that goes on: commas between them, none before or after. For tails. */
  fields(texts: readonly string[], style: RowStyle): void {
    const start = this.#out.at;
    try {
      this.#writeCells(texts, 'plain', style, 0);
      this.#out.checkLimit();
    } catch (error) {
      this.#out.at = start;
      throw error;
    }
  }

  /**
   * Collects the numbers whose digits are costly and whose JSON is Python's repr. One JSON.stringify for all of a row takes half
   * the time of a String() for each: it makes no strings and asks no cache between them.
   */
  #findDoubles(cells: ArrayLike<Cell>, kinds: ColumnKinds): number {
    const doubles = this.#doubles;
    if (cells.length > MAX_DOUBLES) return 0;
    let count = 0;
    for (let i = 0; i < cells.length; i += 1) {
      const cell = cells[i];
      if (typeof cell !== 'number') continue;
      const kind = kindOf(kinds, i);
      if (!isPlain(cell, kind)) continue;
      doubles[count] = kind === 'float32' ? shortestOfFloat32(cell) : cell;
      count += 1;
    }
    // Appending and cutting keep the array's elements doubles without holes, which JSON.stringify is quick with.
    if (doubles.length > count) doubles.length = count;
    return count;
  }

  /** The row is nothing but these: their JSON without its brackets is the row's text. */
  #writeDoubles(): void {
    const out = this.#out;
    const json = JSON.stringify(this.#doubles);
    out.reserve(json.length);
    const before = out.at - 1;
    const kept = out.buffer[before] ?? 0;
    out.buffer.write(json, before, 'latin1');
    out.buffer[before] = kept;
    out.at += json.length - 2;
  }

  #writeCells(cells: ArrayLike<Cell>, kinds: ColumnKinds, style: RowStyle, doubles: number): void {
    const json = doubles > 0 ? JSON.stringify(this.#doubles) : '';
    let next = 1;
    for (let i = 0; i < cells.length; i += 1) {
      if (i > 0) this.#out.writeByte(COMMA);
      const cell = cells[i];
      if (typeof cell === 'string') this.#writeText(cell, i, style);
      else if (typeof cell === 'number') {
        const kind = kindOf(kinds, i);
        if (json !== '' && isPlain(cell, kind)) next = this.#writeFrom(json, next);
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

  /** The number that starts there, up to its comma or the closing bracket. @returns where the next one starts. */
  #writeFrom(json: string, start: number): number {
    const out = this.#out;
    out.reserve(DOUBLE_LENGTH);
    const end = json.length - 1;
    let [from, at] = [start, out.at];
    for (let code = json.charCodeAt(from); code !== COMMA && from < end; code = json.charCodeAt(from)) {
      out.buffer[at] = code;
      at += 1;
      from += 1;
    }
    out.at = at;
    return from + 1;
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

function isPlain(x: number, kind: ColumnKind): boolean {
  return kind === 'float32' ? hasPlainFloat32Repr(x) : hasPlainRepr(x);
}

/** A getter, or another thread that shares the memory: the numbers found are no longer those of their columns. */
function changedMeanwhile(): MdcBridgeError {
  return new MdcBridgeError('usage', 'the row changed while it was written', {
    remedy: 'Give a copy of data that others write to.',
  });
}
