import type { AppendBlobClient, ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppendedBlob } from '../../../src/storage/azure/appended-blob.js';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { containerClient } from './containers.js';
import { losingAnswers, testRequests } from './fakes.js';

const MIB = 1024 * 1024;

let azurite: Azurite;
let container: ContainerClient;
beforeAll(async () => {
  azurite = await startAzurite();
  container = await containerClient(azurite.connectionString);
});
afterAll(() => azurite.stop());

let blobs = 0;
function newBlob(): AppendBlobClient {
  blobs += 1;
  return container.getAppendBlobClient(`journal-${blobs}`);
}

const appended = (blob: AppendBlobClient): AppendedBlob => new AppendedBlob(blob, testRequests());
const textOf = async (blob: AppendBlobClient): Promise<string> => (await blob.downloadToBuffer()).toString();

describe('an append', () => {
  it('makes the blob, and adds to one that is there', async () => {
    const blob = newBlob();
    await appended(blob).append(Buffer.from('1\n'));
    const second = appended(blob);
    await second.append(Buffer.from('2\n'));
    await second.append(Buffer.from('3\n'));
    expect(await textOf(blob)).toBe('1\n2\n3\n');
  });

  it('is there once when its answer was lost and it was repeated', async () => {
    const blob = newBlob();
    const journal = appended(losingAnswers(blob, 'appendBlock', 2));
    await journal.append(Buffer.from('1\n'));
    await journal.append(Buffer.from('2\n'));
    await journal.append(Buffer.from('3\n'));
    expect(await textOf(blob)).toBe('1\n2\n3\n');
  });

  it('is there when the answer to the making of the blob was lost', async () => {
    const blob = newBlob();
    await appended(losingAnswers(blob, 'create')).append(Buffer.from('1\n'));
    expect(await textOf(blob)).toBe('1\n');
  });

  it('beside another’s is refused, be it longer, shorter or as long: nothing of either is lost or mixed', async () => {
    for (const theirs of ['2\n', '22\n', '2']) {
      const blob = newBlob();
      const ours = appended(blob);
      await ours.append(Buffer.from('1\n'));
      await appended(blob).append(Buffer.from(theirs));
      await expect(ours.append(Buffer.from('3\n'))).rejects.toMatchObject({ statusCode: 412 });
      expect(await textOf(blob)).toBe(`1\n${theirs}`);
    }
  });

  it('of more than one request can take comes whole, also if an answer was lost', async () => {
    const blob = newBlob();
    const bytes = Buffer.alloc(9 * MIB + 1, 'abcdefg');
    await appended(losingAnswers(blob, 'appendBlock')).append(bytes);
    expect((await blob.downloadToBuffer()).equals(bytes)).toBe(true);
  });

  it('of nothing makes an empty blob', async () => {
    const blob = newBlob();
    await appended(blob).append(new Uint8Array(0));
    expect((await blob.getProperties()).contentLength).toBe(0);
  });

  it('to a blob of another kind is refused by the service’s own word', async () => {
    const blob = newBlob();
    await container.getBlockBlobClient(blob.name).upload('x', 1);
    await expect(appended(blob).append(Buffer.from('1'))).rejects.toMatchObject({ code: 'InvalidBlobType' });
  });
});
