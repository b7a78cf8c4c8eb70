import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { asFrame, type FrameData } from '../../../src/collect/events/event-frame.js';
import { FrameEncoder } from '../../../src/collect/events/frame-encoder.js';
import { pandasFloat } from '../../../src/collect/events/pandas-json.js';
import { EXPRESSIBLE_FRAMES } from './pandas-frames.js';

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
  return Buffer.from(new FrameEncoder('pandas').open(frame).encode(0, frame.count)).toString('utf8');
}

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

  test.each(Object.entries(EXPRESSIBLE_FRAMES))('writes the frame %s as pandas does', (name, data) => {
    expect(pandasJson(data)).toBe(FRAMES[name]!.json);
  });

  test('every golden frame is either written or left out for a reason', () => {
    const known = [...Object.keys(EXPRESSIBLE_FRAMES), ...Object.keys(LEFT_OUT)].sort();
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
