import { readFileSync } from 'node:fs';
import type { CollectedData, NumberArray } from '../../src/collect/tabular-data.js';
import type { Cell } from '../../src/legacy/python-repr.js';

/** The Python calls that are recorded with the real SDK's bytes: see fixtures/README.md. */
export interface RecordedBlob {
  readonly blob: string;
  readonly collectors: readonly RecordedCollector[];
}
export interface RecordedCollector {
  readonly collector: {
    readonly model_name: string;
    readonly designation?: 'inputs';
    readonly feature_names: readonly string[] | null;
    readonly workspace: string;
    readonly webservice_name: string;
    readonly model_version: string;
    readonly collection_name: string;
  };
  readonly calls: readonly RecordedCall[];
}
export interface RecordedCall {
  readonly list?: readonly Typed[];
  readonly ndarray?: RecordedArray;
  readonly dataframe?: {
    readonly columns: readonly string[];
    readonly dtypes: readonly string[];
    readonly rows: readonly (readonly Typed[])[];
  };
  readonly other?: string;
  readonly repr?: string;
  readonly user_correlation_id?: string;
  readonly with_correlations_of?: { readonly model: string; readonly i: number };
}
interface RecordedArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: Typed | readonly unknown[];
}
type Typed = string | boolean | null | Readonly<Record<string, unknown>>;

export function recordedBlobs(): RecordedBlob[] {
  return JSON.parse(readFileSync('fixtures/legacy/calls.json', 'utf8')) as RecordedBlob[];
}

/** What a JavaScript service would have given, or nothing where JavaScript has no such value. */
export function asJavaScript({ list, ndarray, dataframe, other, repr }: RecordedCall): unknown {
  if (list !== undefined) return list.map(cellOf);
  if (ndarray !== undefined) return arrayOf(ndarray);
  if (dataframe !== undefined) return columnsOf(dataframe);
  if (other === 'dict') return { a: 1 };
  if (other === 'str') return repr?.slice(1, -1);
  if (other === 'NoneType') return null;
  return other === 'int' ? Number(repr) : undefined;
}

/**
 * Of these JavaScript has no value, so a service gives the text that stands in the file: decimals, tuples, bytes, complex numbers,
 * timedeltas, dates without a time, and times with microseconds.
 */
const AS_TEXT: readonly [RegExp, string][] = [
  [/^Decimal\('(.*)'\)$/, '$1'],
  [/^Timedelta\('(.*)'\)$/, '$1'],
  [/^(\(.*\)|b'.*')$/, '$1'],
];

function cellOf(value: Typed): Cell {
  if (typeof value !== 'object' || value === null) return value;
  const [[kind, content] = ['', '']] = Object.entries(value);
  const text = String(content);
  switch (kind) {
    case 'int':
      return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
    case 'float':
    case 'float32':
      return floatOf(text);
    case 'list':
      return (content as Typed[]).map(cellOf);
    case 'datetime':
      return text.replace('T', ' ');
    case 'date':
      return text;
    case 'null':
      return null;
    case 'python':
      return pythonOf(text);
    default:
      throw new Error(`calls.json has a value of an unknown kind: ${kind}`);
  }
}

function floatOf(text: string): number {
  if (text === 'nan') return Number.NaN;
  return Number(text.replace('inf', 'Infinity'));
}

function pythonOf(text: string): Cell {
  if (text === "numpy.datetime64('NaT')") return null;
  const date = /^numpy\.datetime64\('(.*)'\)$/.exec(text);
  if (date !== null) return new Date(`${date[1]}Z`);
  const form = AS_TEXT.find(([pattern]) => pattern.test(text));
  if (form !== undefined) return text.replace(...form);
  return JSON.parse(text.replaceAll("'", '"')) as Cell;
}

function arrayOf({ dtype, shape, values }: RecordedArray): unknown {
  const flat = [values].flat(3) as Typed[];
  const numbers = { float64: Float64Array, float32: Float32Array }[dtype];
  if (numbers !== undefined)
    return { values: new numbers(flat.map((value) => Number(cellOf(value)))), shape };
  if (dtype === 'int64') {
    return { values: new BigInt64Array(flat.map((value) => BigInt(Number(cellOf(value))))), shape };
  }
  return (values as Typed[][]).map((row) => row.map(cellOf));
}

function columnsOf({ columns, dtypes, rows }: NonNullable<RecordedCall['dataframe']>): CollectedData {
  return new Map<string, readonly Cell[] | NumberArray>(
    columns.map((name, n) => {
      const cells = rows.map((row) => cellOf(row[n] ?? null));
      if (dtypes[n] === 'float64') return [name, new Float64Array(cells.map(Number))];
      if (dtypes[n] === 'float32') return [name, new Float32Array(cells.map(Number))];
      if (dtypes[n]?.startsWith('datetime')) return [name, cells.map(toMicroseconds)];
      return [name, cells];
    }),
  );
}

/** A column of times was padded to microseconds. */
function toMicroseconds(cell: Cell): Cell {
  return typeof cell === 'string' && !cell.includes('.') ? `${cell}.000000` : cell;
}
