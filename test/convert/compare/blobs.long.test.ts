import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ModelDataCollector } from '../../../src/collect/model-data-collector.js';
import type { CompareReport } from '../../../src/convert/compare/report.js';
import type { Stage } from '../../../src/event/stage-line.js';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { openContainer, readContainer } from '../../support/blob-trees.js';
import { runCli } from '../../support/cli-child.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { findings } from './trees.js';

const ROOT = 'modelDataCollector/';
/** Calls of each stage. */
const CALLS = 120;

let azurite: Azurite;
let containers: { readonly modeldata: ContainerClient; readonly azureml: ContainerClient };
beforeAll(async () => {
  azurite = await startAzurite();
  containers = {
    modeldata: await openContainer(azurite.connectionString, 'modeldata'),
    azureml: await openContainer(azurite.connectionString, 'azureml'),
  };
  await serve(['legacy', 'dual', 'v2']);
});
afterAll(() => azurite.stop());

/** A service that is started anew in each stage, an hour apart, and collects numbers and texts of both collections into both containers. */
async function serve(stages: readonly Stage[]): Promise<void> {
  let now = Date.UTC(2026, 10, 22, 10);
  for (const stage of stages) {
    const options = {
      ...{ webserviceName: 'svc', modelVersion: '1', enabled: true, handleSignals: false, stage },
      environment: { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString },
      storage: `${azurite.endpoint}/modeldata`,
      v2: { storage: `${azurite.endpoint}/azureml/${ROOT}`, ramp: 70 },
      clock: () => now,
    };
    const rows = new ModelDataCollector('m', 'inputs', ['x', 'text'], options);
    const answers = new ModelDataCollector('m', 'predictions', ['p'], options);
    for (let call = 0; call < CALLS; call += 1) {
      now += 250;
      answers.collect(answers.addCorrelations([call / 7], rows.collect([call / 3, `naïve, "${call}"`])));
      // So that there are blocks to read, of several flushes.
      if (call % 50 === 49) await Promise.all([rows.flush(), answers.flush()]);
    }
    await Promise.all([rows.close(), answers.close()]);
    now += 3_600_000;
  }
}

async function compare(legacy: string, v2: string, workers: number): Promise<[number, CompareReport]> {
  const argv = ['compare', legacy, v2, '--json', '--workers', String(workers), '--gate', 'missing=0,extra=0'];
  const ran = await runCli(argv, { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString });
  expect(ran.stderr).toBe('');
  return [ran.status ?? -1, JSON.parse(ran.stdout) as CompareReport];
}

async function compareBlobs(workers: number): Promise<[number, CompareReport]> {
  return await compare(`${azurite.endpoint}/modeldata`, `${azurite.endpoint}/azureml/${ROOT}`, workers);
}

/** What both trees say, wherever they are: without addresses, and without the time of the comparison. */
function said({
  legacy: _,
  v2: __,
  at: ___,
  pendingFrom: ____,
  collections,
  ...rest
}: CompareReport): unknown {
  const ageless = <T extends { lagSeconds?: number }>({ lagSeconds: _lag, ...side }: T): unknown => side;
  return {
    ...rest,
    collections: collections.map(({ legacy, v2, ...one }) => ({
      ...one,
      legacy: ageless(legacy),
      v2: ageless(v2),
    })),
  };
}

it('two containers that one service wrote are the same, call by call, on any number of threads', async () => {
  const [status, report] = await compareBlobs(2);
  const { both = 0, sampledOut = 0, ...others } = findings(report);
  expect(status).toBe(0);
  expect(others).toEqual({ outsideDualLegacy: 2 * CALLS, outsideDualV2: 2 * CALLS });
  expect(both + sampledOut).toBe(2 * CALLS);
  expect(sampledOut).toBeGreaterThan(0);
  expect(said((await compareBlobs(0))[1])).toEqual(said(report));
});

it('what is wrong in containers is found as it is in folders', async () => {
  const events = [...(await readContainer(containers.azureml, ROOT))];
  const [name = '', content] = events.find(([one]) => one.includes('/model_outputs/2026/11/22/11/')) ?? [];
  const [lost = '', doubled = '', changed = '', ...others] = String(content).split(/(?<=\n)/);
  expect(lost).toContain('"data"');
  const spoilt = [doubled, doubled, changed.replace(/"p":[\d.]+/, '"p":-1'), ...others].join('');
  await containers.azureml.getBlockBlobClient(ROOT + name).upload(spoilt, Buffer.byteLength(spoilt));
  const [status, report] = await compareBlobs(2);
  expect(status).toBe(1);
  expect(findings(report)).toMatchObject({ onlyLegacy: 1, doubledV2: 1, different: 1 });
  const folder = await temporaryFolder();
  for (const [container, prefix] of [
    [containers.modeldata, ''],
    [containers.azureml, ROOT],
  ] as const) {
    for (const [blob, bytes] of await readContainer(container, prefix)) {
      const file = join(folder, container.containerName, blob);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
  }
  const [, local] = await compare(join(folder, 'modeldata'), join(folder, 'azureml'), 2);
  expect(said(local)).toEqual(said(report));
});
