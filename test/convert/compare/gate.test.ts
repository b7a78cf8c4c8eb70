import { describe, expect, test } from 'vitest';
import { type CallCounts, noCalls } from '../../../src/convert/compare/call-counts.js';
import { judgeGate, parseGate } from '../../../src/convert/compare/gate.js';
import { findings, inputs, row, TwoTrees } from './trees.js';

const CLEAN = { legacy: 5, v2: 5, both: 5 };

function hours(...all: readonly (Partial<CallCounts> | undefined)[]): { hour: number; counts: CallCounts }[] {
  return all.flatMap((counts, hour) =>
    counts === undefined ? [] : [{ hour, counts: { ...noCalls(), ...counts } }],
  );
}

describe('a gate', () => {
  test('limits what was found in all hours', () => {
    const found = hours(CLEAN, { ...CLEAN, onlyLegacy: 2 }, { ...CLEAN, onlyLegacy: 1, different: 1 });
    const { met, checks } = judgeGate(parseGate('missing=3,different=0'), found, 100);
    expect(met).toBe(false);
    expect(checks).toEqual([
      { name: 'missing', limit: 3, found: 3, met: true },
      { name: 'different', limit: 0, found: 1, met: false },
    ]);
  });

  test('with hours it looks at the latest ones, which must follow each other and be clean', () => {
    const found = hours({ ...CLEAN, onlyLegacy: 9 }, CLEAN, CLEAN, CLEAN);
    expect(judgeGate(parseGate('missing=0,hours=3'), found, 100)).toEqual({
      met: true,
      checks: [
        { name: 'missing', limit: 0, found: 0, met: true },
        { name: 'hours', limit: 3, found: 3, met: true },
      ],
      window: { from: '1970-01-01T01:00Z', to: '1970-01-01T03:00Z' },
    });
    expect(judgeGate(parseGate('missing=0,hours=4'), found, 100).met).toBe(false);
  });

  test.each([
    ['an hour without calls', hours(CLEAN, CLEAN, undefined, CLEAN)],
    ['an hour in which one side has none', hours(CLEAN, CLEAN, { legacy: 5, pendingLegacy: 5 }, CLEAN)],
    ['no hour at all', []],
  ])('%s ends the run', (_, found) => {
    expect(judgeGate(parseGate('missing=0,hours=2'), found, 100).met).toBe(false);
  });

  test('an hour that may still be short of calls is not the latest', () => {
    const found = hours(CLEAN, CLEAN, { ...CLEAN, onlyLegacy: 3 });
    expect(judgeGate(parseGate('missing=0,hours=2'), found, 2)).toMatchObject({
      met: true,
      window: { to: '1970-01-01T01:00Z' },
    });
  });

  test('of hours alone asks for no finding at all in them', () => {
    expect(judgeGate(parseGate('hours=1'), hours({ ...CLEAN, doubledV2: 1 }), 100).met).toBe(false);
    expect(judgeGate(parseGate('hours=1'), hours(CLEAN), 100).met).toBe(true);
  });

  test.each([
    '',
    'missing',
    'missing=',
    'missing=-1',
    'missing=0,missing=1',
    'mising=0',
    'hours=0',
    'toString=1',
  ])('can not be %j', (text) => {
    expect(() => parseGate(text)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  test('is part of the report that asks for it', async () => {
    const trees = await TwoTrees.of(inputs('n', row('1', 'a'), row('2', 'b')));
    const gate = 'missing=0,hours=1';
    expect((await trees.compare({ gate })).gate?.met).toBe(true);
    await trees.edit((line, index) => (index === 0 ? undefined : line));
    const report = await trees.compare({ gate });
    expect(findings(report)).toEqual({ both: 1, onlyLegacy: 1 });
    expect(report.gate?.met).toBe(false);
    expect((await trees.compare({ gate: 'missing=1' })).gate?.met).toBe(true);
  });
});
