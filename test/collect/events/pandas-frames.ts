import type { FrameData } from '../../../src/collect/events/event-frame.js';

/** The frames of pandas-records-json.json that JavaScript has too, by their names there. */
export const EXPRESSIBLE_FRAMES: Readonly<Record<string, FrameData>> = {
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
