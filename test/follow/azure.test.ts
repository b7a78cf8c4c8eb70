import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import { syncTree } from '../../src/follow/sync.js';
import type { SyncPass } from '../../src/follow/sync-report.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { openBlobs } from '../storage/azure/open-blobs.js';
import { type Azurite, startAzurite } from '../support/azurite.js';
import { openContainer } from '../support/blob-trees.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { PythonWriter } from '../support/python-writer.js';
import { CORRELATION_HEADER, correlation, sourceName } from '../support/rows.js';
import { eventFiles } from './followed.js';
import { ManualClock } from './manual-clock.js';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

it('costs one request a folder and pass while no blob has grown, and two more for one that has', async () => {
  const proxy = await FaultProxy.start(azurite, { seed: 1, share: 0 });
  onTestFinished(() => proxy.stop());
  const container = await openContainer(azurite.connectionString, 'modeldata');
  const folders = ['inputs', 'predictions'];
  const writers: PythonWriter[] = [];
  for (const designation of folders) {
    const { BlobSASPermissions } = await import('@azure/storage-blob');
    const blob = container.getBlockBlobClient(sourceName(designation, '2024/02/29', `${designation}.csv`));
    const url = await blob.generateSasUrl({
      permissions: BlobSASPermissions.parse('racwd'),
      expiresOn: new Date(Date.now() + 3_600_000),
    });
    const writer = new PythonWriter(url);
    await writer.start(`a,${CORRELATION_HEADER}\r\n`);
    await writer.write(['x', 'y'].map((id) => `1,${correlation(id)}\r\n`).join(''));
    await writer.commit();
    writers.push(writer);
  }
  const source = await openBlobs(proxy, 'modeldata');
  await openContainer(azurite.connectionString, 'results');
  const destination = await openBlobs(azurite, 'results');
  const clock = new ManualClock('2024-02-29T12:00:00Z');
  const stop = new AbortController();
  const requests: number[] = [];
  const passes: SyncPass[] = [];
  const between = async (): Promise<void> => {
    requests.push(proxy.requests);
    proxy.requests = 0;
    clock.advance(120_000);
    if (requests.length === 5) {
      await writers[0]?.write(`1,${correlation('z')}\r\n`);
      await writers[0]?.commit();
    }
    if (requests.length === 8) stop.abort();
  };
  await syncTree(source, destination, {
    watch: true,
    signal: stop.signal,
    clock: { now: () => clock.now(), steady: () => clock.steady(), sleep: between },
    onPass: (pass) => passes.push(pass),
  });
  const listings = 2 * folders.length;
  // What is new, and the last part once more to convert it; what has settled by the next pass likewise.
  expect(requests.slice(3)).toEqual([listings, listings, listings + 2, listings + 1, listings]);
  expect(passes.map(({ converted }) => converted).slice(3)).toEqual([0, 0, 1, 1, 0]);
  expect([...(await eventFiles(destination)).values()].join('')).toContain('"z"');

  // Another process goes on, and leaves what one conversion would.
  clock.advance(36 * 60 * 60 * 1000);
  const report = await syncTree(source, destination, { clock, compact: true });
  expect(report).toMatchObject({ anew: 0, compacted: 2, unsettled: { files: 0 } });
  const fresh = new MemoryStorage('v2');
  await convertTree(source, fresh);
  expect(await eventFiles(destination)).toEqual(await eventFiles(fresh));
});
