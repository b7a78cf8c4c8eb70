import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Collector } from '../../../src/collect/collector.js';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { INSTANCE, inStorage, type ReadEvent } from './events.js';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

async function textOf(container: string, name: string): Promise<string> {
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  return (await service.getContainerClient(container).getBlobClient(name).downloadToBuffer()).toString(
    'utf8',
  );
}

it('events in a container are lines of one block blob an hour, each flush’s behind the last’s', async () => {
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  await service.createContainer('collected');
  const { endpoint, connectionString } = azurite;
  const collector = new Collector('model_inputs', {
    ...inStorage(`${endpoint}/collected/v2`),
    environment: { AZURE_STORAGE_CONNECTION_STRING: connectionString },
  });
  const name = `v2/ep/blue/model_inputs/2026/11/22/10/${INSTANCE}.jsonl`;
  for (let i = 0; i < 3; i += 1) {
    collector.collect([{ i }, { i, s: 'é' }]);
    await collector.flush();
    const lines = (await textOf('collected', name)).split('\n');
    expect(lines.at(-1)).toBe('');
    const events = lines.slice(0, -1).map((line) => JSON.parse(line) as ReadEvent);
    expect(events.map(({ data }) => data[0])).toEqual(
      Array.from({ length: i + 1 }, (_, n) => ({ i: n, s: null })),
    );
  }
  await collector.close();
  const properties = await service.getContainerClient('collected').getBlobClient(name).getProperties();
  expect(properties.blobType).toBe('BlockBlob');
});
