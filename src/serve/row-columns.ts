import type { JsonScan } from './json-scan.js';
import { Refusal } from './refusal.js';

const [CLOSE_OBJECT, COMMA, COLON] = [125, 44, 58];

/** A value as it was sent; `undefined` in a row that lacks the column. */
export type JsonToken = string | undefined;

/** The columns of some rows that are all alike. */
export interface JsonColumns {
  /** One that each row names twice is there twice. */
  readonly names: readonly string[];
  /** As they were sent, with their quotes. */
  readonly keys: readonly string[];
}

export const NO_COLUMNS: JsonColumns = { names: [], keys: [] };

/** Which columns rows have. Most requests' rows all have those of the requests before, in the same order. */
export class RowColumns {
  readonly #scan: JsonScan;
  #now: JsonColumns;
  /** Where the values of the last row that was taken begin and end, if it was like those before it. */
  readonly #marks: number[] = [];
  #marked = -1;
  /** Of rows that are not alike: column → its place. */
  #places: Map<string, number> | undefined;

  constructor(scan: JsonScan, expected: JsonColumns) {
    this.#scan = scan;
    this.#now = expected;
  }

  get now(): JsonColumns {
    return this.#now;
  }

  /** Takes the row at the scan's place. */
  row(row: number): void {
    const start = this.#scan.at;
    if (this.#places === undefined && this.#isAlike()) {
      this.#marked = row;
      return;
    }
    this.#marked = -1;
    this.#scan.at = start;
    if (row === 0) this.#begin();
    else this.#add();
  }

  /** @throws Refusal */
  end(): void {
    const { names } = this.#now;
    if (this.#places !== undefined && new Set(names).size < names.length) throw twice(names);
  }

  /** Of the row at the scan's place. */
  tokens(row: number): JsonToken[] {
    const scan = this.#scan;
    if (row === this.#marked)
      return this.#now.keys.map((_, i) => scan.text.slice(this.#marks[2 * i], this.#marks[2 * i + 1]));
    const places = this.#places;
    const tokens: JsonToken[] = places === undefined ? [] : this.#now.names.map(() => undefined);
    scan.entries((from, to) => {
      const { at } = scan;
      scan.value();
      const token = scan.text.slice(at, scan.at);
      const place = places?.get(nameOf(scan.text.slice(from, to)));
      if (place === undefined) tokens.push(token);
      else tokens[place] = token;
    });
    return tokens;
  }

  /** Takes a row that has the known columns. False: it has others, and the scan is anywhere. */
  #isAlike(): boolean {
    const scan = this.#scan;
    const { keys } = this.#now;
    scan.at += 1;
    for (let column = 0; column < keys.length; column += 1) {
      const key = keys[column] ?? '';
      if (column > 0 && !scan.takes(COMMA)) return false;
      scan.next();
      if (!scan.text.startsWith(key, scan.at)) return false;
      scan.at += key.length;
      if (!scan.takes(COLON)) return false;
      scan.next();
      this.#marks[2 * column] = scan.at;
      scan.value();
      this.#marks[2 * column + 1] = scan.at;
    }
    return scan.takes(CLOSE_OBJECT);
  }

  /** Of the first row. */
  #begin(): void {
    const scan = this.#scan;
    const keys: string[] = [];
    scan.entries((from, to) => {
      keys.push(scan.text.slice(from, to));
      scan.value();
    });
    this.#now = { keys, names: keys.map(nameOf) };
  }

  /** Of a row with other columns than the first. */
  #add(): void {
    const scan = this.#scan;
    const names = [...this.#now.names];
    this.#places ??= new Map(names.map((name, place) => [name, place]));
    const seen = new Set<string>();
    scan.entries((from, to) => {
      const name = nameOf(scan.text.slice(from, to));
      if (seen.has(name)) throw twice([name]);
      seen.add(name);
      if (this.#places?.has(name) === false) this.#places.set(name, names.push(name) - 1);
      scan.value();
    });
    if (names.length > this.#now.names.length) this.#now = { keys: [], names };
  }
}

function nameOf(key: string): string {
  return key.includes('\\') ? (JSON.parse(key) as string) : key.slice(1, -1);
}

function twice(names: readonly string[]): Refusal {
  const name = names.find((one, i) => names.indexOf(one) < i) ?? names[0];
  return new Refusal(400, `a row names the column ${JSON.stringify(name)} twice, and others don't`, {
    remedy: 'give each column a name of its own',
  });
}
