import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CollectorOptions } from '../../src/collect/collector-options.js';
import { convertTree } from '../../src/convert/run.js';
import { verifyTree } from '../../src/convert/verify/verify-tree.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn, filesIn, NOW } from './collectors.js';

const VARIANTS: readonly (readonly [what: string, options: CollectorOptions])[] = [
  ['as they are by default', {}],
  ['with the SDK’s file names', { fileNames: 'sdk', emptyFiles: true, telemetry: true }],
  ['in hour folders', { environment: { AML_MODEL_DC_BOUNDARY: 'hour' } }],
  ['with rows as DataFrames wrote them', { rowStyle: 'dataframe' }],
  ['with lists as the SDK wrote them', { nested: 'sdk' }],
];

describe('the trees that collectors write', () => {
  it.each(VARIANTS)('are converted, and the conversion is verified: %s', async (_, options) => {
    const folder = await temporaryFolder();
    const rows = await collectAll(join(folder, 'modeldata'), options);
    const [source, destination] = [join(folder, 'modeldata'), join(folder, 'v2')];
    const report = await convertTree(source, destination, { workers: 0 });
    expect(report).toMatchObject({ failed: [], totals: { rows, rejected: {} } });
    const verified = await verifyTree(source, destination, { workers: 0 });
    expect(verified).toMatchObject({ ok: true });
    expect(
      Object.keys(filesIn(destination)).filter((name) => name.endsWith('.jsonl')).length,
    ).toBeGreaterThan(4);
  });
});

/** Inputs in every form, over midnight, and all that answers them; returns the number of rows. */
async function collectAll(storage: string, options: CollectorOptions): Promise<number> {
  let time = NOW;
  const all = { ...options, clock: () => time };
  const names = ['bmi', 'note'];
  const inputs = collectorIn(storage, 'inputs', names, all);
  const predictions = collectorIn(storage, 'predictions', ['y'], all);
  const labels = collectorIn(storage, 'labels', [], all);
  const signals = collectorIn(storage, 'signals', ['s'], { ...all, collectionName: 'web' });
  const general = collectorIn(storage, 'general', ['g'], all);
  const forms = [
    [0.0617, 'two\r\n"lines", é'],
    [{ bmi: 1e-7, note: null }],
    { bmi: [1, 2, 3], note: ['x', '', 'z'] },
    { bmi: new Float64Array([1, Number.NaN]), note: [new Date(0), new Date(1)] },
    [
      [2n ** 60n, true],
      [Number.POSITIVE_INFINITY, false],
    ],
  ] as const;
  for (const data of forms) {
    const correlations = inputs.collect(data, 'user,1');
    predictions.collect(predictions.addCorrelations([152.1], correlations));
    time += 5 * 3_600_000;
    labels.collect(labels.addCorrelations([{ y: 150 }], correlations));
    signals.collect(signals.addCorrelations([7], correlations));
    general.collect([1]);
  }
  const collectors = [inputs, predictions, labels, signals, general];
  await Promise.all(collectors.map((collector) => collector.close()));
  return collectors.reduce((sum, collector) => sum + collector.stats().written, 0);
}
