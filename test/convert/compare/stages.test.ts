import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ModelDataCollector } from '../../../src/collect/model-data-collector.js';
import { compareTrees } from '../../../src/convert/compare/compare-trees.js';
import type { CompareReport } from '../../../src/convert/compare/report.js';
import { isSampled } from '../../../src/event/sampling.js';
import { formatStageLine, type Stage } from '../../../src/event/stage-line.js';
import { plainFile } from '../../support/legacy-file.js';
import { sourceName } from '../../support/rows.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { findings, inputs, row, TwoTrees } from './trees.js';

const COLLECTION = 'svc/m-1/model_inputs';
const HOURS = ['01', '02', '03', '04', '05'].map((hour) => `2024-02-29T${hour}:30:00`);

/** A record of one process: stage, and the hour of 2024-02-29 from which it holds. */
function record(
  trees: TwoTrees,
  stages: readonly (readonly [hour: number, stage: Stage])[],
  { instance = 'live', ramp = 100, collection = COLLECTION } = {},
): void {
  const lines = stages.map(([hour, stage]) =>
    formatStageLine(Date.UTC(2024, 1, 29, hour), collection, { stage, ramp, samplingRate: 100 }),
  );
  trees.v2.put(`_migration/stages/${instance}.jsonl`, lines.join(''));
}

/** A call an hour, from 01:30 to 05:30. */
async function hourly(): Promise<TwoTrees> {
  return await TwoTrees.of(inputs('n', ...HOURS.map((time, i) => row(String(i), `id-${i}`, time))));
}

/** The only event file is that of this process. */
async function rename(trees: TwoTrees, instance: string): Promise<void> {
  for await (const { name } of trees.v2.list('svc/')) {
    const content = trees.v2.get(name)?.toString() ?? '';
    await trees.v2.remove(name);
    trees.v2.put(name.replace(/[^/]+\.jsonl$/, `${instance}.jsonl`), content);
  }
}

describe('calls of one side', () => {
  test('are missing while a process was in stage dual, and outside it before and after', async () => {
    const trees = await hourly();
    await trees.edit(() => undefined);
    record(trees, [
      [2, 'legacy'],
      [3, 'dual'],
      [5, 'legacy'],
    ]);
    const report = await trees.compare({ gate: 'missing=0' });
    expect(findings(report)).toEqual({ outsideDualLegacy: 3, onlyLegacy: 2 });
    expect(report.gate?.met).toBe(false);
    expect(
      report.collections[0]?.hours.map(({ hour, counts }) => [hour.slice(11), counts.onlyLegacy]),
    ).toEqual([
      ['01:00Z', 0],
      ['02:00Z', 0],
      ['03:00Z', 1],
      ['04:00Z', 1],
      ['05:00Z', 0],
    ]);
    expect(report.collections[0]?.stageWriters).toBe(1);
    expect(report.leftOut).toEqual([]);
  });

  test('outside stage dual are no finding, but counted, and a gate may limit them', async () => {
    const trees = await hourly();
    await trees.edit((line, index) => (index < 2 ? undefined : line));
    record(trees, [[3, 'dual']]);
    const report = await trees.compare({ gate: 'missing=0,extra=0,hours=3' });
    expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: true, both: 3, outsideDualLegacy: 2 });
    expect(report.gate?.met).toBe(true);
    expect((await trees.compare({ gate: 'outside=1' })).gate).toMatchObject({
      met: false,
      checks: [{ found: 2 }],
    });
  });

  test('are events of stage v2, where their own process says so', async () => {
    const trees = await hourly();
    await rename(trees, 'live');
    trees.legacy.put(sourceName(), inputs('n', row('0', 'id-0', HOURS[0]))[sourceName()] ?? '');
    record(trees, [
      [1, 'dual'],
      [3, 'v2'],
    ]);
    expect(findings(await trees.compare())).toEqual({ both: 1, onlyV2: 1, outsideDualV2: 3 });
    record(trees, [[1, 'dual']], { instance: 'other' });
    await trees.v2.remove('_migration/stages/live.jsonl');
    expect(findings(await trees.compare())).toEqual({ both: 1, onlyV2: 4 });
  });

  test('that are on both sides all the same are compared', async () => {
    const trees = await hourly();
    await trees.editData((data, index) => (index === 0 ? data.replace('0', '7') : data));
    record(trees, [[1, 'legacy']]);
    expect(findings(await trees.compare())).toEqual({ both: 4, different: 1 });
  });

  test('of a collection of which no process tells are missing, whatever others say', async () => {
    const trees = await hourly();
    await trees.edit(() => undefined);
    record(trees, [[1, 'legacy']], { collection: 'svc/m-1/model_outputs' });
    expect(findings(await trees.compare())).toEqual({ onlyLegacy: 5 });
  });
});

describe('the rate of the record', () => {
  const ids = Array.from({ length: 200 }, (_, i) => `id-${i}`);
  const kept = ids.filter((id) => isSampled(id, 25));

  async function ramped(): Promise<TwoTrees> {
    const trees = await TwoTrees.of(inputs('n', ...ids.map((id, i) => row(String(i), id, HOURS[2]))));
    await trees.edit((line) =>
      kept.some((id) => line.includes(`"correlationid":"${id}"`)) ? line : undefined,
    );
    return trees;
  }

  test('says which calls are sampled out, by the same hash', async () => {
    const trees = await ramped();
    record(trees, [[3, 'dual']], { ramp: 25 });
    const report = await trees.compare();
    expect({ ok: report.ok, ...findings(report) }).toEqual({
      ok: true,
      both: kept.length,
      sampledOut: ids.length - kept.length,
    });
  });

  test('holds for its own time', async () => {
    const trees = await ramped();
    record(trees, [[4, 'dual']], { ramp: 25 });
    record(
      trees,
      [
        [3, 'dual'],
        [4, 'off'],
      ],
      { instance: 'earlier', ramp: 50 },
    );
    const report = await trees.compare();
    const half = ids.filter((id) => isSampled(id, 50)).length;
    expect(findings(report)).toEqual({
      both: kept.length,
      sampledOut: ids.length - half,
      onlyLegacy: half - kept.length,
    });
  });

  test('gives way to the one that the user gives', async () => {
    const trees = await ramped();
    record(trees, [[3, 'dual']], { ramp: 100 });
    expect(findings(await trees.compare({ sample: { model_inputs: 25 } }))).toMatchObject({
      sampledOut: ids.length - kept.length,
    });
  });
});

test('rows without a correlation id can’t be told apart on a day that was not wholly in stage dual', async () => {
  const labels = sourceName('labels', '2024/02/29', 'labels.csv');
  const trees = await TwoTrees.of({ [labels]: plainFile('y', '1', '2', '3') });
  await trees.edit((line) =>
    line
      .replace(/"data":\[.*\]/, '"data":[{"y":3}]')
      .replace(/"correlationid":"[^"]*"/, '"correlationid":"live"')
      .replace('T00:00:00Z', 'T03:10:00Z'),
  );
  const collection = 'svc/m-1/labels';
  expect((await trees.compare()).ok).toBe(false);
  record(trees, [[3, 'dual']], { collection });
  const report = await trees.compare();
  expect(report.collections[0]?.uncorrelated).toMatchObject({ hoursDifferent: 0, hoursOutsideDual: 1 });
  expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: true, uncorrelatedV2: 1 });
  record(trees, [[-24, 'dual']], { collection });
  expect((await trees.compare()).ok).toBe(false);
});

describe('a service that went through all stages', () => {
  async function served(lose: (i: number) => boolean): Promise<CompareReport> {
    const folder = await temporaryFolder();
    const [legacy, v2] = [join(folder, 'modeldata'), join(folder, 'v2')];
    let now = Date.UTC(2026, 10, 22, 10);
    const stages: readonly Stage[] = ['legacy', 'dual', 'legacy', 'dual', 'v2'];
    for (const [i, stage] of stages.entries()) {
      const options = {
        ...{ webserviceName: 'svc', modelVersion: '1', enabled: true, storage: legacy, handleSignals: false },
        ...{ stage, clock: () => now, environment: {}, onError: () => undefined },
        v2: { storage: lose(i) ? '/dev/null/v2' : v2, ramp: 60 },
        shutdownMs: lose(i) ? 50 : 30_000,
      };
      const rows = new ModelDataCollector('m', 'inputs', ['n'], options);
      const answers = new ModelDataCollector('m', 'predictions', ['p'], options);
      for (let call = 0; call < 50; call += 1) {
        now += 1000;
        answers.collect(answers.addCorrelations([call], rows.collect([call])));
      }
      await Promise.allSettled([rows.close(), answers.close()]);
      now += 600_000;
    }
    expect(readdirSync(folder).sort()).toEqual(['modeldata', 'v2']);
    return await compareTrees(legacy, v2, {
      workers: 0,
      now: new Date('2026-11-23'),
      gate: 'missing=0,extra=0',
    });
  }

  test('compares clean, with every call accounted for', async () => {
    const report = await served(() => false);
    const { both, sampledOut, ...rest } = findings(report);
    expect(rest).toEqual({ outsideDualLegacy: 200, outsideDualV2: 100 });
    expect((both ?? 0) + (sampledOut ?? 0)).toBe(200);
    expect(sampledOut).toBeGreaterThan(20);
    expect({ ok: report.ok, met: report.gate?.met }).toEqual({ ok: true, met: true });
  });

  test('does not if a process in stage dual could write neither its events nor its record', async () => {
    const report = await served((i) => i === 3);
    expect(report.ok).toBe(false);
    expect(findings(report)).toMatchObject({ onlyLegacy: expect.any(Number), outsideDualLegacy: 200 });
  });
});
