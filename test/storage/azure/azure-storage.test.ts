import { afterAll, beforeAll } from 'vitest';
import { openAzure } from '../../../src/storage/azure/open-azure.js';
import type { Storage } from '../../../src/storage/storage.js';
import { storageSettings } from '../../../src/storage/storage-options.js';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { describeStorage } from '../contract.js';
import { makeContainer } from './containers.js';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

async function open(prefix: string): Promise<Storage> {
  const { endpoint, connectionString } = azurite;
  const container = await makeContainer(connectionString);
  const url = `${endpoint}/${container}/${prefix}`.replace(/\/$/, '');
  const access = { address: url, side: 'v2', settings: storageSettings() } as const;
  const connections = [connectionString];
  return await openAzure({ endpoint, container, prefix, sas: '' }, url, access, {
    ...storageSettings(),
    threads: 1,
    connections,
  });
}

describeStorage('blobs of a container', () => open(''));
describeStorage('blobs of a folder in a container', () => open('some/folder/'));
