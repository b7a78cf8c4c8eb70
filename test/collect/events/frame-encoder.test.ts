import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asFrame, type FrameData } from '../../../src/collect/events/event-frame.js';
import { FrameEncoder } from '../../../src/collect/events/frame-encoder.js';
import type { Cell } from '../../../src/legacy/python-repr.js';
import { anyText } from '../../support/any-text.js';

function json(data: FrameData): string {
  const frame = asFrame(data);
  return Buffer.from(new FrameEncoder('full').open(frame).encode(0, frame.count)).toString('utf8');
}

function refused(data: unknown): string {
  try {
    json(data as FrameData);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
}

describe('data in full precision', () => {
  it('has every digit of a number: what is read is the same double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const [plain, list] = [JSON.parse(json([{ x }])), JSON.parse(json({ x: Float64Array.of(x) }))];
        expect(Object.is(plain[0].x, x) && Object.is(list[0].x, x)).toBe(true);
      }),
    );
  });

  it('has the values of records, columns and matrices as JSON.parse reads them', () => {
    const cell = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      anyText(20),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
        const expected = rows.map(([a, b]) => ({ a, b }));
        const columns = { a: rows.map(([a]) => a), b: rows.map(([, b]) => b) };
        for (const data of [
          expected,
          columns,
          new Map(Object.entries(columns)),
          { columns: ['a', 'b'], data: rows },
        ]) {
          expect(JSON.parse(json(data as FrameData))).toEqual(expected);
        }
      }),
    );
  });

  it('has integers of any size exactly', () => {
    expect(json([{ a: 9007199254740993n, b: 2n ** 70n, c: -3 }])).toBe(
      '[{"a":9007199254740993,"b":1180591620717411303424,"c":-3}]',
    );
  });

  it('has null for what has no value', () => {
    const nothing: Cell[] = [null, undefined, Number.NaN, Infinity, -Infinity, new Date(Number.NaN)];
    expect(json({ a: nothing })).toBe(`[${nothing.map(() => '{"a":null}').join(',')}]`);
    expect(json({ a: Float32Array.of(Number.NaN) })).toBe('[{"a":null}]');
    expect(json([{ a: 1 }, { b: 2 }])).toBe('[{"a":1,"b":null},{"a":null,"b":2}]');
  });

  it('keeps the float of whole numbers where the array says that they are floats', () => {
    expect(json({ a: Float64Array.of(3, -0, 1e21), b: Float32Array.of(1, 0.5, 2 ** 24), c: [3, 4, 5] })).toBe(
      '[{"a":3.0,"b":1.0,"c":3},{"a":-0.0,"b":0.5,"c":4},{"a":1e+21,"b":16777216.0,"c":5}]',
    );
    expect(json({ columns: ['a', 'b'], data: [Float64Array.of(1, 2.5)] })).toBe('[{"a":1.0,"b":2.5}]');
  });

  it('writes no float as an integer that is read with other digits', () => {
    expect(json([{ a: 1e20, b: -0 }])).toBe('[{"a":100000000000000000000.0,"b":-0.0}]');
  });

  it('has the epoch milliseconds of a date, as the SDK', () => {
    expect(json([{ a: new Date('2024-01-02T03:04:05.678Z') }])).toBe('[{"a":1704164645678}]');
  });

  it('has U+FFFD for half a character, which strict readers refuse', () => {
    expect(JSON.parse(json([{ '\udc00': 'a\ud800b' }]))).toEqual([{ '\ufffd': 'a\ufffdb' }]);
    expect(JSON.parse(json([{ s: '\ud800' }]))).toEqual([{ s: '\ufffd' }]);
  });

  it('has keys in the order of the columns, also those that look like integers', () => {
    expect(json({ columns: ['b', '1', '0'], data: [[1, 2, 3]] })).toBe('[{"b":1,"1":2,"0":3}]');
    expect(
      json(
        new Map([
          ['b', [1]],
          ['0', [2]],
        ]),
      ),
    ).toBe('[{"b":1,"0":2}]');
  });

  it('has lists and objects, Maps and Sets, and arrays of numbers', () => {
    const cells = {
      l: [1, [null, { a: 'x' }]],
      m: new Map([
        ['2', 1],
        ['1', 2],
      ]),
      s: new Set([1]),
      f: Float32Array.of(1),
    };
    expect(json([cells as never])).toBe('[{"l":[1,[null,{"a":"x"}]],"m":{"2":1,"1":2},"s":[1],"f":[1.0]}]');
  });

  it('renames the columns that monitors can’t read, as converted events do', () => {
    expect(json([{ '': 1, CorrelationId: 2, a: 3, A: 4 }])).toBe(
      '[{"column_0":1,"correlationid_1":2,"a":3,"a_1":4}]',
    );
  });

  it.each([
    ['a function', { a: [() => 1] }, 'a function is no value (column "a", row 0)'],
    ['a symbol', [{ b: Symbol('x') }], 'a symbol is no value (column "b", row 0)'],
    ['binary data', [{ b: 1 }, { b: Buffer.from('x') }], 'binary data is no value (column "b", row 1)'],
    ['an instance', [{ b: new URL('http://x') }], 'an instance of URL is no value (column "b", row 0)'],
  ])('refuses %s, and says where it stands', (_, data, message) => {
    expect(refused(data)).toBe(`can't collect this: ${message}`);
  });

  it('refuses a list that holds itself', () => {
    const list: unknown[] = [];
    list.push(list);
    expect(refused([{ a: list }])).toContain('holds itself');
  });

  it('refuses two columns of one name, and rows and columns of other lengths', () => {
    expect(refused({ columns: ['a', 'a'], data: [[1, 2]] })).toContain('there are two columns "a"');
    expect(refused({ columns: ['a', 'b'], data: [[1, 2], [3]] })).toContain(
      'row 1 has 1 values, and there are 2 columns',
    );
    expect(refused({ a: [1], b: [] })).toContain('column b has 0 values, and a has 1');
  });
});

describe('data of another type', () => {
  class Frame {}
  it.each([
    [[1, 2], 'Array'],
    [[{ a: 1 }, 3], 'Array'],
    ['text', 'String'],
    [7, 'Number'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{ a: 1 }, 'Object'],
    [new Frame(), 'Frame'],
    [[new Frame()], 'Array'],
    [Float64Array.of(1), 'Float64Array'],
    [new Date(), 'Date'],
    [new Map([['a', 1]]), 'Map'],
  ])('is refused in the SDK’s words: %o', (data, type) => {
    expect(refused(data)).toBe(`data type (${type}) not supported, supported types: pandas.DataFrame`);
  });
});
