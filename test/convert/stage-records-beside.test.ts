import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { emitAssets } from '../../src/convert/emit.js';
import { listMigrations } from '../../src/convert/migrations.js';
import { convertTree } from '../../src/convert/run.js';
import { othersAtWork } from '../../src/convert/run-lock.js';
import { openSource } from '../../src/convert/source.js';
import { readStatus } from '../../src/convert/status.js';
import { traceCall } from '../../src/convert/trace.js';
import { verifyTree } from '../../src/convert/verify/verify-tree.js';
import { instanceName } from '../../src/event/event-path.js';
import { formatStageLine, stageRecordPath } from '../../src/event/stage-line.js';
import { openStorage } from '../../src/storage/open-storage.js';
import { errorOf } from '../support/error-of.js';
import { callRows, correlatedFile } from '../support/legacy-file.js';
import { sourceName } from '../support/rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const INPUTS = sourceName();
const LINE = formatStageLine(Date.UTC(2024, 1, 29, 12), 'svc/m-1/model_inputs', {
  stage: 'dual',
  ramp: 100,
  samplingRate: 100,
});

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** A v2 root in which live collection has told of its stages, also under a name that conversion gives. */
async function liveRoot(folder: string): Promise<string> {
  const root = join(folder, 'v2');
  for (const instance of ['live', instanceName('modeldata', INPUTS)]) {
    await put(join(root, stageRecordPath(instance)), LINE);
  }
  return root;
}

test('records of stages alone are no migration', async () => {
  const folder = await temporaryFolder();
  const root = await liveRoot(folder);
  expect(await listMigrations(await openStorage(root, 'v2', undefined))).toEqual([]);
  expect((await readStatus(root)).migrations).toEqual([]);
  expect((await errorOf(emitAssets(root, { out: join(folder, 'azureml') }))).code).toBe('conflict');
});

test('records of stages beside a migration change nothing of it', async () => {
  const folder = await temporaryFolder();
  const [legacy, root] = [join(folder, 'modeldata'), await liveRoot(folder)];
  await put(join(legacy, INPUTS), correlatedFile('n', ...callRows('a', 3)));
  const inline = { workers: 0 };
  const { sourceId, totals } = await convertTree(legacy, root, inline);
  expect(totals.rows).toBe(3);
  expect((await convertTree(legacy, root, inline)).sourceId).toBe(sourceId);
  const destination = await openStorage(root, 'v2', undefined);
  expect(await listMigrations(destination)).toEqual([sourceId]);
  expect(await othersAtWork(destination, await openSource(legacy))).toBe(false);
  expect((await readStatus(root)).migrations).toMatchObject([{ sources: { done: 1, left: 0 } }]);
  expect((await verifyTree(legacy, root, inline)).ok).toBe(true);
  expect((await traceCall('a', legacy, root, inline)).collections[0]?.events).toHaveLength(1);
  const emitted = await emitAssets(root, {
    out: join(folder, 'azureml'),
    root: 'azureml://datastores/workspaceblobstore/paths/modelDataCollector',
  });
  expect(emitted.files.length).toBeGreaterThan(0);
  expect(await readFile(join(root, stageRecordPath('live')), 'utf8')).toBe(LINE);
});
