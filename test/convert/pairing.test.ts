import { beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/convert/plan-file.js';
import { convertTree } from '../../src/convert/run.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { Converted } from '../support/converted.js';
import { legacyFolder } from '../support/golden.js';

/** The keys by which the consumer joins rows: `{correlationid}_{row}`. */
async function rowKeys(tree: Converted, collection: string): Promise<string[]> {
  const events = await tree.events(collection);
  return events.flatMap(({ correlationid, data }) => data.map((_, row) => `${correlationid}_${row}`)).sort();
}

async function run(pair: 'none' | 'order'): Promise<{ tree: Converted; plan: Plan }> {
  const destination = new MemoryStorage('v2');
  const plans: Plan[] = [];
  const report = await convertTree(legacyFolder('wide-predictions'), destination, {
    pair,
    workers: 0,
    onPlan: (plan) => void plans.push(plan),
  });
  return { tree: new Converted(new MemoryStorage(), destination, report), plan: plans[0]! };
}

describe('the golden wide predictions, collected without correlation', () => {
  let paired: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    paired = await run('order');
  });

  for (const service of ['aks-1d-plain', 'aks-docs-example']) {
    it(`join no input as they are, and every input once they are paired in order: ${service}`, async () => {
      const plain = await run('none');
      const inputs = await rowKeys(plain.tree, `${service}/best-model-2/model_inputs`);
      const outputs = await rowKeys(plain.tree, `${service}/best-model-2/model_outputs`);
      expect(inputs.length).toBeGreaterThan(0);
      expect(outputs).toHaveLength(inputs.length);
      expect(outputs.filter((key) => inputs.includes(key))).toEqual([]);
      expect(await rowKeys(paired.tree, `${service}/best-model-2/model_outputs`)).toEqual(inputs);
      expect(await rowKeys(paired.tree, `${service}/best-model-2/model_inputs`)).toEqual(inputs);
    });
  }

  it('have the time and the hour of the inputs that they are paired with', async () => {
    const times = async (collection: string): Promise<Record<string, string>> =>
      Object.fromEntries(
        (await paired.tree.events(collection)).map(({ correlationid, time }) => [correlationid, time]),
      );
    expect(await times('model_outputs')).toEqual(await times('model_inputs'));
  });

  it('keep their values and their order', async () => {
    const values = async (tree: Converted): Promise<unknown[]> => {
      const rows: unknown[] = [];
      for (const file of tree.destination === paired.tree.destination ? [paired.tree] : [tree]) {
        for (const { data } of await file.events('model_outputs')) rows.push(...data);
      }
      return rows.map((row) => JSON.stringify(row)).sort();
    };
    expect(await values(paired.tree)).toEqual(await values((await run('none')).tree));
  });

  it('are said in the plan to be inferred by order, day by day', () => {
    const { days, files, settings } = paired.plan;
    expect(settings.pair).toBe('order');
    for (const day of days)
      expect(day.pair).toMatch(/^could be paired in order: \d+ input rows, as many predictions$/);
    const predictions = [...files].filter(({ source }) => source.includes('/predictions/'));
    expect(predictions.length).toBeGreaterThan(0);
    for (const { pair } of predictions) expect(pair).toMatchObject({ skip: 0 });
  });
});
