import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ModelDataCollector } from '../../src/collect/model-data-collector.js';
import { convertTree } from '../../src/convert/run.js';
import { verifyTree } from '../../src/convert/verify/verify-tree.js';
import { CollectorContainer } from '../collect/azure-containers.js';
import { type Azurite, startAzurite } from '../support/azurite.js';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
  vi.stubEnv('AZURE_STORAGE_CONNECTION_STRING', azurite.connectionString);
});
afterAll(() => azurite.stop());

it('history and live data meet in containers, also what live collection wrote after the first conversion', async () => {
  const [legacy, v2] = [await CollectorContainer.make(azurite), await CollectorContainer.make(azurite)];
  const [source, destination] = [legacy.client.url, v2.client.url];
  const collect = async (stage: 'legacy' | 'dual' | 'v2', from: number): Promise<void> => {
    const inputs = new ModelDataCollector('m', 'inputs', ['n'], {
      ...{ workspace: 'sub/rg/ws', webserviceName: 'svc', modelVersion: '1', handleSignals: false },
      ...{ enabled: true, storage: source, stage, v2: { storage: destination } },
      environment: { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString },
    });
    for (let n = from; n < from + 10; n += 1) inputs.collect([[n], [n + 0.5]]);
    await inputs.close();
  };
  const options = { workers: 0, skipExisting: true };

  await collect('legacy', 0);
  await collect('dual', 10);
  expect((await convertTree(source, destination, options)).totals).toMatchObject({ rows: 20, existing: 20 });
  await collect('dual', 20);
  await collect('v2', 30);
  const { totals } = await convertTree(source, destination, options);
  expect(totals).toMatchObject({ rows: 20, existing: 40, rejected: {} });
  expect(await verifyTree(source, destination, { workers: 0 })).toMatchObject({ findings: [], ok: true });

  const values: number[] = [];
  for await (const { name } of v2.client.listBlobsFlat()) {
    if (!/^svc\/.*\.jsonl$/.test(name)) continue;
    for (const line of (await v2.text(name)).split('\n').slice(0, -1)) {
      values.push(...(JSON.parse(line) as { data: { n: number }[] }).data.map(({ n }) => n));
    }
  }
  expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, i) => i / 2));
});
