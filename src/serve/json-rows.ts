import { isAscii, isUtf8 } from 'node:buffer';
import { JsonScan } from './json-scan.js';
import { Refusal } from './refusal.js';
import { type JsonColumns, type JsonToken, NO_COLUMNS, RowColumns } from './row-columns.js';

const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, COMMA] = [91, 93, 123, 44];
/** The rows of a request's body, checked, and otherwise as they were sent. */
export class JsonRows {
  readonly count: number;
  /** All text is ASCII: its characters are bytes. */
  readonly isAscii: boolean;
  readonly #scan: JsonScan;
  /** Where each row begins, and where the last one ends. */
  readonly #starts: readonly number[];
  readonly #columns: RowColumns;
  #last = -1;
  #tokens: readonly JsonToken[] = [];

  private constructor(scan: JsonScan, isAsciiText: boolean, starts: readonly number[], columns: RowColumns) {
    this.count = starts.length - 1;
    this.isAscii = isAsciiText;
    this.#scan = scan;
    this.#starts = starts;
    this.#columns = columns;
  }

  /**
   * @param expected columns that earlier rows had: if these have the same, nothing is made for them.
   * @throws Refusal for what is no JSON array of objects, and for a row that names a column twice while others don't.
   */
  static parse(body: Uint8Array, expected: JsonColumns = NO_COLUMNS): JsonRows {
    const isAsciiText = isAscii(body);
    const scan = new JsonScan(isAsciiText ? asciiText(body) : textOf(body));
    const starts: number[] = [];
    const columns = new RowColumns(scan, expected);
    if (scan.next() !== OPEN_LIST) throw scan.wrong('it is no array');
    scan.at += 1;
    for (let isEnd = scan.next() === CLOSE_LIST; !isEnd; isEnd = !scan.takes(COMMA)) {
      if (scan.next() !== OPEN_OBJECT) throw scan.wrong('a row is no object');
      starts.push(scan.at);
      columns.row(starts.length - 1);
    }
    starts.push(scan.at);
    scan.expect(CLOSE_LIST);
    scan.end();
    columns.end();
    return new JsonRows(scan, isAsciiText, starts, columns);
  }

  /** In the order in which the rows first name them. */
  get names(): readonly string[] {
    return this.#columns.now.names;
  }

  /** For the next rows. */
  get columns(): JsonColumns {
    return this.#columns.now;
  }

  /** The JSON array of the rows from `start` to before `end`, as it was sent, but for line breaks between values. */
  text(start: number, end: number): string {
    const { text } = this.#scan;
    const next = this.#startOf(end);
    const rows = text.slice(this.#startOf(start), end > start ? text.lastIndexOf('}', next) + 1 : next);
    // Within strings there are none.
    return `[${rows.includes('\n') || rows.includes('\r') ? rows.replace(/[\r\n]+/g, '') : rows}]`;
  }

  /** A row's values, in the order of `names`. Valid until another row is asked for. */
  tokens(row: number): readonly JsonToken[] {
    if (row !== this.#last) {
      this.#scan.at = this.#startOf(row);
      this.#tokens = this.#columns.tokens(row);
      this.#last = row;
    }
    return this.#tokens;
  }

  #startOf(row: number): number {
    return this.#starts[row] ?? 0;
  }
}

function asciiText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

function textOf(body: Uint8Array): string {
  if (!isUtf8(body)) {
    throw new Refusal(400, 'the body is not UTF-8', { remedy: 'send JSON, which is always in UTF-8' });
  }
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}
