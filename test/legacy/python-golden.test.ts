import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RowEncoder } from '../../src/collect/rows/row-encoder.js';
import { CORRELATION_COLUMNS } from '../../src/legacy/correlation.js';
import { type ColumnKind, formatHeader, formatRow, type RowStyle } from '../../src/legacy/python-csv.js';
import type { Cell } from '../../src/legacy/python-repr.js';
import { FIXTURES } from '../support/golden.js';

type Given = string | boolean | null | { readonly [type: string]: unknown };

interface Call {
  readonly list?: readonly Given[];
  readonly ndarray?: { readonly dtype: string; readonly shape: readonly number[]; readonly values: unknown };
  readonly dataframe?: {
    readonly columns: readonly string[];
    readonly dtypes: readonly string[];
    readonly rows: readonly (readonly Given[])[];
  };
}

interface Blob {
  readonly blob: string;
  readonly collectors: readonly {
    readonly collector: { readonly feature_names: readonly string[] | null };
    readonly calls: readonly Call[];
  }[];
}

interface Row {
  readonly cells: readonly Cell[];
  readonly kinds: readonly ColumnKind[];
  readonly style: RowStyle;
}

/** What JavaScript has no value for, or a less exact one, is given as the text that Python writes. */
const STAND_INS: Readonly<Record<string, Cell>> = {
  "Decimal('1.10')": '1.10',
  '(3,)': '(3,)',
  "b'byt'": "b'byt'",
  '(1+2j)': '(1+2j)',
  "Timedelta('0 days 01:00:00')": '0 days 01:00:00',
  "Timedelta('0 days 02:00:00')": '0 days 02:00:00',
  "Timedelta('0 days 03:00:00')": '0 days 03:00:00',
  "Timedelta('0 days 04:00:00')": '0 days 04:00:00',
  "Timedelta('0 days 05:00:00')": '0 days 05:00:00',
  "Timedelta('0 days 06:00:00')": '0 days 06:00:00',
  "Timedelta('0 days 07:00:00')": '0 days 07:00:00',
  "Timedelta('0 days 08:00:00')": '0 days 08:00:00',
  // And these are values.
  "{'a': 1}": { a: 1 },
  "{'k': 1}": { k: 1 },
  '[1, 2]': [1, 2],
  "numpy.datetime64('2024-01-02T03:04:05')": new Date('2024-01-02T03:04:05Z'),
  "numpy.datetime64('NaT')": new Date(Number.NaN),
};

const SPECIAL: Readonly<Record<string, number>> = { nan: Number.NaN, inf: 1 / 0, '-inf': -1 / 0 };

function cellOf(given: Given, dtype: string): Cell {
  if (given === null || typeof given !== 'object') return given;
  const [[type, value] = []] = Object.entries(given);
  switch (type) {
    case 'int': {
      const int = BigInt(value as string);
      return Number.isSafeInteger(Number(int)) ? Number(int) : int;
    }
    case 'float':
    case 'float32':
      return SPECIAL[value as string] ?? Number(value);
    case 'list':
      return (value as readonly Given[]).map((item) => cellOf(item, 'object'));
    case 'null':
      return null;
    case 'date':
      return value as string;
    case 'datetime':
      // Microseconds: a Date has none, so that its column would be padded to milliseconds.
      return `${(value as string).replace('T', ' ')}${dtype === 'datetime64[us]' && !/\./.test(value as string) ? '.000000' : ''}`;
    default:
      return standIn(value as string);
  }
}

function standIn(text: string): Cell {
  expect(Object.keys(STAND_INS)).toContain(text);
  return STAND_INS[text];
}

/** `1.0` is a float in Python, and 1 in JavaScript: the column says which. */
function kindOf(cell: Given, dtype: string, style: RowStyle): ColumnKind {
  const type = cell !== null && typeof cell === 'object' ? Object.keys(cell)[0] : undefined;
  if (dtype === 'float32' && style === 'dataframe') return 'float32';
  return type === 'float' || type === 'float32' ? 'float' : 'plain';
}

function rowOf(given: readonly Given[], dtypes: readonly string[], style: RowStyle): Row {
  const dtype = (i: number): string => dtypes[i] ?? 'object';
  return {
    cells: given.map((cell, i) => cellOf(cell, dtype(i))),
    kinds: given.map((cell, i) => kindOf(cell, dtype(i), style)),
    style,
  };
}

function rowsOf({ list, ndarray, dataframe }: Call): readonly Row[] {
  if (list !== undefined) return [rowOf(list, [], 'list')];
  if (dataframe !== undefined) {
    return dataframe.rows.map((row) => rowOf(row, dataframe.dtypes, 'dataframe'));
  }
  if (ndarray === undefined || ndarray.shape.length === 0 || ndarray.shape.length > 2) return [];
  const rows = ndarray.shape.length === 1 ? [ndarray.values] : (ndarray.values as readonly unknown[]);
  return rows.map((row) => rowOf(row as readonly Given[], [], 'list'));
}

/** The eight values of each row, as they stand in the file: random ids and times, so they are taken from there. */
const TAIL =
  /(?:"[^"]*"|(?<=^|,)[^",\r\n]*),\d{4}-\d\d-\d\dT[\d:.]+,1440,[^\r\n]*,[0-9a-f]{8}-[0-9a-f-]{27}(?=\r?\n)/gm;

/** Every header that the rows may stand under. */
function headersOf({ collectors }: Blob): readonly string[] {
  const names = collectors.flatMap(({ collector, calls }) => [
    collector.feature_names ?? [],
    ...calls.map(({ dataframe }) => dataframe?.columns ?? []),
  ]);
  const withEight = names.map((own) => [...own, ...CORRELATION_COLUMNS]);
  const twoLevels = names.map((own) => [...own, ...CORRELATION_COLUMNS.map((name) => `('${name}', '')`)]);
  return [...names, ...withEight, ...twoLevels].filter((own) => own.length > 0).map(formatHeader);
}

const blobs = JSON.parse(readFileSync(join(FIXTURES, 'legacy/calls.json'), 'utf8')) as readonly Blob[];
/** An unknown designation wrote nothing; calls with correlations wrote to other blobs (see the fixtures' README). */
const WITHOUT_ROWS = /\/unk\/|\/corr_(list|np|df)\/1\/(predictions|labels|signals)\//;
/** The recorded call was made twice. */
const TWICE = /\/(defmodel|defmodel2|Mixed Case model\/x)\//;

describe('the rows of the golden calls', () => {
  const explained = blobs.filter(({ blob }) => !WITHOUT_ROWS.test(blob));

  it('are those of at least 35 blobs', () => {
    expect(explained.length).toBeGreaterThanOrEqual(35);
  });

  it.each(explained)('are byte for byte those of $blob', (blob) => {
    const file = readFileSync(join(FIXTURES, 'legacy/variants', blob.blob), 'utf8');
    const once = blob.collectors.flatMap(({ calls }) => calls.flatMap(rowsOf));
    const rows = TWICE.test(blob.blob) ? [...once, ...once] : once;
    const header = headersOf(blob).find((line) => file.startsWith(line)) ?? '';
    const body = file.slice(header.length);
    const tails = [...body.matchAll(TAIL)].map(([tail]) => tail);
    expect(tails.length === rows.length || tails.length === 0).toBe(true);

    const encoder = new RowEncoder();
    for (const [i, { cells, kinds, style }] of rows.entries()) {
      encoder.row(cells, kinds, style, Buffer.from(tails[i] ?? ''));
    }
    expect(Buffer.from(encoder.view()).toString('utf8')).toBe(body);
    const reference = rows.map(({ cells, kinds, style }, i) =>
      formatRow(cells, kinds, style, tails[i] ?? ''),
    );
    expect(reference.join('')).toBe(body);
  });
});
