import { MdcBridgeError } from '../../errors.js';
import type { ColumnKind } from '../../legacy/python-csv.js';
import type { Cell } from '../../legacy/python-repr.js';
import { arrayKind, type Frame, isRecord, isRow, ofColumns, ofRecords, type RecordData } from '../table.js';
import type { ColumnData, NumberArray } from '../tabular-data.js';

/** What `collect` of the v2 collector takes: whatever pandas would make a DataFrame with named columns of. */
export type FrameData =
  /** A record for each row; what one lacks is null. */
  | readonly RecordData[]
  /** Column name → its values, all of one length. */
  | ColumnData
  | MatrixData;

/** Rows of cells, and the columns' names. */
export interface MatrixData {
  readonly columns: readonly string[];
  readonly data: readonly (readonly Cell[] | NumberArray)[];
}

const NO_ROWS: Frame = { count: 0, names: [], kinds: 'plain', row: () => [] };

/**
 * Data as rows; nothing is copied yet.
 *
 * @throws MdcBridgeError `usage`: for another type with the SDK's own text, with the name of the JavaScript type.
 */
export function asFrame(data: unknown): Frame {
  if (Array.isArray(data)) {
    if (data.every(isRecord)) return framed(ofRecords(data));
  } else if (data instanceof Map) {
    const [names, columns] = [[...data.keys()].map(String), [...data.values()]];
    if (columns.every(isRow)) return framed(ofColumns(names, columns, ragged));
  } else if (isRecord(data)) {
    if (isMatrix(data)) return ofMatrix(data);
    const columns: unknown[] = Object.values(data);
    if (columns.every(isRow)) return framed(ofColumns(Object.keys(data), columns, ragged));
  }
  throw notSupported(data);
}

function ofMatrix({ columns, data }: MatrixData): Frame {
  const other = data.findIndex(({ length }) => length !== columns.length);
  if (other >= 0) {
    throw ragged(`row ${other} has ${data[other]?.length} values, and there are ${columns.length} columns`);
  }
  const names = columns.map(String);
  // A column is one of floats where every row is: rows may be arrays of different types.
  const kinds = new Set(data.map(arrayKind));
  const kind: ColumnKind = kinds.size > 1 ? 'plain' : ([...kinds][0] ?? 'plain');
  return framed({ count: data.length, names, kinds: kind, row: (i) => data[i] ?? [] });
}

/** Rows of no columns are none, as in pandas' JSON. */
function framed(frame: Frame): Frame {
  return frame.names.length === 0 ? NO_ROWS : frame;
}

function isMatrix(value: object): value is MatrixData {
  const { columns, data } = value as Partial<MatrixData>;
  return (
    Array.isArray(columns) &&
    columns.every((name) => typeof name === 'string' || typeof name === 'number') &&
    Array.isArray(data) &&
    data.every(isRow) &&
    Object.keys(value).length === 2
  );
}

const REMEDY =
  'give records [{ a: 1 }], columns { a: [1, 2] }, or { columns: ["a"], data: [[1], [2]] }, of strings, numbers, bigints, ' +
  'booleans, null and dates';

function notSupported(data: unknown): MdcBridgeError {
  const type =
    data === null || data === undefined
      ? String(data)
      : ((Object(data) as object).constructor?.name ?? 'Object');
  return new MdcBridgeError('usage', `data type (${type}) not supported, supported types: pandas.DataFrame`, {
    remedy: REMEDY,
  });
}

function ragged(what: string): MdcBridgeError {
  return new MdcBridgeError('usage', `can't collect this: ${what}`, { remedy: REMEDY });
}
