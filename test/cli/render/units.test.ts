import { expect, test } from 'vitest';
import { dayGaps, daysCovered } from '../../../src/cli/render/days.js';
import { bytes, count, counted, duration, megabytes, percent, rate } from '../../../src/cli/render/units.js';

test('digits are grouped by a thin space that never breaks', () => {
  expect([0, 999, 1000, 1234567].map(count)).toEqual(['0', '999', '1\u202f000', '1\u202f234\u202f567']);
  expect([counted(1, 'row'), counted(2000, 'row'), counted(2, 'infinity', 'infinities')]).toEqual([
    '1 row',
    '2\u202f000 rows',
    '2 infinities',
  ]);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9_940, '9.9 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [1_234_567_890, '1.2 GB'],
  [5e15, '5.0 PB'],
  [5e18, '5000 PB'],
])('%i bytes are %s', (value, text) => {
  expect(bytes(value)).toBe(text);
});

test('speed and amount are in decimal megabytes', () => {
  expect([rate(0, 0), rate(1e6, 2), rate(25e6, 2), rate(4e9, 1)]).toEqual([
    '– MB/s',
    '0.5 MB/s',
    '13 MB/s',
    '4\u202f000 MB/s',
  ]);
  expect(megabytes(1_500_000_000)).toBe('1\u202f500 MB');
});

test('a share is 100 % only of all, and 0 % only of nothing', () => {
  expect([percent(0, 0), percent(0, 9), percent(9, 9), percent(1, 3)]).toEqual([
    '–',
    '0 %',
    '100 %',
    '33.3 %',
  ]);
  expect([percent(999_999, 1_000_000), percent(1, 1_000_000)]).toEqual(['>99.9 %', '<0.1 %']);
});

test.each([
  [0.04, '0.0 s'],
  [9.94, '9.9 s'],
  [59.4, '59 s'],
  [59.6, '1 min 00 s'],
  [125, '2 min 05 s'],
  [3600, '1 h 00 min'],
  [360_000, '100 h 00 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('gaps are the days between the first and the last, across months, years and leap days', () => {
  expect(dayGaps([])).toEqual([]);
  expect(dayGaps(['2024-02-28', '2024-03-01', '2024-02-28'])).toEqual([
    { first: '2024-02-29', last: '2024-02-29', days: 1 },
  ]);
  expect(dayGaps(['2018-12-30', '2019-01-02', '2018-12-31'])).toEqual([
    { first: '2019-01-01', last: '2019-01-01', days: 1 },
  ]);
  expect(dayGaps(['2023-12-31', '2024-12-31'])).toEqual([
    { first: '2024-01-01', last: '2024-12-30', days: 365 },
  ]);
});

test('days are counted once', () => {
  expect(daysCovered(['2019-01-01', '2018-12-30', '2019-01-01'])).toBe('2 days, 2018-12-30 … 2019-01-01');
  expect(daysCovered(['2019-01-01'])).toBe('1 day, 2019-01-01');
  expect(daysCovered([])).toBe('no days');
});
