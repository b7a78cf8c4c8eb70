import { describe, expect, it } from 'vitest';
import type { Table } from '../../src/collect/table.js';
import { asTable } from '../../src/collect/tabular-data.js';
import { MdcBridgeError } from '../../src/errors.js';
import type { Cell } from '../../src/legacy/python-repr.js';

function rowsOf(table: Table): Cell[][] {
  return Array.from({ length: table.count }, (_, i) => Array.from(table.row(i)));
}

function read(data: unknown, nested: 'rows' | 'sdk' = 'rows'): [Cell[][], readonly string[] | undefined] {
  const table = asTable(data, nested);
  return [rowsOf(table), table.names];
}

describe('data', () => {
  const date = new Date(0);
  const forms: readonly (readonly [what: string, data: unknown, rows: Cell[][], names?: string[]])[] = [
    [
      'a list of cells is one row',
      [1, 'x', null, undefined, true, 2n, date],
      [[1, 'x', null, undefined, true, 2n, date]],
    ],
    ['an empty list is one row of no cells', [], [[]]],
    ['a list that begins with a date is one row', [date, 1], [[date, 1]]],
    [
      'arrays in an array are rows',
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['a single row may stand in an array', [['a']], [['a']]],
    [
      'rows may be typed arrays',
      [new Float64Array([1, 2]), new Float64Array([3, 4])],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['an array of cells and arrays is one row, with lists in it', [1, [2, 3]], [[1, [2, 3]]]],
    [
      'records have a column for every name that any of them has',
      [{ a: 1 }, { b: 2, a: 3 }],
      [
        [1, null],
        [3, 2],
      ],
      ['a', 'b'],
    ],
    ['a record may have no prototype', [Object.assign(Object.create(null), { a: 1 })], [[1]], ['a']],
    [
      'a name such as toString is a column like others',
      [{ toString: 1 }, { b: 2 }],
      [
        [1, null],
        [null, 2],
      ],
      ['toString', 'b'],
    ],
    [
      'columns are an object of arrays',
      { a: [1, 2], b: ['x', 'y'] },
      [
        [1, 'x'],
        [2, 'y'],
      ],
      ['a', 'b'],
    ],
    [
      'columns may be typed arrays',
      { a: new Int8Array([1, 2]), b: new Float64Array([3, 4]) },
      [
        [1, 3],
        [2, 4],
      ],
      ['a', 'b'],
    ],
    ['columns may be of no rows', { a: [] }, [], ['a']],
    [
      'a Map keeps the order of names that look like numbers',
      new Map([
        ['10', [1]],
        ['2', [3]],
      ]),
      [[1, 3]],
      ['10', '2'],
    ],
    ['a typed array is one row', new Float32Array([1, 2]), [[1, 2]]],
    ['with a shape of one dimension too', { values: new Int32Array([1, 2]), shape: [2] }, [[1, 2]]],
    [
      'with two it is rows',
      { values: new Float64Array([1, 2, 3, 4, 5, 6]), shape: [3, 2] },
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ],
    ['which may be none', { values: new Float64Array(0), shape: [0, 2] }, []],
    ['64-bit integers are exact', new BigInt64Array([-(2n ** 63n)]), [[-(2n ** 63n)]]],
    ['columns may be called values and shape', { values: [1], shape: [2] }, [[1, 2]], ['values', 'shape']],
  ];
  it.each(forms)('%s', (_, data, rows, names) => {
    expect(read(data)).toEqual([rows, names]);
  });

  it('as arrays in an array are one row of lists for nested: sdk', () => {
    expect(
      read(
        [
          [1, 2],
          [3, 4],
        ],
        'sdk',
      ),
    ).toEqual([
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      undefined,
    ]);
    expect(read([{ a: 1 }], 'sdk')).toEqual([[[1]], ['a']]);
  });

  it('knows which numbers are floats by their arrays', () => {
    expect(asTable(new Float64Array(1), 'rows').kinds).toBe('float');
    expect(asTable(new Float32Array(1), 'rows').kinds).toBe('float32');
    expect(asTable(new Int32Array(1), 'rows').kinds).toBe('plain');
    expect(asTable([new Float64Array(1)], 'rows').kinds).toBe('float');
    expect(asTable({ a: new Float32Array(1), b: [1] }, 'rows').kinds).toEqual(['float32', 'plain']);
  });
});

describe('what is no table', () => {
  class Point {
    readonly x = 1;
  }
  const sparse = [
    [1, 2],
    [3, 4],
    [5, 6],
  ];
  delete sparse[1];
  const wrong: readonly (readonly [what: string, data: unknown, says: RegExp])[] = [
    ['null', null, /null is no data/],
    ['undefined', undefined, /undefined is no data/],
    ['a string', 'abc', /String is no data/],
    ['a number', 1, /Number is no data/],
    ['a boolean', true, /Boolean is no data/],
    ['a function', () => [1], /Function is no data/],
    ['a symbol', Symbol('x'), /Symbol is no data/],
    ['a date', new Date(0), /Date is no data/],
    ['a Buffer', Buffer.from('x'), /binary data/],
    ['an ArrayBuffer', new ArrayBuffer(8), /binary data/],
    ['a SharedArrayBuffer', new SharedArrayBuffer(8), /binary data/],
    ['a DataView', new DataView(new ArrayBuffer(8)), /binary data/],
    ['a Blob', new Blob(['x']), /binary data/],
    ['a record without brackets', { a: 1 }, /a record alone stands in brackets/],
    ['an object of nothing', {}, /column's values under each name/],
    ['a Map of nothing', new Map(), /column's values under each name/],
    ['an instance of a class', new Point(), /Point is no data/],
    ['a Set', new Set([1]), /Set is no data/],
    ['a promise that nobody awaited', Promise.resolve([1]), /Promise is no data/],
    ['rows of several lengths', [[1, 2], [3]], /row 1 has 1 values, and row 0 has 2/],
    ['a row that is missing', sparse, /row 1 has no values, and row 0 has 2/],
    ['rows of floats and others', [new Float64Array(1), [1]], /some rows are typed arrays of floats/],
    ['columns of several lengths', { a: [1, 2], b: [1] }, /column b has 1 values, and a has 2/],
    ['a column that is no array', { a: [1], b: 1 }, /column's values under each name/],
    ['a column that is a Buffer', { a: Buffer.from('x') }, /column's values under each name/],
    ['an array of three dimensions', { values: new Float64Array(8), shape: [2, 2, 2] }, /3 dimensions/],
    ['an array of none', { values: new Float64Array(1), shape: [] }, /0 dimensions/],
    [
      'a shape of another size',
      { values: new Float64Array(5), shape: [2, 2] },
      /shape 2 × 2 has 4 values, not 5/,
    ],
    ['a shape below zero', { values: new Float64Array(6), shape: [-2, -3] }, /shape -2 × -3/],
    ['a shape of broken numbers', { values: new Float64Array(6), shape: [1.5, 4] }, /shape 1.5 × 4/],
    ['a shape of texts', { values: new Float64Array(6), shape: ['2', '3'] }, /shape 2 × 3/],
  ];
  it.each(wrong)('%s: refused, with what is taken instead', (_, data, says) => {
    const refuse = (): unknown => asTable(data, 'rows');
    expect(refuse).toThrow(MdcBridgeError);
    expect(refuse).toThrow(says);
    try {
      refuse();
    } catch (error) {
      expect(error).toMatchObject({
        code: 'usage',
        remedy: expect.stringContaining('records [{ a: 1 }]') as string,
      });
    }
  });

  // An object of them has no names of its own: the row would be blank.
  it.each([
    new Map([['a', 1]]),
    new Set([1]),
    Promise.resolve(1),
    new Point(),
    new Blob([]),
    new ArrayBuffer(1),
  ])('is no record either, so it is one cell, which the row then refuses: %o', (one) => {
    expect(read([one])).toEqual([[[one]], undefined]);
  });
});
