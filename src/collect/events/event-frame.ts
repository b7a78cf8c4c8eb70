import { isTypedArray } from 'node:util/types';
import { MdcBridgeError } from '../../errors.js';
import type { ColumnKind } from '../../legacy/python-csv.js';
import type { Cell } from '../../legacy/python-repr.js';
import type { ColumnData, NumberArray, RecordData, Table } from '../tabular-data.js';

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

/** Rows whose columns all have names. */
export interface Frame extends Table {
  readonly names: readonly string[];
  readonly row: RowReader;
}

/**
 * Reads a row. `source` is what it reads from, where that is objects whose keys are exactly the names, in their order: it hangs on the
 * reader, so that whoever puts another one before the data (to redact it, say) hides the source too.
 */
export interface RowReader {
  (index: number): ArrayLike<Cell>;
  readonly source?: { readonly names: readonly string[]; readonly records: readonly RecordData[] };
}

const NO_ROWS: Frame = { count: 0, names: [], kinds: 'plain', row: () => [] };

/**
 * Data as rows; nothing is copied yet.
 *
 * @throws MdcBridgeError `usage`: for another type with the SDK's own text, with the name of the JavaScript type.
 */
export function asFrame(data: unknown): Frame {
  if (Array.isArray(data)) {
    if (data.every(isRecord)) return ofRecords(data);
  } else if (data instanceof Map) {
    const [names, columns] = [[...data.keys()].map(String), [...data.values()]];
    if (columns.every(isColumn)) return ofColumns(names, columns);
  } else if (isRecord(data)) {
    if (isMatrix(data)) return ofMatrix(data);
    const columns: unknown[] = Object.values(data);
    if (columns.every(isColumn)) return ofColumns(Object.keys(data), columns);
  }
  throw notSupported(data);
}

function ofRecords(records: readonly RecordData[]): Frame {
  const [first = {}, ...others] = records;
  const keys = Object.keys(first);
  if (others.every((record) => hasKeys(record, keys))) {
    const row = (i: number): Cell[] => Object.values(records[i] ?? {});
    return framed(records.length, keys, 'plain', Object.assign(row, { source: { names: keys, records } }));
  }
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return framed(records.length, names, 'plain', (i) => names.map((name) => own(records[i], name)));
}

function hasKeys(record: RecordData, keys: readonly string[]): boolean {
  const its = Object.keys(record);
  return its.length === keys.length && its.every((key, i) => key === keys[i]);
}

function own(record: RecordData | undefined, name: string): Cell {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : null;
}

function ofColumns(names: readonly string[], columns: readonly ArrayLike<Cell>[]): Frame {
  const count = columns[0]?.length ?? 0;
  const other = columns.findIndex(({ length }) => length !== count);
  if (other >= 0) {
    throw ragged(`column ${names[other]} has ${columns[other]?.length} values, and ${names[0]} has ${count}`);
  }
  return framed(count, names, columns.map(kindOf), (i) => columns.map((column) => column[i]));
}

function ofMatrix({ columns, data }: MatrixData): Frame {
  const other = data.findIndex(({ length }) => length !== columns.length);
  if (other >= 0) {
    throw ragged(`row ${other} has ${data[other]?.length} values, and there are ${columns.length} columns`);
  }
  const names = columns.map(String);
  // A column is one of floats where every row is: rows may be arrays of different types.
  const kinds = new Set(data.map(kindOf));
  const kind: ColumnKind = kinds.size > 1 ? 'plain' : ([...kinds][0] ?? 'plain');
  return framed(data.length, names, kind, (i) => data[i] ?? []);
}

/** Rows of no columns are none, as in pandas' JSON. */
function framed(count: number, names: readonly string[], kinds: Frame['kinds'], row: RowReader): Frame {
  return names.length === 0 ? NO_ROWS : { count, names, kinds, row };
}

/** A plain object, also of another realm. Of an instance of a class nothing would be seen. */
function isRecord(value: unknown): value is RecordData {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isMatrix(value: object): value is MatrixData {
  const { columns, data } = value as Partial<MatrixData>;
  return (
    Array.isArray(columns) &&
    columns.every((name) => typeof name === 'string' || typeof name === 'number') &&
    Array.isArray(data) &&
    data.every(isColumn) &&
    Object.keys(value).length === 2
  );
}

function isColumn(value: unknown): value is ArrayLike<Cell> {
  return Array.isArray(value) || (isTypedArray(value) && !Buffer.isBuffer(value));
}

function kindOf(values: ArrayLike<Cell>): ColumnKind {
  if (values instanceof Float64Array) return 'float';
  return values instanceof Float32Array ? 'float32' : 'plain';
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
