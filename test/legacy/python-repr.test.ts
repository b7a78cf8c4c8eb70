import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { MdcBridgeError } from '../../src/errors.js';
import { dateText, float32Repr, floatRepr, numberRepr, repr } from '../../src/legacy/python-repr.js';

describe('Python’s repr', () => {
  it('of a float has an exponent from 1e16 and below 1e-4, and a point or an exponent always', () => {
    const expected: readonly (readonly [number, string])[] = [
      [1, '1.0'],
      [-0, '-0.0'],
      [0, '0.0'],
      [0.1, '0.1'],
      [0.0001, '0.0001'],
      [0.00001, '1e-05'],
      [1e-7, '1e-07'],
      [-1.5e-7, '-1.5e-07'],
      [9999999999999998, '9999999999999998.0'],
      [1e16, '1e+16'],
      [1.2345678901234568e17, '1.2345678901234568e+17'],
      [1e22, '1e+22'],
      [-1e100, '-1e+100'],
      [5e-324, '5e-324'],
      [Number.MAX_VALUE, '1.7976931348623157e+308'],
      [Number.NaN, 'nan'],
      [Number.POSITIVE_INFINITY, 'inf'],
      [Number.NEGATIVE_INFINITY, '-inf'],
    ];
    for (const [x, text] of expected) expect(floatRepr(x)).toBe(text);
  });

  it('of a plain number is an int’s where the number is whole and safe, and not -0', () => {
    const numbers = [1, -7, 0, -0, 2 ** 53 - 1, 2 ** 53, 1e16, 0.5, Number.NaN];
    expect(numbers.map(numberRepr)).toEqual([
      '1',
      '-7',
      '0',
      '-0.0',
      '9007199254740991',
      '9007199254740992.0',
      '1e+16',
      '0.5',
      'nan',
    ]);
  });

  it('of a float32 has its shortest digits, and an exponent from 1e6', () => {
    const expected: readonly (readonly [number, string])[] = [
      [0.1, '0.1'],
      [1, '1.0'],
      [1e-7, '1e-07'],
      [1 / 3, '0.33333334'],
      [0.0001, '1e-04'],
      [999999.94, '999999.94'],
      [1e6, '1e+06'],
      [16777216, '1.6777216e+07'],
      [1e16, '1e+16'],
      [1.401298464324817e-45, '1e-45'],
      [3.4028234663852886e38, '3.4028235e+38'],
      [2 ** -96, '1.2621775e-29'],
      // Halfway between two texts of eight digits: the even one.
      [-320124.125, '-320124.12'],
      [5882.2583, '5882.2583'],
      [-0, '-0.0'],
      [Number.NaN, 'nan'],
      [1e300, 'inf'],
    ];
    for (const [x, text] of expected) expect(float32Repr(x)).toBe(text);
  });

  it('of a string chooses the quotes, and escapes what is not printable', () => {
    const expected: readonly (readonly [string, string])[] = [
      ['', "''"],
      ["it's", '"it\'s"'],
      ['say "hi"', '\'say "hi"\''],
      ['it\'s "both"', "'it\\'s \"both\"'"],
      ['a\\b\t\n\r', "'a\\\\b\\t\\n\\r'"],
      ['\0\x7f\x85\xa0\xad', "'\\x00\\x7f\\x85\\xa0\\xad'"],
      [' é中😀', "' é中😀'"],
      ['\u2028\u200b\u3000\ue000', "'\\u2028\\u200b\\u3000\\ue000'"],
      ['\u{e0001}\u{10ffff}', "'\\U000e0001\\U0010ffff'"],
      ['\ud83d', "'\\ud83d'"],
    ];
    for (const [text, expectedText] of expected) expect(repr(text)).toBe(expectedText);
  });

  it('of lists and objects is that of what they hold', () => {
    const date = (text: string): Date => new Date(`2024-01-02T${text}Z`);
    expect(repr([1, 2.5, 'a', null, undefined, true, 10n ** 20n, Number.NaN])).toBe(
      "[1, 2.5, 'a', None, None, True, 100000000000000000000, nan]",
    );
    expect(repr({ a: 1, "it's": [{ k: [] }, {}] })).toBe("{'a': 1, \"it's\": [{'k': []}, {}]}");
    expect(repr([date('03:04:05.120'), date('03:04:05'), date('03:04:00'), date('03:04:00.001')])).toBe(
      '[datetime.datetime(2024, 1, 2, 3, 4, 5, 120000), datetime.datetime(2024, 1, 2, 3, 4, 5), ' +
        'datetime.datetime(2024, 1, 2, 3, 4), datetime.datetime(2024, 1, 2, 3, 4, 0, 1000)]',
    );
    expect(repr([new Date(Number.NaN)])).toBe('[NaT]');
    // As a JavaScript engine may give, and as an array with a hole.
    expect(repr(runInNewContext('({ a: [1, , 3], d: new Date(0) })'))).toBe(
      "{'a': [1, None, 3], 'd': datetime.datetime(1970, 1, 1, 0, 0)}",
    );
  });

  it('is refused for what would lose a value: class instances, functions, symbols, a list that holds itself', () => {
    class Point {
      readonly x = 1;
    }
    const itself: unknown[] = [];
    itself.push(itself);
    const nameless: unknown = Object.create(Object.create(Object.create(null)));
    const wrong = [
      new Map([['a', 1]]),
      new Point(),
      /x/,
      () => 1,
      Symbol('s'),
      Float64Array.of(1),
      nameless,
      itself,
    ];
    for (const value of wrong) expect(() => repr([value])).toThrow(MdcBridgeError);
    expect(() => repr([new Point()])).toThrow('an instance of Point');
  });
});

describe('Python’s text of a date', () => {
  it('is UTC, with six decimals or none', () => {
    expect(dateText(new Date('2024-02-29T12:30:05.123Z'))).toBe('2024-02-29 12:30:05.123000');
    expect(dateText(new Date('2024-02-29T13:30:05+01:00'))).toBe('2024-02-29 12:30:05');
    expect(dateText(new Date('0001-01-01T00:00:00Z'))).toBe('0001-01-01 00:00:00');
    expect(dateText(new Date('9999-12-31T23:59:59.999Z'))).toBe('9999-12-31 23:59:59.999000');
  });

  it('is refused outside of the years that Python has', () => {
    for (const year of ['+010000', '-000001', '0000']) {
      expect(() => dateText(new Date(`${year}-01-01T00:00:00Z`))).toThrow('a date that Python does not have');
    }
  });
});
