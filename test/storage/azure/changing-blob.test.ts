import type { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AzureStorage } from '../../../src/storage/azure/azure-storage.js';
import { openAzure } from '../../../src/storage/azure/open-azure.js';
import { CHANGED, type Storage } from '../../../src/storage/storage.js';
import { storageSettings } from '../../../src/storage/storage-options.js';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { errorOf } from '../../support/error-of.js';
import { makeContainer } from './containers.js';
import { refusal, testRequests } from './fakes.js';

let azurite: Azurite;
let storage: Storage;
/** More than is asked for ahead of the reader, with the least budget. */
const BYTES = Buffer.alloc(13 * 1024 * 1024, '0123456789a');

beforeAll(async () => {
  azurite = await startAzurite();
  const { endpoint, connectionString } = azurite;
  const container = await makeContainer(connectionString);
  const url = `${endpoint}/${container}`;
  const settings = storageSettings({ bytesInFlight: 1 });
  const access = { address: url, side: 'v2', settings } as const;
  const connections = [connectionString];
  const options = { ...settings, threads: 1, connections };
  storage = await openAzure({ endpoint, container, prefix: '', sas: '' }, url, access, options);
});
afterAll(() => azurite.stop());

async function write(name: string, bytes: Uint8Array): Promise<string> {
  const staged = await storage.stage(name);
  await staged.append(bytes);
  await staged.publish();
  return (await storage.stat(name))?.etag ?? '';
}

/** Reads on after something happened behind the first chunk. */
async function readAcross(
  name: string,
  etag: string | undefined,
  happens: () => Promise<unknown>,
): Promise<void> {
  let chunks = 0;
  for await (const _ of storage.read(name, etag === undefined ? {} : { etag, end: BYTES.length })) {
    chunks += 1;
    if (chunks === 1) await happens();
  }
}

describe('a blob that is being read', () => {
  it('comes whole, whichever the bounds of its requests are', async () => {
    const etag = await write('whole', BYTES);
    const chunks: Uint8Array[] = [];
    for await (const chunk of storage.read('whole', { etag, end: BYTES.length })) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(BYTES)).toBe(true);
  });

  it('fails as changed when another content is put there, whether or not one content was asked for', async () => {
    for (const asked of [true, false]) {
      const etag = await write('a', BYTES);
      // As long, and even the same.
      const reading = readAcross('a', asked ? etag : undefined, () => write('a', BYTES));
      expect(await errorOf(reading)).toMatchObject({ code: 'storage', reason: CHANGED });
    }
  });

  it('fails as changed when it is removed', async () => {
    const etag = await write('b', BYTES);
    const reading = readAcross('b', etag, () => storage.remove('b'));
    expect(await errorOf(reading)).toMatchObject({ code: 'storage', reason: CHANGED });
  });

  it('fails as changed too where the service says that it is gone (the emulator says that it differs)', async () => {
    const url = 'https://acct.blob.core.windows.net/modeldata';
    const gone = async (): Promise<never> => {
      throw refusal(404, 'BlobNotFound');
    };
    const client = { getBlockBlobClient: () => ({ download: gone, getProperties: gone }) };
    const place = { endpoint: new URL(url).origin, container: 'modeldata', credential: 'key' } as const;
    const access = { address: url, side: 'v2', settings: storageSettings() } as const;
    const settings = { url, access, prefix: '', place, requests: testRequests(), bytesInFlight: 1 };
    const storage = new AzureStorage(client as unknown as ContainerClient, settings);
    for (const [range, reason] of [
      [{ etag: 'e1', end: 5 }, CHANGED],
      [{ etag: 'e1' }, CHANGED],
      [{ end: 5 }, 'ENOENT'],
    ] as const) {
      const reading = storage.read('c', range).next();
      expect(await errorOf(reading)).toMatchObject({ code: 'storage', reason });
    }
  });
});
