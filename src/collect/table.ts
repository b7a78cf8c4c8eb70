import { isTypedArray } from 'node:util/types';
import type { ColumnKind, ColumnKinds } from '../legacy/python-csv.js';
import type { Cell } from '../legacy/python-repr.js';

/** One call's data, as rows. */
export interface Table {
  readonly count: number;
  /** What the data itself calls its columns: absent for arrays. */
  readonly names: readonly string[] | undefined;
  /** Which numbers are floats by their array's type. */
  readonly kinds: ColumnKinds;
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

/** Rows whose columns all have names. */
export interface Frame extends Table {
  readonly names: readonly string[];
}

export type RecordData = Readonly<Record<string, Cell>>;

export function isRow(value: unknown): value is ArrayLike<Cell> {
  return Array.isArray(value) || (isTypedArray(value) && !Buffer.isBuffer(value));
}

/** A plain object, also of another realm. Of an instance of a class (a Map, a Promise) nothing would be seen. */
export function isRecord(value: unknown): value is RecordData {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** What an array's type says of its numbers. */
export function arrayKind(values: ArrayLike<Cell>): ColumnKind {
  if (values instanceof Float64Array) return 'float';
  return values instanceof Float32Array ? 'float32' : 'plain';
}

/** Columns in the order in which the records first name them; what a record lacks is null. */
export function ofRecords(records: readonly RecordData[]): Frame {
  const keys = Object.keys(records[0] ?? {});
  if (records.every((record) => hasKeys(record, keys))) {
    // `every` skips a hole of a sparse array, which is a record without anything.
    const row = (i: number): Cell[] =>
      i in records ? Object.values(records[i] ?? {}) : keys.map(() => null);
    const source = { names: keys, records };
    return { count: records.length, names: keys, kinds: 'plain', row: Object.assign(row, { source }) };
  }
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return {
    count: records.length,
    names,
    kinds: 'plain',
    row: (i) => names.map((name) => own(records[i], name)),
  };
}

function own(record: RecordData | undefined, name: string): Cell {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : null;
}

function hasKeys(record: RecordData, keys: readonly string[]): boolean {
  const its = Object.keys(record);
  return its.length === keys.length && its.every((key, i) => key === keys[i]);
}

/** What others call the names of rows that stand apart, in `data`. */
const NAMES: ReadonlySet<string> = new Set(['names', 'columns', 'feature_names', 'featureNames']);

/** @param wrong makes the error for columns of different lengths, and for rows where columns should be. */
export function ofColumns(
  names: readonly string[],
  columns: readonly ArrayLike<Cell>[],
  wrong: (what: string) => Error,
): Frame {
  const count = columns[0]?.length ?? 0;
  const data = columns[names.indexOf('data')];
  if (data !== undefined && columns.length === 2 && names.some((name) => NAMES.has(name))) {
    const rows = Array.from(data);
    if (rows.length > 0 && rows.every(isRow)) throw wrong('"data" holds rows, and a column holds values');
  }
  const other = columns.findIndex(({ length }) => length !== count);
  if (other >= 0) {
    throw wrong(`column ${names[other]} has ${columns[other]?.length} values, and ${names[0]} has ${count}`);
  }
  return {
    count,
    names,
    kinds: columns.map(arrayKind),
    row: (i) => columns.map((column) => column[i]),
  };
}
