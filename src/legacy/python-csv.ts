import { types } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { MdcBridgeError } from '../errors.js';
import { type Cell, dateText, float32Repr, floatRepr, numberRepr, repr, utcText } from './python-repr.js';

/**
 * `list`: as the old SDK wrote lists and arrays, by Python's `csv.writer`, CRLF. `dataframe`: as it wrote DataFrames, by
 * pandas' `to_csv`, LF: missing values and NaN are empty, and a lone CR is not quoted.
 */
export type RowStyle = 'list' | 'dataframe';

/**
 * What all numbers or dates of a column are: `plain` writes a safe integer as an int (`1`) and a Date as Python's `str` of it;
 * `float` writes `1.0`; `float32` the shortest digits of a float32; `date`, `seconds` and `millis` write every Date to
 * that part, as pandas does where no value of the column has more.
 */
export type ColumnKind = 'plain' | 'float' | 'float32' | 'date' | 'seconds' | 'millis';

/** One kind for all columns, or one for each; columns beyond the last are `plain`. */
export type ColumnKinds = ColumnKind | readonly ColumnKind[];

/** Characters of `YYYY-MM-DD HH:MM:SS.fff`. */
const DATE_LENGTHS = { date: 10, seconds: 19, millis: 23 } as const;

export const LINE_ENDINGS: Readonly<Record<RowStyle, string>> = { list: '\r\n', dataframe: '\n' };

export function kindOf(kinds: ColumnKinds, column: number): ColumnKind {
  return typeof kinds === 'string' ? kinds : (kinds[column] ?? 'plain');
}

/**
 * The kinds with those of the date columns of one DataFrame: where all values are dates or missing, pandas writes all of them
 * to the part that the most exact needs (a day, a second, a millisecond).
 *
 * @param count how many rows `rowAt` gives.
 */
export function dateKinds(
  count: number,
  rowAt: (row: number) => ArrayLike<Cell>,
  kinds: ColumnKinds,
): ColumnKinds {
  const seen: (DatePart | undefined)[] = [];
  const mixed = new Set<number>();
  let width = 0;
  for (let row = 0; row < count; row += 1) {
    const cells = rowAt(row);
    width = Math.max(width, cells.length);
    for (let column = 0; column < cells.length; column += 1) {
      const cell = cells[column];
      if (isMissing(cell)) continue;
      if (types.isDate(cell)) seen[column] = finer(seen[column], cell);
      else mixed.add(column);
    }
  }
  if (seen.length === 0) return kinds;
  return Array.from({ length: width }, (_, column) => {
    const part = seen[column];
    return part === undefined || mixed.has(column) ? kindOf(kinds, column) : part;
  });
}

type DatePart = keyof typeof DATE_LENGTHS;

function isMissing(cell: Cell): boolean {
  return cell === null || cell === undefined || Number.isNaN(types.isDate(cell) ? cell.getTime() : cell);
}

function finer(part: DatePart | undefined, date: Date): DatePart {
  const time = date.getTime();
  if (part === 'millis' || time % 1000 !== 0) return 'millis';
  return part === 'seconds' || time % 86_400_000 !== 0 ? 'seconds' : 'date';
}

/**
 * One row's line, its ending included: the reference that the collector's own encoder must equal.
 *
 * @param tail fields that follow the cells as they are, without a leading comma; empty for none.
 * @throws MdcBridgeError `usage`: a value that no cell may be; the message names the column, from 0.
 */
export function formatRow(cells: ArrayLike<Cell>, kinds: ColumnKinds, style: RowStyle, tail = ''): string {
  const texts = Array.from(cells, (cell, column) => cellText(cell, column, kindOf(kinds, column), style));
  return joinTail(formatFields(texts, style, tail === ''), tail) + LINE_ENDINGS[style];
}

/** A blob's first line: by the rules of `list` rows, whatever the style of its rows. */
export function formatHeader(names: readonly string[]): string {
  return formatRow(names, 'plain', 'list');
}

function joinTail(fields: string | undefined, tail: string): string {
  return fields === undefined || tail === '' ? (fields ?? tail) : `${fields},${tail}`;
}

/** Python's writer quotes an empty field that is its row's only one, so that the line is not blank. */
function formatFields(texts: readonly string[], style: RowStyle, whole: boolean): string | undefined {
  if (texts.length === 0) return undefined;
  return stringify([texts], {
    record_delimiter: LINE_ENDINGS[style],
    eof: false,
    quoted_empty: whole && texts.length === 1,
    quote_record_delimiter: style === 'list',
  });
}

/** A cell's text before it is quoted. @throws MdcBridgeError `usage`, naming the column. */
export function cellText(cell: Cell, column: number, kind: ColumnKind, style: RowStyle): string {
  switch (typeof cell) {
    case 'string':
      if (!cell.isWellFormed()) throw loneSurrogate(column);
      return cell;
    case 'number':
      return numberText(cell, kind, style);
    case 'undefined':
      return '';
    case 'object':
      if (cell === null) return '';
      return otherText(cell, column, kind);
    default:
      return otherText(cell, column, kind);
  }
}

function numberText(x: number, kind: ColumnKind, style: RowStyle): string {
  if (style === 'dataframe' && Number.isNaN(x)) return '';
  if (kind === 'float') return floatRepr(x);
  return kind === 'float32' ? float32Repr(x) : numberRepr(x);
}

function otherText(cell: Cell, column: number, kind: ColumnKind): string {
  try {
    if (!types.isDate(cell)) return repr(cell);
    if (Number.isNaN(cell.getTime())) return '';
    const exact = kind === 'date' || kind === 'seconds' || kind === 'millis';
    return exact ? utcText(cell, DATE_LENGTHS[kind]) : dateText(cell);
  } catch (error) {
    if (!(error instanceof MdcBridgeError)) throw error;
    const remedy = error.remedy === undefined ? {} : { remedy: error.remedy };
    throw new MdcBridgeError(error.code, `column ${column}: ${error.message}`, { ...remedy, cause: error });
  }
}

/** Python raises when it encodes such a string; written anyway it would become U+FFFD, which is another value. */
function loneSurrogate(column: number): MdcBridgeError {
  return new MdcBridgeError('usage', `column ${column}: the string has half of a surrogate pair`, {
    remedy: 'Give well-formed Unicode; String.prototype.toWellFormed replaces what is not.',
  });
}
