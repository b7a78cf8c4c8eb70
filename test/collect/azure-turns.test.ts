import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { VanishedBlocks } from '../../src/collect/delivery/azure/blob-trouble.js';
import { SharedBlob } from '../../src/collect/delivery/azure/shared-blob.js';
import type { Batch } from '../../src/collect/delivery/batch.js';
import { intercepting, silence, testRequests } from '../storage/azure/fakes.js';
import { base64, batchOf, HEADER, ownContainer } from './azure-containers.js';
import { Meddler, type Meddling } from './azure-meddling.js';

/** Of a turn in which nobody else is there. */
const APPENDING = ['stage', 'stage', 'commit', 'list staged', 'release'];
const NEW_BLOB = ['acquire', 'stage', 'acquire', 'list', ...APPENDING];
const KNOWN_BLOB = ['acquire', 'list', ...APPENDING];

const { azurite, container } = await ownContainer();

/** What others do to a blob: `before` a request, or the answer that it gets. */
const MEDDLERS: Readonly<Record<string, (name: string) => Meddling>> = {
  'its answer is lost': () => async (send) => {
    await send();
    throw silence('ECONNRESET');
  },
  'the service is busy': () => async () => {
    throw Object.assign(new Error('busy'), { statusCode: 503, code: 'ServerBusy' });
  },
  'the lease is broken': (name) => async (send) => {
    await breakLease(name);
    return await send();
  },
  'the lease is broken, and another writer has its turn': (name) => async (send) => {
    await breakLease(name);
    await container.sink().write({ name, header: HEADER }, [batchOf('another')]);
    return await send();
  },
  'another header is staged without a lease': (name) => async (send) => {
    await container
      .blob(name)
      .stageBlock(base64('header'), Buffer.from('theirs\r\n'), 8)
      .catch(() => undefined);
    return await send();
  },
  'the blob is deleted': (name) => async (send) => {
    await breakLease(name);
    await container.blob(name).deleteIfExists();
    return await send();
  },
};

async function breakLease(name: string): Promise<void> {
  await container
    .blob(name)
    .getBlobLeaseClient()
    .breakLease(0)
    .catch(() => undefined);
}

/** Appends two batches and gives the lines that the blob has then, the header first. */
async function append(blob: SharedBlob, name: string): Promise<string[]> {
  const batches: Batch[] = [batchOf('1'), batchOf('2')];
  expect((await blob.append(HEADER, batches)).left).toEqual([]);
  const { committed, uncommitted } = await container.blocks(name);
  expect(committed).toEqual(expect.arrayContaining(batches.map(({ id }) => id)));
  expect(uncommitted.filter((id) => id !== 'header')).toEqual([]);
  return (await container.text(name)).trimEnd().split('\r\n');
}

describe.each([
  ['a new blob', NEW_BLOB, []],
  ['a blob with rows', KNOWN_BLOB, ['0']],
] as const)('a turn at %s', (_, requests, before) => {
  async function prepare(): Promise<{ readonly name: string; readonly url: string }> {
    const { name } = container.target();
    for (const row of before) await container.sink().write({ name, header: HEADER }, [batchOf(row)]);
    return { name, url: container.blob(name).url };
  }

  it(`is ${requests.join(', ')}`, async () => {
    const { name, url } = await prepare();
    const meddler = new Meddler();
    expect(await append(meddler.blob(url, azurite), name)).toEqual([
      HEADER.toString().trim(),
      ...before,
      '1',
      '2',
    ]);
    expect(meddler.asked).toEqual(requests);
  });

  for (const [what, meddle] of Object.entries(MEDDLERS)) {
    it(`comes to each row once, and the header once and first, though ${what} at any of its requests`, async () => {
      // One that is deleted after its rows were seen is somebody's wish.
      const end = what.includes('deleted') ? requests.length - 1 : requests.length;
      for (let at = 0; at < end; at += 1) {
        const { name, url } = await prepare();
        const meddler = new Meddler(at, meddle(name));
        const [header, ...rows] = await append(meddler.blob(url, azurite), name);
        const words = `request ${at}: ${meddler.asked.join(' ')}`;
        expect(header, words).toMatch(before.length > 0 ? /^writer,row$/ : /^(?:writer,row|theirs)$/);
        const others = what.includes('another writer') ? ['another'] : [];
        const kept = what.includes('deleted') ? [] : before;
        expect(rows.toSorted(), words).toEqual([...kept, '1', '2', ...others]);
      }
    });
  }
});

describe('the blocks of a blob, of which there may be many', () => {
  it('are not listed again by the process that has written them last, but are if another has', async () => {
    const { name } = container.target();
    const meddler = new Meddler();
    const blob = meddler.blob(container.blob(name).url, azurite);
    const appended = async (): Promise<string[]> => {
      const from = meddler.asked.length;
      await append(blob, name);
      return meddler.asked.slice(from);
    };
    expect(await appended()).toEqual(NEW_BLOB);
    expect(await appended()).toEqual(['acquire', 'list staged', ...APPENDING]);
    await container.sink().write({ name }, [batchOf('another')]);
    expect(await appended()).toEqual(['acquire', 'list staged', 'list', ...APPENDING]);
    await container.blob(name).stageBlock(base64(randomUUID()), Buffer.from('staged\r\n'), 8);
    expect(await appended()).toEqual(['acquire', 'list staged', ...APPENDING]);
    const rows = ['1', '2', '1', '2', 'another', '1', '2', 'staged', '1', '2'];
    expect(await container.text(name)).toBe(`${HEADER}${rows.map((row) => `${row}\r\n`).join('')}`);
  });
});

describe('blocks that somebody’s commit without the lease has deleted', () => {
  /** Before the blocks are looked for, only the header is left of the blob. */
  const deleting = (name: string) => async (send: () => Promise<unknown>) => {
    await breakLease(name);
    await container.blob(name).commitBlockList([base64('header')]);
    return await send();
  };

  it('are staged and committed again', async () => {
    const { name } = container.target();
    const meddler = new Meddler(NEW_BLOB.indexOf('list staged'), deleting(name));
    const lines = await append(meddler.blob(container.blob(name).url, azurite), name);
    expect(lines).toEqual([HEADER.toString().trim(), '1', '2']);
    expect(meddler.asked).toEqual([...NEW_BLOB, 'acquire', 'list staged', 'list', ...APPENDING]);
  });

  it('again and again are told, and not staged without end', async () => {
    const { name } = container.target();
    const meddler = new Meddler((_, before) => before === 'commit', deleting(name));
    const blob = meddler.blob(container.blob(name).url, azurite);
    await expect(blob.append(HEADER, [batchOf('1')])).rejects.toMatchObject({ statusCode: 412 });
    expect(meddler.asked.filter((word) => word === 'commit')).toHaveLength(8);
  });
});

describe('a commit that is answered, and after which the blocks are not there', () => {
  it('counts for nothing', async () => {
    const { name } = container.target();
    let commits = 0;
    const forgetful = intercepting(container.blob(name), 'commitBlockList', async () => {
      commits += 1;
      return {};
    });
    const settings = { requests: testRequests(), patienceMs: 1000, maxBlocks: 9 };
    const appended = new SharedBlob(forgetful, settings).append(HEADER, [batchOf('1')]);
    await expect(appended).rejects.toBeInstanceOf(VanishedBlocks);
    expect(commits).toBe(8);
  });
});

describe('a blob of uncommitted blocks that can’t have a lease', () => {
  it('is committed with all that others have staged, and then goes on as any', async () => {
    const { name } = container.target();
    await container.blob(name).stageBlock(base64(randomUUID()), Buffer.from('staged\r\n'), 8);
    const meddler: Meddler = new Meddler(
      (word) => word === 'acquire' && !meddler.asked.includes('commit'),
      async () => {
        throw Object.assign(new Error('absent'), { statusCode: 404, code: 'BlobNotFound' });
      },
    );
    const lines = await append(meddler.blob(container.blob(name).url, azurite), name);
    expect(lines).toEqual([HEADER.toString().trim(), 'staged', '1', '2']);
    expect(meddler.asked.slice(0, 5)).toEqual(['acquire', 'stage', 'acquire', 'list', 'commit']);
  });
});

describe('a header that this process has staged', () => {
  it('is not staged over the one that another has staged since; a new one of its own is', async () => {
    const { name } = container.target();
    const failing: Meddler = new Meddler(
      (word) => word === 'commit' && failing.asked.filter((asked) => asked === 'commit').length < 2,
      async () => {
        throw Object.assign(new Error('forbidden'), { statusCode: 403, code: 'AuthorizationFailure' });
      },
    );
    const blob = failing.blob(container.blob(name).url, azurite);
    const batch = batchOf('1');
    const staged = async (header: string): Promise<void> => {
      await expect(blob.append(Buffer.from(header), [batch])).rejects.toMatchObject({ statusCode: 403 });
    };
    await staged('first\r\n');
    await staged('second\r\n');
    await container.blob(name).stageBlock(base64('header'), Buffer.from('theirs\r\n'), 8);
    await blob.append(Buffer.from('second\r\n'), [batch]);
    expect(await container.text(name)).toBe('theirs\r\n1\r\n');
  });
});

describe('a turn that fails', () => {
  it('gives the lease back when none of its requests is under way any more', async () => {
    const { name } = container.target();
    const ends: string[] = [];
    const meddler = new Meddler(
      (word, before) => word === 'stage' && before !== 'acquire',
      async (send) => {
        if (ends.length === 0) {
          ends.push('refused');
          throw Object.assign(new Error('forbidden'), { statusCode: 403, code: 'AuthorizationFailure' });
        }
        await sleep(100);
        await send();
        ends.push('staged');
      },
    );
    const batches = [1, 2, 3].map((row) => batchOf(String(row)));
    const blob = meddler.blob(container.blob(name).url, azurite);
    await expect(blob.append(HEADER, batches)).rejects.toMatchObject({ statusCode: 403 });
    expect(ends).toEqual(['refused', 'staged', 'staged']);
    expect(meddler.asked.at(-1)).toBe('release');
    await container.blob(name).getBlobLeaseClient().acquireLease(15);
  });
});
