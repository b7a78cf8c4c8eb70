import { isUtf8 } from 'node:buffer';
import { type ByteString, toBuffer } from '../../csv/byte-string.js';
import type { ParsedRow } from '../../csv/parse-rows.js';
import {
  CORRELATION_COLUMNS,
  type Correlation,
  endsWithCorrelation,
  holdsCorrelationColumns,
  readCorrelation,
  withoutCorrelationColumns,
} from '../../legacy/correlation.js';

/** A line that must be found again: in an event, or in the rejects. */
export interface SourceRow {
  readonly row: ParsedRow;
  /** The eight values, where the row ends with them and they can be read. */
  readonly correlation: Correlation | undefined;
  /** Number of fields before the eight. */
  readonly width: number;
  /** How many times the names have changed behind the first line. */
  readonly header: number;
}

/** Empty, a number, a boolean, not a number, an infinity: nothing that a person calls a column. */
const DATA_LIKE = /^(?:|True|False|nan|-?inf|[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)$/;

/**
 * The auditor's own reading of what a legacy file's lines are, from the text of mapping.md; only whether the first line is a
 * header is the plan's word, because it can depend on other files. Holds the distinct headers of the file.
 */
export class SourceLines {
  readonly #firstIsHeader: boolean;
  readonly #headers: (readonly string[])[] = [];
  #names: readonly string[] | undefined;
  #changes = 0;
  #isFirst = true;

  constructor(verdict: 'present' | 'absent') {
    this.#firstIsHeader = verdict === 'present';
  }

  read(row: ParsedRow): 'blank' | 'header' | SourceRow {
    if (row.text === '' && row.defect === undefined) return 'blank';
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    // A line that is spoilt names nothing, wherever it stands.
    const isHeader =
      row.defect === undefined && (isFirst ? this.#firstIsHeader : this.#isRepeatedHeader(row));
    if (isHeader) {
      this.#takeNames(row.fields, isFirst);
      return 'header';
    }
    const correlation = correlationOf(row);
    const width = row.fields.length - (correlation === undefined ? 0 : CORRELATION_COLUMNS.length);
    return { row, correlation, width, header: this.#changes };
  }

  #isRepeatedHeader({ text, fields }: ParsedRow): boolean {
    // A glance at the text spares most rows the look at each field.
    if (text.includes(CORRELATION_COLUMNS[0]) && holdsCorrelationColumns(fields)) return true;
    return this.#headers.some(
      (header) => isEqual(header, fields) && !fields.some((field) => DATA_LIKE.test(field)),
    );
  }

  #takeNames(fields: readonly string[], isFirst: boolean): void {
    const names = withoutCorrelationColumns(fields);
    if (this.#names !== undefined && isEqual(this.#names, names)) return;
    if (!isFirst) this.#changes += 1;
    this.#names = names;
    this.#headers.push(fields);
  }
}

function correlationOf(row: ParsedRow): Correlation | undefined {
  if (!endsWithCorrelation(row.fields)) return undefined;
  return row.defect === undefined || isTailReadable(row) ? readCorrelation(row.fields) : undefined;
}

function isTailReadable({ fields }: ParsedRow): boolean {
  return isUtf8(toBuffer(fields.slice(-CORRELATION_COLUMNS.length).join() as ByteString));
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
