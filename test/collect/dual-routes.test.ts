import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CollectorOptions } from '../../src/collect/collector-options.js';
import type { ModelDataCollector } from '../../src/collect/model-data-collector.js';
import { convertTree } from '../../src/convert/run.js';
import { planMigration } from '../../src/index.js';
import { type Trees, trees } from '../support/both-trees.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn, countedIds, fieldsOf, filesIn, NOW } from './collectors.js';

function dual(
  { legacy, v2 }: Trees,
  designation: 'inputs' | 'predictions' | 'labels' | 'general',
  options: CollectorOptions = {},
): ModelDataCollector {
  const both = { ...options, stage: options.stage ?? 'dual', v2: { storage: v2, ...options.v2 } } as const;
  return collectorIn(legacy, designation, ['a'], both);
}

/** `collection line` of every event, sorted. */
function eventsOf(root: string): string[] {
  return Object.entries(filesIn(root))
    .filter(([name]) => name.endsWith('.jsonl') && !name.startsWith('_'))
    .flatMap(([name, text]) => {
      const collection = name.split('/').slice(0, 3).join('/');
      return text
        .trimEnd()
        .split('\n')
        .map((line) => `${collection} ${line}`);
    })
    .sort();
}

async function converted(legacy: string): Promise<string[]> {
  const destination = join(await temporaryFolder(), 'converted');
  await convertTree(legacy, destination, { workers: 0 });
  return eventsOf(destination);
}

describe('rows that answer a request', () => {
  it('are events of the request’s own model and version, as their rows are in its blob', async () => {
    const place = await trees();
    const versions = ['1', '2'].map((modelVersion) => {
      const ids = countedIds();
      const newId = (): string => `v${modelVersion}-${ids()}`;
      return dual(place, 'inputs', { modelVersion, newId });
    });
    const labels = dual(place, 'labels', { modelVersion: '9' });
    for (let i = 0; i < 3; i += 1) {
      for (const inputs of versions) labels.collect(labels.addCorrelations([i], inputs.collect([i])));
    }
    await Promise.all([...versions, labels].map((one) => one.close()));
    expect(eventsOf(place.v2)).toEqual(await converted(place.legacy));
    expect(readdirSync(join(place.v2, 'svc')).sort()).toEqual(['m-1', 'm-2']);
  });

  it('have the types that the plan has for their own collection', async () => {
    const [history, place] = [await trees(), await trees()];
    const collect = async (where: Trees, options: CollectorOptions): Promise<void> => {
      const labels = dual(where, 'labels', options);
      for (const [version, value] of [
        ['1', 'text'],
        ['1', 7],
        ['2', 7],
      ] as const) {
        const fields = { ...fieldsOf(`${version}-${value}`), $aml_model_version: version };
        labels.collect(labels.addCorrelations([value], fields));
      }
      await labels.close();
    };
    await collect(history, { stage: 'legacy' });
    const plan = join(await temporaryFolder(), 'plan.json');
    writeFileSync(plan, JSON.stringify(await planMigration(history.legacy, { workers: 0 })));
    await collect(place, { v2: { storage: place.v2, types: { plan } } });
    expect(eventsOf(place.v2)).toEqual(await converted(place.legacy));
    expect(eventsOf(place.v2).join('\n')).toContain('[{"a":"7"}]');
  });

  it('tell the stage in which their own collection is written, since the collector’s start', async () => {
    const place = await trees();
    let time = NOW;
    const labels = dual(place, 'labels', { clock: () => time });
    time += 60_000;
    labels.collect(labels.addCorrelations([1], { ...fieldsOf('x'), $aml_model_version: '2' }));
    await labels.close();
    const record = Object.entries(filesIn(join(place.v2, '_migration/stages'))).flatMap(([, text]) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<'at' | 'collection' | 'stage', string>),
    );
    expect(record.map(({ at, collection, stage }) => `${at.slice(11, 19)} ${collection} ${stage}`)).toEqual([
      '10:20:30 svc/m-1/labels dual',
      '10:20:30 svc/m-2/labels dual',
      '10:21:30 svc/m-1/labels off',
      '10:21:30 svc/m-2/labels off',
    ]);
  });

  it('of more models than are remembered at once go each to their own', async () => {
    const place = await trees();
    const labels = dual(place, 'labels');
    for (let round = 0; round < 2; round += 1) {
      for (let i = 0; i < 100; i += 1) {
        const fields = { ...fieldsOf(`${round}.${i}x`), $aml_model_version: String(i) };
        labels.collect(labels.addCorrelations([i], fields));
      }
    }
    await labels.close();
    expect(eventsOf(place.v2)).toEqual(await converted(place.legacy));
    expect(readdirSync(join(place.v2, 'svc'))).toHaveLength(100);
  });

  it('stay with the collector where they are general: so does their blob', async () => {
    const place = await trees();
    const general = dual(place, 'general');
    general.collect(general.addCorrelations([1], { ...fieldsOf('x'), $aml_model_version: '2' }));
    await general.close();
    expect(eventsOf(place.v2)).toEqual(await converted(place.legacy));
    expect(readdirSync(join(place.v2, 'svc'))).toEqual(['m-1']);
  });

  it('are refused with correlations that are none, also where events alone are written', async () => {
    const labels = dual(await trees(), 'labels', { stage: 'v2' });
    const wrong = [{ $aml_dc_scoring_timestamp: 'now' }, { $aml_dc_correlation_id: undefined }];
    for (const part of wrong) {
      const fields = { ...fieldsOf('x'), ...part } as ReturnType<typeof fieldsOf>;
      expect(() => labels.collect(labels.addCorrelations([1], fields))).toThrow(/these are no correlations/);
    }
    expect(labels.stats().v2?.dropped.invalid).toBe(2);
    await labels.close();
  });
});
