import type { ByteString } from '../../csv/byte-string.js';
import { parseFields } from '../../csv/parse-rows.js';
import { type RawRow, RowSplitter } from '../../csv/split-rows.js';
import {
  CORRELATION_COLUMNS,
  type Correlation,
  endsWithCorrelation,
  readCorrelation,
} from '../../legacy/correlation.js';
import { hasTimestampForm } from '../../legacy/timestamp.js';
import { SourceLines } from '../verify/source-lines.js';
import { splitFields } from './split-fields.js';

/** A data row. */
export interface LegacyRow {
  readonly row: RawRow;
  /** The same object for rows that follow each other with the same eight values. */
  readonly correlation: Correlation | undefined;
  /** Absent where the user's fields are what stands before `tail`, and are not split yet. */
  readonly fields: readonly ByteString[] | undefined;
  /** Where the comma before the eight values stands. */
  readonly tail: number;
  /** Number of fields before the eight; of a row without `fields` not counted yet. */
  readonly width: number;
  readonly header: number;
}

/**
 * Which lines of a legacy file are rows, and whose. Rows whose eight values are in their places, without quotes, are not split; all
 * others are read as the auditor reads them.
 */
export class LegacyRows {
  readonly #lines: SourceLines;
  /** What follows must be looked at whole: the first line, and the first row behind a header. */
  #isNew = true;
  #header = 0;
  /** Of the row before: where the eight values begin there, and their text with the comma before each. */
  #tail = '';
  #correlation: Correlation | undefined;
  /** The last six of them, which all rows of a service share if none has a request id. */
  #place = '';

  constructor(header: 'present' | 'absent') {
    this.#lines = new SourceLines(header);
  }

  /** Absent for blanks and headers. */
  read(row: RawRow): LegacyRow | undefined {
    const { text } = row;
    if (!this.#isNew && row.defect === undefined) {
      const tail = this.#tailOf(text);
      // A quote before it is closed there: the row has no defect.
      if (tail > text.lastIndexOf('"') && tail > 0 && !text.includes(AML)) {
        const correlation = this.#correlation;
        return { row, correlation, fields: undefined, tail, width: 0, header: this.#header };
      }
    }
    const fields =
      row.defect === undefined && text.length > 0 ? splitFields(text) : (parseFields([row])[0]?.fields ?? []);
    const line = this.#lines.read({ ...row, fields });
    if (line === 'blank') return undefined;
    this.#isNew = line === 'header';
    if (line === 'header') return undefined;
    this.#header = line.header;
    return { row, correlation: line.correlation, fields, tail: 0, width: line.width, header: line.header };
  }

  /**
   * Where the comma before the eight values stands, which then are `#correlation`; 0 if they or the user's fields are not there, and for
   * a row of no call. Void where there is a quote behind it.
   */
  #tailOf(text: string): number {
    const same = text.length - this.#tail.length;
    // Three times as fast as `endsWith`.
    if (same > 0 && this.#tail !== '' && text.slice(same) === this.#tail) return same;
    const known = this.#correlation;
    const time = text.length - this.#place.length;
    if (known !== undefined && time > 0 && text.slice(time) === this.#place) {
      const before = text.lastIndexOf(',', time - 1);
      const tail = text.lastIndexOf(',', before - 1);
      if (tail <= 0) return 0;
      const timestamp = text.slice(before + 1, time);
      if (!hasTimestampForm(timestamp) || before === tail + 1) return 0;
      this.#tail = text.slice(tail);
      this.#correlation = { ...known, id: text.slice(tail + 1, before), timestamp };
      return tail;
    }
    const tail = eighthCommaFromEnd(text);
    const eight = text.slice(tail + 1).split(',');
    if (tail <= 0 || !endsWithCorrelation(eight) || eight[0] === '') return 0;
    this.#tail = text.slice(tail);
    this.#place = `,${eight.slice(2).join(',')}`;
    this.#correlation = readCorrelation(eight);
    return tail;
  }
}

/** No row has it, but for a header in mid-file. */
const AML = '$aml_';

function eighthCommaFromEnd(text: string): number {
  let at = text.length;
  for (let i = 0; i < CORRELATION_COLUMNS.length; i += 1) {
    at = at <= 0 ? -1 : text.lastIndexOf(',', at - 1);
  }
  return at;
}

/** The rows of a file in batches, each with where it stands. Memory: as `RowSplitter`. */
export async function* rawRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RawRow[], void, void> {
  const splitter = new RowSplitter();
  for await (const chunk of chunks) {
    const rows = splitter.push(chunk);
    if (rows.length > 0) yield rows;
  }
  const last = splitter.end();
  if (last.length > 0) yield last;
}
