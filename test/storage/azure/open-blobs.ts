import type { AzureStorage } from '../../../src/storage/azure/azure-storage.js';
import { type AzureOptions, openAzure } from '../../../src/storage/azure/open-azure.js';
import { storageSettings } from '../../../src/storage/storage-options.js';
import type { Azurite } from '../../support/azurite.js';

/** A container of an emulator, or a folder in it (`''`, or ends with `/`), as the driver opens it. */
export async function openBlobs(
  { endpoint, connectionString }: Pick<Azurite, 'endpoint' | 'connectionString'>,
  container: string,
  prefix = '',
  options: Partial<AzureOptions> = {},
): Promise<AzureStorage> {
  const url = `${endpoint}/${container}/${prefix}`.replace(/\/$/, '');
  const access = { address: url, side: 'v2', settings: storageSettings() } as const;
  return await openAzure({ endpoint, container, prefix, sas: '' }, url, access, {
    ...storageSettings(),
    threads: 1,
    connections: [connectionString],
    ...options,
  });
}
