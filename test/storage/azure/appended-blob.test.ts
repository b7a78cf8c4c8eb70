import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppendedBlob } from '../../../src/storage/azure/appended-blob.js';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { containerClient } from './containers.js';
import { intercepting, losingAnswers, silence, testRequests } from './fakes.js';

const MIB = 1024 * 1024;

let azurite: Azurite;
let container: ContainerClient;
beforeAll(async () => {
  azurite = await startAzurite();
  container = await containerClient(azurite.connectionString);
});
afterAll(() => azurite.stop());

let blobs = 0;
function newBlob(): BlockBlobClient {
  blobs += 1;
  return container.getBlockBlobClient(`journal-${blobs}`);
}

const appended = (blob: BlockBlobClient, fullBlock?: number): AppendedBlob =>
  new AppendedBlob(blob, testRequests(), fullBlock);
const textOf = async (blob: BlockBlobClient): Promise<string> => (await blob.downloadToBuffer()).toString();
const blocksOf = async (blob: BlockBlobClient): Promise<number[]> =>
  ((await blob.getBlockList('committed')).committedBlocks ?? []).map(({ size }) => size);

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
    const journal = appended(losingAnswers(losingAnswers(blob, 'commitBlockList', 2), 'stageBlock', 2));
    await journal.append(Buffer.from('1\n'));
    await journal.append(Buffer.from('2\n'));
    await journal.append(Buffer.from('3\n'));
    expect(await textOf(blob)).toBe('1\n2\n3\n');
  });

  it('that is refused because another has appended equal bytes is not taken for its own', async () => {
    const blob = newBlob();
    await appended(blob).append(Buffer.from('1\n'));
    // The other is faster than our request, whose answer is lost besides.
    const overtaken = intercepting(blob, 'commitBlockList', async (call) => {
      await appended(blob).append(Buffer.from('2\n'));
      await call().catch(() => undefined);
      throw silence('ECONNRESET');
    });
    let calls = 0;
    const once = intercepting(blob, 'commitBlockList', async (call, args) => {
      calls += 1;
      return calls === 1 ? await overtaken.commitBlockList(...(args as [string[]])) : await call();
    });
    await expect(appended(once).append(Buffer.from('2\n'))).rejects.toMatchObject({ statusCode: 412 });
    expect(await textOf(blob)).toBe('1\n2\n');
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
    await appended(losingAnswers(blob, 'commitBlockList')).append(bytes);
    expect((await blob.downloadToBuffer()).equals(bytes)).toBe(true);
  });

  it('of nothing makes an empty blob', async () => {
    const blob = newBlob();
    await appended(blob).append(new Uint8Array(0));
    expect((await blob.getProperties()).contentLength).toBe(0);
  });

  it('to a blob of another kind is refused by the service’s own word', async () => {
    const blob = newBlob();
    await container.getAppendBlobClient(blob.name).create();
    await expect(appended(blob).append(Buffer.from('1'))).rejects.toMatchObject({ code: 'InvalidBlobType' });
  });
});

describe('a blob of many appends', () => {
  it('has few blocks: the last one grows until it is full', async () => {
    const blob = newBlob();
    let expected = '';
    for (let n = 0; n < 60; n += 1) {
      // Now and then by a process that finds what another has left.
      const journal = appended(blob, 20);
      for (const line of [`${n}a\n`, `${n}b\n`]) {
        await journal.append(Buffer.from(line));
        expected += line;
      }
    }
    expect(await textOf(blob)).toBe(expected);
    const blocks = await blocksOf(blob);
    expect(blocks.length).toBeLessThanOrEqual(expected.length / 20 + 1);
    for (const size of blocks.slice(0, -1)) expect(size).toBeGreaterThanOrEqual(20);
  });

  it('goes on where somebody has put a content without blocks, small or large', async () => {
    for (const size of [5, 20, 9 * MIB]) {
      const blob = newBlob();
      const content = Buffer.alloc(size, 'abcdefg');
      await blob.upload(content, size);
      const journal = appended(blob, 20);
      await journal.append(Buffer.from('1\n'));
      await journal.append(Buffer.from('2\n'));
      expect((await blob.downloadToBuffer()).equals(Buffer.concat([content, Buffer.from('1\n2\n')]))).toBe(
        true,
      );
    }
  });

  it('shows no part of an append, and loses nothing, where its process is killed between two requests', async () => {
    const blob = newBlob();
    await appended(blob).append(Buffer.from('1\n'));
    const killed = intercepting(blob, 'commitBlockList', () => Promise.reject(new Error('killed')));
    await expect(appended(killed).append(Buffer.alloc(5 * MIB, 'x'))).rejects.toThrow('killed');
    expect(await textOf(blob)).toBe('1\n');
    await appended(blob).append(Buffer.from('2\n'));
    expect(await textOf(blob)).toBe('1\n2\n');
  });
});
