import { isUtf8 } from 'node:buffer';
import { type ByteString, toBuffer } from '../csv/byte-string.js';
import type { ParsedRow } from '../csv/parse-rows.js';
import {
  CORRELATION_COLUMNS,
  type Correlation,
  endsWithCorrelation,
  holdsCorrelationColumns,
  readCorrelation,
  userWidth,
  withoutCorrelationColumns,
} from '../legacy/correlation.js';
import { areSameNames } from './column-names.js';
import { isDataLike, judgeFirstLine } from './header.js';

/** What one line of a legacy file is. */
export type LegacyLine =
  | { readonly kind: 'blank' }
  | {
      readonly kind: 'header';
      /** The user's names. */
      readonly names: readonly ByteString[];
      /** Whether these names are in force from here on, in place of others (always for a first line). */
      readonly changes: boolean;
      readonly withCorrelation: boolean;
    }
  | DataRow;

export interface DataRow {
  readonly kind: 'row';
  readonly row: ParsedRow;
  /** The eight values; absent also when the row is spoilt and they can't be read. */
  readonly correlation: Correlation | undefined;
  /** Number of user fields: without the eight values. */
  readonly width: number;
  /** Which line of names is in force: 0 from the start of the file, one more at each that changes them. */
  readonly header: number;
}

/** Reads a file's lines in order: first line, repeated headers, blanks, rows. Holds the distinct headers met, nothing else. */
export class LegacyLines {
  /** What the first line was judged to be, before `verdict` had its say. */
  judged: 'header' | 'data' | 'numbered' | undefined;
  #headers: (readonly ByteString[])[] = [];
  #names: readonly ByteString[] | undefined;
  #header = 0;
  #started = false;
  readonly #verdict: 'present' | 'absent' | 'auto';

  /** `auto` takes a `numbered` first line for a header; whoever asked for it decides later. */
  constructor(verdict: 'present' | 'absent' | 'auto') {
    this.#verdict = verdict;
  }

  read(row: ParsedRow): LegacyLine {
    if (row.text.length === 0 && row.defect === undefined) return { kind: 'blank' };
    const first = !this.#started;
    this.#started = true;
    if (row.defect === undefined && (first ? this.#isFirstHeader(row) : this.#isRepeatedHeader(row))) {
      return this.#takeHeader(row.fields, first);
    }
    const correlation = readableCorrelation(row);
    const width = userWidth(row.fields, correlation !== undefined);
    return { kind: 'row', row, correlation, width, header: this.#header };
  }

  #isFirstHeader(row: ParsedRow): boolean {
    this.judged = judgeFirstLine(row.fields);
    return this.#verdict === 'auto' ? this.judged !== 'data' : this.#verdict === 'present';
  }

  #isRepeatedHeader({ fields, text }: ParsedRow): boolean {
    // Asked of every row: the text is searched before its fields are looked at.
    if (text.includes('$aml_') && holdsCorrelationColumns(fields)) return true;
    return this.#headers.some((header) => areSameNames(header, fields) && !header.some(isDataLike));
  }

  #takeHeader(fields: readonly ByteString[], first: boolean): LegacyLine {
    const names = withoutCorrelationColumns(fields) as readonly ByteString[];
    const changes = first || this.#names === undefined || !areSameNames(this.#names, names);
    if (changes) {
      if (!first) this.#header += 1;
      this.#names = names;
      this.#headers.push(fields);
    }
    return { kind: 'header', names, changes, withCorrelation: names.length < fields.length };
  }
}

/** The eight values, unless they are not there or their bytes are spoilt. */
function readableCorrelation(row: ParsedRow): Correlation | undefined {
  if (!endsWithCorrelation(row.fields)) return undefined;
  if (row.defect !== undefined) {
    const tail = row.fields.slice(-CORRELATION_COLUMNS.length);
    if (!tail.every((field) => isUtf8(toBuffer(field)))) return undefined;
  }
  return readCorrelation(row.fields);
}
