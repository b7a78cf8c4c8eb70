import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BasicCorrelationContext } from '../../../src/collect/events/correlation-context.js';
import { compareTrees } from '../../../src/convert/compare/compare-trees.js';
import type { CompareReport } from '../../../src/convert/compare/report.js';
import { collectorIn as legacyCollectorIn } from '../../collect/collectors.js';
import { collectorIn as eventCollectorIn, eventsIn } from '../../collect/events/events.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { findings } from './trees.js';

/** Rows of every type that both collectors write, two of them in a call. */
const CALLS = [
  [
    { whole: 1, float: 0.1, text: 'a,"b"\r\n', flag: true, big: 2n ** 60n },
    { whole: -7, float: 1e-7, text: 'naïve ☃', flag: false, big: 0n },
  ],
  [{ whole: 0, float: 1e16, text: '05601', flag: null, big: 10n ** 30n }],
  [{ whole: null, float: Number.NaN, text: null, flag: true, big: 1n }],
  [{ whole: 2 ** 53 - 1, float: -0.5, text: "{'a': [1]}", flag: true, big: -1n }],
];

/** A service that collects each call with both collectors, under one id and one time. */
async function dualWritten(pandas = false): Promise<{ legacy: string; v2: string }> {
  const folder = await temporaryFolder();
  const [legacy, v2] = [join(folder, 'modeldata'), join(folder, 'v2')];
  const rows = legacyCollectorIn(legacy, 'inputs', []);
  const events = eventCollectorIn(v2, {
    endpoint: 'svc',
    deployment: 'm-1',
    ...(pandas ? { floatFormat: 'pandas' as const } : {}),
  });
  for (const call of CALLS) {
    const fields = rows.collect(call, 'user');
    const id = String(fields?.['$aml_dc_correlation_id']);
    events.collect(call, new BasicCorrelationContext(id, Date.UTC(2026, 10, 22, 10, 20, 30) / 1000));
  }
  await Promise.all([rows.close(), events.close()]);
  return { legacy, v2 };
}

async function compare(trees: { legacy: string; v2: string }, options = {}): Promise<CompareReport> {
  return await compareTrees(trees.legacy, trees.v2, { workers: 0, now: new Date('2026-11-23'), ...options });
}

test('what both collectors write of the same calls is the same', async () => {
  const report = await compare(await dualWritten());
  expect({ ok: report.ok, both: report.counts.both, different: report.counts.different }).toEqual({
    ok: true,
    both: CALLS.length,
    different: 0,
  });
});

test("what Azure's collector would have written is the same but for rounding", async () => {
  const report = await compare(await dualWritten(true), { v2Writer: 'azure' });
  expect(report.counts).toMatchObject({ both: CALLS.length, different: 0, onlyLegacy: 0 });
});

test('a call that one of them has lost, and one that came twice, are found', async () => {
  const trees = await dualWritten();
  const [file = ''] = eventsIn(trees.v2).files;
  const path = join(trees.v2, file);
  const [first, ...others] = readFileSync(path, 'utf8').split(/(?<=\n)/);
  writeFileSync(path, others.join(''));
  appendFileSync(path, others[0] ?? '');
  const { respelled: _, ...found } = findings(await compare(trees));
  expect(found).toEqual({ both: CALLS.length - 1, onlyLegacy: 1, doubledV2: 1 });
  expect(first).toContain('"data"');
});
