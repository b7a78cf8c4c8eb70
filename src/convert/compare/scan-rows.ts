import { skipValue } from '../verify/json-spans.js';
import type { ColumnTable, SeenColumn } from './column-table.js';
import { endOfString, skipSpace, Unreadable } from './json-at.js';
import type { RowsHash } from './rows-hash.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Told of the row that begins, with its JSON's place: which call's rows it is one of. */
export type RowsOf = (text: string, from: number) => RowsHash;

/** Reads rows of events where they stand: each byte is looked at once or twice, and no object is made of a row. */
export class RowsScanner {
  readonly #columns: ColumnTable;
  /** Of the row before: the next one's are likely the same. */
  #order: SeenColumn[] = [];

  constructor(columns: ColumnTable) {
    this.#columns = columns;
  }

  /** The array of rows whose bracket stands at `from`. @returns where it ends. @throws Unreadable */
  scan(text: string, from: number, rowsOf: RowsOf): number {
    let at = skipSpace(text, from + 1);
    if (text.charCodeAt(at) === CLOSE_BRACKET) return at + 1;
    for (;;) {
      if (text.charCodeAt(at) !== OPEN_BRACE) throw new Unreadable('its data holds something else than rows');
      const rows = rowsOf(text, at);
      at = skipSpace(text, this.#scanRow(text, at, rows));
      rows.endRow();
      const code = text.charCodeAt(at);
      if (code === CLOSE_BRACKET) return at + 1;
      if (code !== COMMA) throw new Unreadable('its rows are not valid JSON');
      at = skipSpace(text, at + 1);
    }
  }

  #scanRow(text: string, from: number, rows: RowsHash): number {
    let at = from + 1;
    let code = text.charCodeAt(at);
    if (code !== QUOTE) {
      at = skipSpace(text, at);
      code = text.charCodeAt(at);
    }
    for (let n = 0; code === QUOTE; n += 1) {
      const column = this.#columnAt(text, at, n);
      at = this.#scanValue(text, at + column.key.length, rows, column);
      code = text.charCodeAt(at);
      if (code !== COMMA && code !== CLOSE_BRACE) {
        at = skipSpace(text, at);
        code = text.charCodeAt(at);
      }
      if (code !== COMMA) break;
      at += 1;
      code = text.charCodeAt(at);
      if (code !== QUOTE) {
        at = skipSpace(text, at);
        code = text.charCodeAt(at);
      }
    }
    if (code !== CLOSE_BRACE) throw new Unreadable('its rows are not valid JSON');
    return at + 1;
  }

  #columnAt(text: string, at: number, n: number): SeenColumn {
    const likely = this.#order[n];
    if (likely !== undefined && standsAt(text, likely.key, at)) return likely;
    const end = skipSpace(text, endOfString(text, at));
    if (text.charCodeAt(end) !== COLON) throw new Unreadable('its rows are not valid JSON');
    const column = this.#columns.column(text.slice(at, end + 1));
    // Another order from here on; what stood behind is found again by its name.
    this.#order.length = Math.min(this.#order.length, n);
    this.#order[n] = column;
    return column;
  }

  #scanValue(text: string, from: number, rows: RowsHash, column: SeenColumn): number {
    let at = from;
    let code = text.charCodeAt(at);
    if (code <= 0x20) {
      at = skipSpace(text, at);
      code = text.charCodeAt(at);
    }
    if (column.isLeftOut) return skipValue(text, at);
    if ((code >= DIGIT_0 && code <= DIGIT_9) || code === MINUS) {
      let end = at + 1;
      for (let next = text.charCodeAt(end); next !== COMMA && next !== CLOSE_BRACE && next > 0x20; ) {
        end += 1;
        next = text.charCodeAt(end);
      }
      if (!rows.addNumber(column.hash, text, at, end)) throw new Unreadable('its rows are not valid JSON');
      column.number += 1;
      return end;
    }
    if (code === QUOTE) {
      column.text += 1;
      let end = at + 1;
      for (;;) {
        const next = text.charCodeAt(end);
        if (next === QUOTE) break;
        if (next === BACKSLASH || Number.isNaN(next)) return scanEscaped(text, at, rows, column);
        end += 1;
      }
      rows.addText(column.hash, text, at + 1, end);
      return end + 1;
    }
    const end = skipValue(text, at);
    if (code === OPEN_BRACE || code === OPEN_BRACKET) rows.addOther(column.hash, text, at, end);
    else addWord(text.slice(at, end), rows, column);
    return end;
  }
}

function addWord(word: string, rows: RowsHash, column: SeenColumn): void {
  if (word === 'null') rows.addNull(column.hash);
  else if (word === 'true' || word === 'false') {
    column.boolean += 1;
    rows.addBoolean(column.hash, word === 'true');
  } else throw new Unreadable('its rows are not valid JSON');
}

function scanEscaped(text: string, at: number, rows: RowsHash, column: SeenColumn): number {
  const end = endOfString(text, at);
  rows.addEscapedText(column.hash, text, at + 1, end - 1);
  return end;
}

function standsAt(text: string, part: string, at: number): boolean {
  for (let i = 1; i < part.length; i += 1) {
    if (text.charCodeAt(at + i) !== part.charCodeAt(i)) return false;
  }
  return true;
}
