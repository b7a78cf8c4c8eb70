import { isAnyArrayBuffer, isDate, isTypedArray } from 'node:util/types';
import { MdcBridgeError } from '../errors.js';
import type { ColumnKinds } from '../legacy/python-csv.js';
import type { Cell } from '../legacy/python-repr.js';
import { arrayKind, isRecord, isRow, ofColumns, ofRecords, type RecordData, type Table } from './table.js';

/** What `collect` takes. */
export type CollectedData =
  /** One row of cells, or (if all are arrays) a row each, or (if all are objects) a record each. */
  readonly (Cell | ArrayLike<Cell> | RecordData)[] | NumberArray | ShapedData | ColumnData;
/** Column name → its values, all of one length. A `Map` keeps the order of names such as `7`, which an object moves to the front. */
export type ColumnData =
  | Readonly<Record<string, readonly Cell[] | NumberArray>>
  | ReadonlyMap<string, readonly Cell[] | NumberArray>;
/** Row by row, as numpy's C order. `shape` is rows and columns, or columns alone. */
export interface ShapedData {
  readonly values: NumberArray;
  readonly shape: readonly number[];
}
export type NumberArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/**
 * Data as rows; nothing is copied yet.
 *
 * @param nested what an array of arrays is: rows, or one row of arrays.
 * @throws MdcBridgeError `usage` for what is no table.
 */
export function asTable(data: unknown, nested: 'rows' | 'sdk'): Table {
  if (Array.isArray(data)) return ofArray(data, nested);
  if (typeof data !== 'object' || data === null || isDate(data)) throw notData(data);
  if (Buffer.isBuffer(data) || isAnyArrayBuffer(data) || ArrayBuffer.isView(data)) {
    if (!isTypedArray(data) || Buffer.isBuffer(data)) throw binary();
    return oneRow(data as NumberArray, arrayKind(data as NumberArray));
  }
  if (data instanceof Blob) throw binary();
  if (data instanceof Map) return ofEntries([...data]);
  if (isShaped(data)) return ofShape(data);
  return ofObject(data as Readonly<Record<string, unknown>>);
}

function ofArray(data: readonly unknown[], nested: 'rows' | 'sdk'): Table {
  const [first] = data;
  if (typeof first !== 'object' || first === null || isDate(first)) return oneRow(data as readonly Cell[]);
  if (data.every(isRow)) {
    if (nested === 'sdk' && data.every(Array.isArray)) return oneRow(data as readonly Cell[]);
    return ofRows(data);
  }
  if (data.every(isRecord)) return ofRecords(data);
  // [[1, 2], 3]: cells, of which some are lists.
  return oneRow(data as readonly Cell[]);
}

function oneRow(cells: ArrayLike<Cell>, kinds: ColumnKinds = 'plain'): Table {
  return { count: 1, names: undefined, kinds, row: () => cells };
}

function ofRows(rows: readonly ArrayLike<Cell>[]): Table {
  const [first = []] = rows;
  const width = first.length;
  // A hole of a sparse array is skipped by `every`, and not here.
  const other = rows.findIndex((row) => row?.length !== width);
  if (other >= 0) {
    throw wrongData(`row ${other} has ${rows[other]?.length ?? 'no'} values, and row 0 has ${width}`);
  }
  const kinds = arrayKind(first);
  if (rows.some((row) => arrayKind(row) !== kinds)) {
    throw wrongData('some rows are typed arrays of floats, and others are not');
  }
  return { count: rows.length, names: undefined, kinds, row: (i) => rows[i] ?? [] };
}

function ofObject(data: Readonly<Record<string, unknown>>): Table {
  if (!isRecord(data)) throw notData(data);
  return ofEntries(Object.entries(data));
}

function ofEntries(entries: readonly (readonly [unknown, unknown])[]): Table {
  const names = entries.map(([name]) => String(name));
  const values = entries.map(([, column]) => column);
  if (names.length > 0 && values.every(isRow)) return ofColumns(names, values, wrongData);
  throw wrongData(
    "an object has a column's values under each name; a record alone stands in brackets: [{ a: 1 }]",
  );
}

function ofShape({ values, shape }: ShapedData): Table {
  const kinds = arrayKind(values);
  if (shape.length === 1) return oneRow(values, kinds);
  const [count, width] = shape;
  if (shape.length !== 2 || count === undefined || width === undefined) {
    throw wrongData(`an array of ${shape.length} dimensions is no table: it has one (a row) or two`);
  }
  return {
    count,
    names: undefined,
    kinds,
    row: (i) => values.subarray(i * width, (i + 1) * width),
  };
}

function isShaped(data: object): data is ShapedData {
  const { values, shape } = data as Partial<ShapedData>;
  if (!isTypedArray(values) || !Array.isArray(shape) || Object.keys(data).length !== 2) return false;
  const sizes = shape.map((n: unknown) => (Number.isInteger(n) && Number(n) >= 0 ? Number(n) : Number.NaN));
  const size = sizes.reduce((product, n) => product * n, 1);
  if (size === values.length) return true;
  throw wrongData(`an array of shape ${shape.join(' × ')} has ${size} values, not ${values.length}`);
}

function binary(): MdcBridgeError {
  return wrongData('binary data (an image, audio) is not collected');
}

function notData(data: unknown): MdcBridgeError {
  const type =
    data === null || data === undefined ? String(data) : (Object(data) as object).constructor?.name;
  return wrongData(`${type} is no data`);
}

function wrongData(what: string): MdcBridgeError {
  return new MdcBridgeError('usage', `can't collect this: ${what}`, {
    remedy:
      'give one row [1, 2], rows [[1, 2], [3, 4]], records [{ a: 1 }], columns { a: [1, 2] } or a typed array, of strings, ' +
      'numbers, bigints, booleans, null and dates',
  });
}
