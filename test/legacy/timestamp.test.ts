import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTimestamps, hasTimestampForm, isDate, isTimestamp } from '../../src/legacy/timestamp.js';

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

/** What the calendar of JavaScript says: the parts are there again after a round trip. */
function exists(parts: readonly number[]): boolean {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const back = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  return year >= 1 && back.every((part, i) => part === parts[i]);
}

const parts = fc.tuple(
  fc.oneof(fc.integer({ min: 0, max: 9999 }), fc.constantFrom(0, 1, 1900, 2000, 2023, 2024, 2100, 9999)),
  fc.integer({ min: 0, max: 13 }),
  fc.oneof(fc.integer({ min: 0, max: 32 }), fc.constantFrom(28, 29, 30, 31)),
  fc.oneof(fc.integer({ min: 0, max: 25 }), fc.constant(23)),
  fc.oneof(fc.integer({ min: 0, max: 61 }), fc.constant(59)),
  fc.oneof(fc.integer({ min: 0, max: 61 }), fc.constant(59)),
);

const fraction = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 6 });

function format([year, month, day, hour, minute, second]: readonly number[], digits: string): string {
  const date = `${pad(year ?? 0, 4)}-${pad(month ?? 0, 2)}-${pad(day ?? 0, 2)}`;
  const time = `${pad(hour ?? 0, 2)}:${pad(minute ?? 0, 2)}:${pad(second ?? 0, 2)}`;
  return `${date}T${time}${digits === '' ? '' : `.${digits}`}`;
}

describe('a legacy timestamp', () => {
  it('is one exactly when Date knows its time, in the years 1 to 9999', () => {
    fc.assert(
      fc.property(parts, fraction, (time, digits) => {
        expect(isTimestamp(format(time, digits))).toBe(exists(time));
      }),
      { numRuns: 3000 },
    );
  });

  it('has the form of one also when its time does not exist, so that its row is known for correlated', () => {
    fc.assert(fc.property(parts, fraction, (time, digits) => hasTimestampForm(format(time, digits))));
  });

  const wrong = [
    '',
    '2024-02-29',
    '2024-02-29 12:30:05',
    '2024-02-29T12:30',
    '2024-02-29T12:30:05.',
    '2024-02-29T12:30:05.1234567',
    '2024-02-29T12:30:05Z',
    '2024-02-29T12:30:05+00:00',
    '2024-02-29T12:30:60',
    '2024-02-29T24:00:00',
    '2023-02-29T00:00:00',
    '1900-02-29T00:00:00',
    '0000-01-01T00:00:00',
    '12024-02-29T12:30:05',
    ' 2024-02-29T12:30:05',
    '2024-02-29T12:30:05\n',
    '2024-2-29T12:30:05',
  ];
  for (const text of wrong) {
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(isTimestamp(text)).toBe(false);
    });
  }

  it('looks like one by form, though it is none, with a zone or too many digits', () => {
    for (const text of ['2024-02-30T12:30:05', '2024-02-29T12:30:05Z', '2024-02-29T12:30:05.1234567+02:00']) {
      expect([text, hasTimestampForm(text), isTimestamp(text)]).toEqual([text, true, false]);
    }
    for (const text of ['2024-02-29 12:30:05', '20240229T123005', '2024-02-29T12:30:05 UTC', 'x']) {
      expect([text, hasTimestampForm(text)]).toEqual([text, false]);
    }
  });
});

describe('the order of two timestamps', () => {
  const valid = fc.tuple(parts, fraction).filter(([time]) => exists(time));

  it('is that of their microseconds, whatever the number of decimals', () => {
    const micros = ([time, digits]: [number[], string]): bigint => {
      const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = time;
      const date = new Date(0);
      date.setUTCFullYear(year, month - 1, day);
      date.setUTCHours(hour, minute, second);
      return BigInt(date.getTime()) * 1000n + BigInt(digits.padEnd(6, '0'));
    };
    fc.assert(
      fc.property(valid, valid, fc.boolean(), fraction, (a, other, sameSecond, digits) => {
        const b: typeof a = sameSecond ? [a[0], digits] : other;
        const [x, y] = [micros(a), micros(b)];
        const order = compareTimestamps(format(...a), format(...b));
        expect(Math.sign(order)).toBe(x < y ? -1 : x > y ? 1 : 0);
      }),
    );
  });

  it('takes a missing fraction for zero', () => {
    expect(compareTimestamps('2024-02-29T12:00:00', '2024-02-29T12:00:00.000000')).toBe(0);
    expect(compareTimestamps('2024-02-29T12:00:00', '2024-02-29T12:00:00.000001')).toBeLessThan(0);
  });
});

describe('a date', () => {
  it('is a day of the Gregorian calendar', () => {
    expect([isDate(2024, 2, 29), isDate(2000, 2, 29), isDate(2018, 12, 31)]).toEqual([true, true, true]);
    for (const [year, month, day] of [
      [2018, 2, 30],
      [1900, 2, 29],
      [2018, 4, 31],
      [2018, 13, 1],
      [2018, 0, 1],
      [2018, 1, 0],
      [0, 1, 1],
    ] as const) {
      expect(isDate(year, month, day)).toBe(false);
    }
  });
});
