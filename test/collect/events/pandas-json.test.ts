import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { asFrame, type FrameData } from '../../../src/collect/events/event-frame.js';
import { FrameEncoder } from '../../../src/collect/events/frame-encoder.js';
import { pandasFloat } from '../../../src/collect/events/pandas-json.js';

const FLOATS = JSON.parse(readFileSync('fixtures/sidecar/pandas-floats.json', 'utf8')) as {
  readonly bits: string;
  readonly repr: string;
  readonly json: string;
}[];
const FRAMES = JSON.parse(readFileSync('fixtures/sidecar/pandas-records-json.json', 'utf8')) as Record<
  string,
  { readonly json: string }
>;

function pandasJson(data: FrameData): string {
  const frame = asFrame(data);
  return new FrameEncoder('pandas').open(frame).encode(0, frame.count);
}

/** Frames that JavaScript has too. */
const EXPRESSIBLE: Readonly<Record<string, FrameData>> = {
  empty_df: [],
  empty_cols: { columns: ['a', 'b'], data: [] },
  rows_nocols: [{}, {}, {}],
  nan_none_inf: {
    f: Float64Array.of(1, Number.NaN, Infinity, -Infinity),
    o: [null, 'x', Number.NaN, undefined],
    nat: [new Date(Number.NaN), new Date('2024-01-02Z'), null, undefined],
  },
  int64: {
    i: [2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n],
    u: BigUint64Array.of(2n ** 64n - 1n, 0n, 1n),
    n: [1n, null, 3n],
    i8: Int8Array.of(1, 2, 3),
  },
  bigint_obj: { i: [2n ** 70n, 1] },
  floats: {
    f: [
      0.1,
      1 / 3,
      1e-11,
      1.5e300,
      Number('123456789.123456789'),
      1e15,
      1e16,
      1e17,
      -0,
      5e-324,
      100,
      3,
      0.1 + 0.2,
      1e22,
      Number('12345678901234567'),
    ],
  },
  float32: { f: Float32Array.of(0.1, 1 / 3, 16777217) },
  bools: { b: [true, false], B: [true, null], o: [true, null] },
  datetimes_noperiod: {
    d: [new Date('2024-01-02T03:04:05.678Z'), new Date('1969-12-31T23:59:59Z')],
    tz: [new Date('2024-01-02T03:04:05+02:00'), new Date('2024-06-02T03:04:05+02:00')],
    td: [93784500, -1000],
  },
  pydates: {
    d: [new Date('2024-01-02Z'), null],
    t: [new Date('2024-01-02T03:04:05.678Z'), null],
    tm: ['03:04:05', null],
  },
  nested: {
    l: [[1, 2, null], [{ a: Number.NaN }]],
    d: [
      new Map<unknown, unknown>([
        ['k', 1],
        [2, 'y'],
      ]) as never,
      null,
    ],
    arr: [Float64Array.of(1.5, 2) as never, [] as never],
    t: [[1, 2], [3]],
    s: [new Set([1]) as never, new Set() as never],
  },
  nested_ts: { d: [{ t: new Date('2024-01-02Z') }, [new Date('2024-01-02Z')]] },
  bytes_ascii: { b: ['abc', ''] },
  cat_noint: { c: ['a', null, 'b'], n: [1, 2, 1] },
  nonstr_cols: { columns: ['0', '1.5', 'None', "('a', 'b')"], data: [[1, 2, 3, 4]] },
  multiindex_cols: { columns: ["('a', 'x')", "('a', 'y')"], data: [[1, 2]] },
  dt_cols: { '1704067200000': [1] },
  index: { a: [1, 2] },
  strings: {
    s: ['a"b', '\\', '/', '</script>', '\x00\x1f\x7f', '\t\r\n\b\f', 'é', '\u2028', '😀', '&<>'],
  },
  custom_obj: { c: [{}] },
  sparse: { s: [0, 0, 1] },
  string_dtype: { s: ['a', null] },
  enum: { s: [200] },
};

/** Frames that it has not, or that pandas itself can't write. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  datetimes: 'a period: pandas raises',
  bytes_nonutf8: 'binary data: pandas raises',
  categorical: 'an interval, with attributes of its own',
  dup_cols: 'two columns of one name: pandas raises, and so does ours',
  dup_after_str: 'a column 1 and a column "1": ours raises, since a reader would lose one',
  lone_surrogate: 'pandas raises; ours writes U+FFFD',
  complex: 'a complex number, whose parts are floats',
  decimal: 'a Decimal: pandas raises',
  uuid_obj: "a Python object's attributes",
  func_obj: 'a function: pandas writes {}, ours raises',
  recursive: 'a list that holds itself: pandas raises, and so does ours',
};

describe('floatFormat pandas', () => {
  test('writes each of the 1,500 floats as pandas does', () => {
    const different = FLOATS.filter(({ bits, json }) => {
      const x = Buffer.from(bits, 'hex').readDoubleBE();
      return pandasFloat(x) !== json;
    });
    expect(different).toEqual([]);
    expect(FLOATS).toHaveLength(1500);
  });

  test.each(Object.entries(EXPRESSIBLE))('writes the frame %s as pandas does', (name, data) => {
    expect(pandasJson(data)).toBe(FRAMES[name]!.json);
  });

  test('every golden frame is either written or left out for a reason', () => {
    const known = [...Object.keys(EXPRESSIBLE), ...Object.keys(LEFT_OUT)].sort();
    expect(known).toEqual(Object.keys(FRAMES).sort());
  });

  it('rounds a half to the even digit, as C’s %.10g does, in numbers with an exponent', () => {
    // Exactly halfway between two texts of ten digits; JavaScript takes the greater one of each.
    expect(pandasFloat(1.0000000005e17)).toBe('1e+17');
    expect(pandasFloat(1.0000000015e17)).toBe('1.000000002e+17');
    expect(pandasFloat(-1.0000000005e17)).toBe('-1e+17');
  });

  it('makes a float column of numbers of which one has a fraction or is missing, and of no others', () => {
    expect(pandasJson({ a: [1, 2.5], b: [1, null], c: [1, 2], d: [1, 'x'] })).toBe(
      '[{"a":1.0,"b":1.0,"c":1,"d":1},{"a":2.5,"b":null,"c":2,"d":"x"}]',
    );
  });
});
