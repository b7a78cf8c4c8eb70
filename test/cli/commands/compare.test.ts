import { describe, expect, test } from 'vitest';
import type { CompareOptions } from '../../../src/convert/compare/compare-options.js';
import type { CompareReport } from '../../../src/convert/compare/report.js';
import { type FakeIo, fakeIo, runFake } from '../fake-io.js';
import { collection, comparison, counts } from '../render/sample-comparison.js';

interface Asked {
  options?: CompareOptions;
}

function comparingIo(report: CompareReport, asked: Asked = {}): FakeIo {
  return fakeIo({
    engine: {
      compareTrees: (_legacy, _v2, options) => {
        asked.options = options;
        return Promise.resolve(report);
      },
    },
  });
}

const COMPARE = ['compare', 'LEGACY', 'V2'];
const clean = comparison();
const spoilt = comparison([collection({ counts: counts({ onlyLegacy: 1 }) })], { ok: false });
const gate = (met: boolean): CompareReport['gate'] => ({
  met,
  checks: [{ name: 'missing', limit: 5, found: met ? 1 : 9, met }],
});

describe('the exit status', () => {
  test('is 0 for the same, 1 for any finding', async () => {
    expect((await runFake(COMPARE, comparingIo(clean))).status).toBe(0);
    expect((await runFake(COMPARE, comparingIo(spoilt))).status).toBe(1);
  });

  test('is what the gate says, where one is asked for', async () => {
    expect(
      (await runFake(COMPARE, comparingIo({ ...spoilt, gate: gate(true) } as CompareReport))).status,
    ).toBe(0);
    expect(
      (await runFake(COMPARE, comparingIo({ ...clean, gate: gate(false) } as CompareReport))).status,
    ).toBe(1);
  });
});

test('--json prints the report, whatever it says', async () => {
  const { status, stdout } = await runFake([...COMPARE, '--json'], comparingIo(spoilt));
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(spoilt)));
});

test('every option reaches the library by its name', async () => {
  const asked: Asked = {};
  const argv = [
    ...['--since', '2024-02-29', '--until', '2024-03-01', '--max-lag', '2h', '--v2-writer', 'azure'],
    ...['--sample', 'model_inputs=10', '--sample', 'labels=2.5%', '--gate', 'missing=0', '--examples', '2'],
    ...['--row-id', 'key=correlation', '--workers', '1', '--exclude', '*.old.csv'],
  ];
  await runFake([...COMPARE, ...argv], comparingIo(clean, asked));
  const { signal: _, onProgress: __, ...options } = asked.options ?? {};
  expect(options).toEqual({
    since: '2024-02-29',
    until: '2024-03-01',
    maxLagSeconds: 7200,
    v2Writer: 'azure',
    sample: { model_inputs: 10, labels: 2.5 },
    gate: 'missing=0',
    maxExamples: 2,
    rowId: { name: 'key', by: 'correlation' },
    workers: 1,
    exclude: ['*.old.csv'],
  });
});

test('what was not given is not there', async () => {
  const asked: Asked = {};
  await runFake(COMPARE, comparingIo(clean, asked));
  expect(Object.keys(asked.options ?? {}).sort()).toEqual(['onProgress', 'signal']);
});

test.each([
  [['--max-lag', '15']],
  [['--max-lag', 'soon']],
  [['--sample', 'model_inputs=101']],
  [['--sample', '10']],
  [['--v2-writer', 'aws']],
  [['--examples', '-1']],
])('%j is wrong usage', async (argv) => {
  const { status, stdout, stderr } = await runFake([...COMPARE, ...argv], comparingIo(clean));
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(`${argv[0]}`);
});
