import { expect, test } from 'vitest';
import { clip, union, windowOf } from '../../../src/convert/emit/day-window.js';
import type { FilePlan } from '../../../src/convert/plan-file.js';

const FILE = {
  date: '2018-12-31',
  firstTime: '2018-12-30T23:59:59',
  lastTime: '2018-12-31T00:00:01.5',
  counts: { rows: 2, correlated: 2 },
} as FilePlan;

test('a window ends at the midnight after the last row, also over a month’s and a year’s end', () => {
  expect(windowOf(FILE)).toEqual({ start: '2018-12-30', end: '2019-01-01' });
  expect(windowOf({ ...FILE, lastTime: '2020-02-28T23:00:00' })).toEqual({
    start: '2018-12-30',
    end: '2020-02-29',
  });
});

test('rows without a time have their folder’s, and rows with one do not', () => {
  const late = { ...FILE, date: '2019-01-05' };
  expect(windowOf(late)).toEqual({ start: '2018-12-30', end: '2019-01-01' });
  expect(windowOf({ ...late, counts: { ...FILE.counts, rows: 3 } })).toEqual({
    start: '2018-12-30',
    end: '2019-01-06',
  });
  const { firstTime: _first, lastTime: _last, ...untimed } = FILE;
  expect(windowOf(untimed)).toEqual({ start: '2018-12-31', end: '2019-01-01' });
});

test('windows grow together, and a converted range cuts them', () => {
  const window = union(
    { start: '2024-01-02', end: '2024-01-03' },
    { start: '2024-01-01', end: '2024-01-02' },
  );
  expect(window).toEqual({ start: '2024-01-01', end: '2024-01-03' });
  expect(clip(window, { since: '2024-01-02T12:00:00' })).toEqual({ start: '2024-01-02', end: '2024-01-03' });
  expect(clip(window, { until: '2024-01-02T00:00:00' })).toEqual({ start: '2024-01-01', end: '2024-01-02' });
  expect(clip(window, { until: '2024-01-02T00:00:00.000001' })).toEqual(window);
});
