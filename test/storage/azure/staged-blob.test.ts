import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ByteBudget } from '../../../src/storage/azure/byte-budget.js';
import {
  type BlobWriting,
  blocksOf,
  commit,
  newMark,
  StagedBlob,
} from '../../../src/storage/azure/staged-blob.js';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { containerClient } from './containers.js';
import { intercepting, losingAnswers, refusal, testRequests } from './fakes.js';

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
  return container.getBlockBlobClient(`blob-${blobs}`);
}

function writing(settings: Partial<BlobWriting> = {}): BlobWriting {
  return {
    requests: testRequests(),
    budget: new ByteBudget(8 * MIB),
    failure: (verb, name, error) => new Error(`can't ${verb} ${name}`, { cause: error }),
    released: () => undefined,
    ...settings,
  };
}

/** Bytes of which no two blocks are alike. */
function content(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, at);
  return bytes;
}

async function publish(blob: BlockBlobClient, bytes: Buffer, settings = writing()): Promise<void> {
  const staged = new StagedBlob('name', blob, settings);
  await staged.append(bytes);
  await staged.publish();
}

const SIZES = { 'in one request': 5, 'in blocks': 2 * MIB + 5 } as const;

describe('a blob that is published', () => {
  it('is whole and in order, in five blocks that came in odd pieces', async () => {
    const blob = newBlob();
    const staged = new StagedBlob('name', blob, writing());
    const bytes = content(8 * MIB + 12_345);
    const pieces = [1, 2 * MIB - 1, 7, 3 * MIB, 0, bytes.length];
    let at = 0;
    for (const piece of pieces) {
      await staged.append(bytes.subarray(at, at + piece));
      at = Math.min(bytes.length, at + piece);
    }
    await staged.publish();
    expect((await blob.downloadToBuffer()).equals(bytes)).toBe(true);
    expect((await blob.getBlockList('committed')).committedBlocks).toHaveLength(5);
  });

  for (const [how, size] of Object.entries(SIZES)) {
    const method = how === 'in blocks' ? 'commitBlockList' : 'upload';

    for (const before of ['nothing', 'an older content'] as const) {
      it(`${how} is there once when the answer was lost and the request repeated, over ${before}`, async () => {
        const blob = newBlob();
        if (before !== 'nothing') await blob.upload('old', 3);
        const written: unknown[] = [];
        const counted = intercepting(blob, method, async (call) => {
          const answer = (await call()) as { readonly etag?: string };
          written.push(answer.etag);
          return answer;
        });
        await publish(losingAnswers(counted, method, before === 'nothing' ? 1 : 2), content(size));
        expect((await blob.downloadToBuffer()).equals(content(size))).toBe(true);
        // Nobody wrote it a second time.
        expect(written).toEqual([(await blob.getProperties()).etag]);
      });
    }

    it(`${how} replaces what somebody else put there meanwhile only under that one’s etag`, async () => {
      const blob = newBlob();
      await blob.upload('old', 3);
      const conditions: unknown[] = [];
      let etag: string | undefined;
      const disturbed = intercepting(blob, method, async (call, args) => {
        const options = args.at(-1) as { readonly conditions: Record<string, unknown> };
        conditions.push(options.conditions);
        // Between our look at it and our second request.
        if (conditions.length === 2) etag = (await blob.upload('theirs', 6)).etag;
        return await call();
      });
      await publish(disturbed, content(size));
      expect(conditions).toHaveLength(3);
      expect(conditions[0]).toEqual({ ifNoneMatch: '*' });
      expect(conditions[2]).toEqual({ ifMatch: etag });
      expect((await blob.downloadToBuffer()).equals(content(size))).toBe(true);
    });

    it(`${how} is given up when others win again and again, and theirs stays`, async () => {
      const blob = newBlob();
      let tries = 0;
      const disturbed = intercepting(blob, method, async (call) => {
        tries += 1;
        await blob.upload(`theirs ${tries}`, 8);
        return await call();
      });
      await expect(publish(disturbed, content(size))).rejects.toThrow("can't publish name");
      expect([tries, (await blob.downloadToBuffer()).toString()]).toEqual([5, 'theirs 5']);
    });
  }

  it('is not written over another’s lease, and is not tried again and again', async () => {
    const blob = newBlob();
    await blob.upload('theirs', 6);
    await blob.getBlobLeaseClient().acquireLease(15);
    let tries = 0;
    const counted = intercepting(blob, 'upload', async (call) => {
      tries += 1;
      return await call();
    });
    const error: unknown = await publish(counted, content(5)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ cause: { statusCode: 412, code: 'LeaseIdMissing' } });
    // Under the condition that nothing is there, and under the etag of what is.
    expect(tries).toBeLessThanOrEqual(2);
  });
});

describe('a block', () => {
  it('whose answer was lost is in the blob once', async () => {
    const blob = newBlob();
    await publish(losingAnswers(blob, 'stageBlock', 2), content(5 * MIB));
    expect((await blob.downloadToBuffer()).equals(content(5 * MIB))).toBe(true);
  });

  it('that can’t be sent fails the next call, with the first reason, and nothing is published', async () => {
    const blob = newBlob();
    const failing = intercepting(blob, 'stageBlock', async () => {
      throw refusal(403, 'AuthorizationFailure');
    });
    const failed = expect.objectContaining({ message: "can't write name" });
    await expect(publish(failing, content(2 * MIB))).rejects.toEqual(failed);
    const staged = new StagedBlob('name', failing, writing());
    await staged.append(content(2 * MIB));
    await expect(staged.release()).rejects.toEqual(failed);
    await staged.discard();
    expect(await blob.exists()).toBe(false);
  });

  it('waits for the budget: never more than that is on its way, and all of it comes back', async () => {
    const budget = new ByteBudget(4 * MIB);
    let [now, most] = [0, 0];
    const counted = intercepting(newBlob(), 'stageBlock', async (call, [, , length]) => {
      now += Number(length);
      most = Math.max(most, now);
      try {
        return await call();
      } finally {
        now -= Number(length);
      }
    });
    const settings = writing({ budget });
    await Promise.all(
      [1, 2].map(() =>
        publish(
          intercepting(counted, 'commitBlockList', async () => ({})),
          content(9 * MIB),
          settings,
        ),
      ),
    );
    expect(most).toBe(4 * MIB);
    expect([budget.tryTake(2 * MIB), budget.tryTake(2 * MIB), budget.tryTake(1)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('released blocks', () => {
  it('are known by their token alone, and become one blob in the order asked for', async () => {
    const blob = newBlob();
    const tokens: string[] = [];
    for (const text of ['one ', 'two ']) {
      const staged = new StagedBlob('name', blob, writing());
      await staged.append(Buffer.from(text));
      tokens.push(await staged.release());
    }
    await commit(blob, blocksOf(tokens.toReversed()) ?? [], newMark(), writing());
    expect((await blob.downloadToBuffer()).toString()).toBe('two one ');
  });

  it('are not known by anything else', () => {
    for (const token of ['', 'x', '0123456789ab', '0123456789ab-', '0123456789ab-1x', '../a-1']) {
      expect(blocksOf([token])).toBeUndefined();
    }
    expect(blocksOf(['0123456789ab-0'])).toEqual([]);
  });
});
