import { readdir } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { BlobTarget } from '../../src/collect/delivery/batch.js';
import { openSinkAt } from '../../src/collect/delivery/open-sink.js';
import { SpoolStore } from '../../src/collect/spool/spool.js';
import { pushSpool } from '../../src/collect/spool/spool-push.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { HEADER, ownContainer } from './azure-containers.js';
import { leftIn } from './spool-stores.js';

const { azurite, container } = await ownContainer();

async function openStore(): Promise<{ folder: string; store: SpoolStore }> {
  const folder = await temporaryFolder();
  const store = new SpoolStore({ folder, url: container.sink().url });
  onTestFinished(() => store.close());
  return { folder, store };
}

function add(store: SpoolStore, target: BlobTarget, row: string): void {
  store.add(target, Buffer.from(`${row}\r\n`), 1);
}

/** As the command does: the destination from the files, the credentials from the environment. */
async function push(folder: string): Promise<unknown> {
  const environment = { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString };
  const report = await pushSpool(folder, { openSink: (url) => openSinkAt(url, {}, environment) });
  expect(await readdir(folder)).toEqual([]);
  return report.destinations;
}

it('rows that were sent in the moment of the kill are in the blob once, and the others too', async () => {
  const [target, { folder, store }] = [container.target(), await openStore()];
  add(store, target, '1');
  const sealed = store.seal(target.name);
  add(store, target, '2');
  store.writeNow();
  await container.sink().write(target, sealed);
  const url = container.sink().url;
  expect(await push(await leftIn(folder))).toEqual([
    {
      url,
      files: 1,
      sent: { blobs: 1, rows: 2, bytes: 6 },
      left: { blobs: 0, rows: 0, bytes: 0 },
    },
  ]);
  expect(await container.text(target.name)).toBe(`${HEADER}1\r\n2\r\n`);
});

it('a folder that is sent twice, as by hand from a copy, has its rows in the blob once', async () => {
  const [target, { folder, store }] = [container.target(), await openStore()];
  for (const row of ['1', '2', '3']) add(store, target, row);
  store.writeNow();
  const copies = [await leftIn(folder), await leftIn(folder)];
  for (const copy of copies) await push(copy);
  expect(await container.text(target.name)).toBe(`${HEADER}1\r\n2\r\n3\r\n`);
});
