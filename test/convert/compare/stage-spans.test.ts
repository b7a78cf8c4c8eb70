import { describe, expect, test } from 'vitest';
import {
  areStaged,
  eventSpans,
  isWhole,
  legacySpans,
  spanAt,
} from '../../../src/convert/compare/stage-spans.js';
import type { StagePoint } from '../../../src/convert/stage-records.js';
import type { Stage } from '../../../src/event/stage-line.js';

const MINUTE = 60_000;

/** From so many minutes on. */
function from(minutes: number, stage: Stage, ramp = 100, samplingRate = 100): StagePoint {
  return { from: minutes * MINUTE, stage, ramp, samplingRate };
}

/** What is so at these minutes: the rate, or `-` outside stage dual. */
function atMinutes(spans: ReturnType<typeof legacySpans>, minutes: readonly number[]): string {
  return minutes
    .map((minute) => spanAt(spans, minute * MINUTE))
    .map(({ isOutside, rate }) => (isOutside ? '-' : rate))
    .join(' ');
}

describe('a call of the legacy tree', () => {
  test('must have an event where nobody tells of stages, at the rate that is given', () => {
    expect(legacySpans([], undefined)).toMatchObject([{ isOutside: false, rate: 100 }]);
    expect(legacySpans([], 10)).toMatchObject([{ isOutside: false, rate: 10 }]);
  });

  test('must have one from the start of stage dual, and when nobody is known to write any more', () => {
    const spans = legacySpans([[from(10, 'legacy'), from(20, 'dual', 30), from(40, 'off')]], undefined);
    expect(atMinutes(spans, [0, 10, 19.99, 20, 39.99, 40.01])).toBe('- - - 30 30 30');
  });

  test('need not where it was under way when the service went back to legacy', () => {
    const spans = legacySpans([[from(20, 'dual'), from(40, 'legacy')]], undefined);
    expect(atMinutes(spans, [20, 38.9, 39, 41])).toBe('100 100 - -');
    const short = legacySpans([[from(20, 'dual'), from(20.5, 'legacy')]], undefined);
    expect(atMinutes(short, [19, 20, 21])).toBe('- - -');
  });

  test('must have one to the last moment of a service that ends: what is lost then is lost', () => {
    const spans = legacySpans([[from(20, 'dual'), from(40, 'off')]], undefined);
    expect(atMinutes(spans, [39.5, 39.999])).toBe('100 100');
    const endsIn = [
      { ...from(0, 'dual'), from: 0.25 },
      { ...from(0, 'off'), from: 10.25 },
    ];
    const read = legacySpans([endsIn], undefined);
    expect([-1, 0, 10].map((time) => spanAt(read, time).isOutside)).toEqual([true, false, false]);
  });

  test('must have one as long as any process is in stage dual, at the highest rate of those', () => {
    const processes = [
      [from(10, 'legacy'), from(60, 'off')],
      [from(20, 'dual', 10), from(50, 'off')],
      [from(30, 'dual', 50), from(40, 'off')],
    ];
    expect(atMinutes(legacySpans(processes, undefined), [15, 25, 35, 45, 55])).toBe('- 10 50 10 -');
    expect(atMinutes(legacySpans(processes, 70), [15, 25, 35, 45, 55])).toBe('- 70 70 70 -');
  });

  test('has the lower one of ramp and sampling rate in stage dual, and the latter in v2', () => {
    const spans = legacySpans([[from(10, 'dual', 40, 30), from(20, 'v2', 40, 30)]], undefined);
    expect(atMinutes(spans, [15, 25])).toBe('30 30');
  });

  test('must have one where others write the rows, and the record is of a collector of events alone', () => {
    const spans = legacySpans([[from(10, 'v2', 100, 25), from(30, 'off')]], undefined);
    expect(atMinutes(spans, [5, 15, 35])).toBe('- 25 25');
  });

  test('need not where a process in stage legacy stands beside one in v2', () => {
    expect(atMinutes(legacySpans([[from(10, 'legacy')], [from(10, 'v2')]], undefined), [15])).toBe('-');
  });
});

describe('an event', () => {
  test('must have its rows in stage dual, also if it answers a request of before', () => {
    const spans = eventSpans([from(10, 'legacy'), from(20, 'dual'), from(40, 'off')], true);
    expect(atMinutes(spans, [5, 15, 25, 45])).toBe('100 100 100 100');
  });

  test('need not in stage v2, nor where it was under way when that began', () => {
    const spans = eventSpans([from(20, 'dual'), from(40, 'v2'), from(50, 'dual')], true);
    expect(atMinutes(spans, [25, 38.9, 39, 45, 51])).toBe('100 100 - - 100');
  });

  test('must have them where no process of the collection was ever in another stage than v2', () => {
    const only = [from(20, 'v2'), from(40, 'off')];
    expect(areStaged([only])).toBe(false);
    expect(atMinutes(eventSpans(only, areStaged([only])), [5, 30])).toBe('100 100');
    const staged = areStaged([only, [from(1, 'dual')]]);
    expect(atMinutes(eventSpans(only, staged), [5, 30])).toBe('- -');
  });

  test('must have them where its writer has no record', () => {
    expect(atMinutes(eventSpans([], true), [5])).toBe('100');
  });
});

test('a time is whole where nothing of it is outside stage dual, or sampled out', () => {
  const spans = legacySpans(
    [
      [from(10, 'dual'), from(21, 'legacy')],
      [from(12, 'dual', 50), from(13, 'off')],
    ],
    undefined,
  );
  expect(isWhole(spans, 10 * MINUTE, 20 * MINUTE)).toBe(true);
  expect(isWhole(spans, 9 * MINUTE, 20 * MINUTE)).toBe(false);
  expect(isWhole(spans, 10 * MINUTE, 21 * MINUTE)).toBe(false);
  expect(isWhole(legacySpans([], undefined), 0, MINUTE)).toBe(true);
});
