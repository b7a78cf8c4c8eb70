import { describe, expect, it } from 'vitest';
import { Journal, type JournalEntry } from '../../src/convert/journal.js';
import type { SourceResult } from '../../src/convert/report.js';
import { zeroCounts } from '../../src/convert/source-counts.js';
import { StorageError } from '../../src/errors.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { errorOf } from '../support/error-of.js';

const NAME = '_migration/tree-1/journal.jsonl';

const RESULT: SourceResult = {
  source: 'a.csv',
  size: 1,
  etag: 'e',
  fingerprint: 'f',
  ...zeroCounts(),
  lines: 1,
  rows: 1,
  events: 1,
  outputs: [{ name: 'x', size: 2, crc32: '00000000' }],
};

const source = (name: string, etag = 'e'): JournalEntry => ({
  kind: 'source',
  ...RESULT,
  source: name,
  etag,
});

async function lines(storage: MemoryStorage): Promise<unknown[]> {
  const text = storage.get(NAME)?.toString('utf8') ?? '';
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}

function storageWith(content: string): MemoryStorage {
  const storage = new MemoryStorage();
  storage.put(NAME, content);
  return storage;
}

describe('a journal', () => {
  it('that is absent, or empty, is empty; reading it writes nothing', async () => {
    for (const storage of [new MemoryStorage(), storageWith('')]) {
      const journal = await Journal.open(storage, 'tree-1');
      expect([journal.sources.size, journal.collections.size, journal.instances.size]).toEqual([0, 0, 0]);
    }
    const storage = new MemoryStorage();
    await (await Journal.open(storage, 'tree-1')).append();
    expect(storage.get(NAME)).toBeUndefined();
  });

  it('begins with its version, once', async () => {
    const storage = new MemoryStorage();
    await (await Journal.open(storage, 'tree-1')).append(source('a.csv'));
    await (await Journal.open(storage, 'tree-1')).append(source('b.csv'));
    expect(await lines(storage)).toMatchObject([
      { kind: 'journal', version: 1 },
      { kind: 'source', source: 'a.csv' },
      { kind: 'source', source: 'b.csv' },
    ]);
  });

  it('is read back, later entries in place of earlier ones', async () => {
    const storage = new MemoryStorage();
    const journal = await Journal.open(storage, 'tree-1');
    await journal.append(
      { kind: 'collection', path: 'e/d/c', columns: [['a', 'integer']] },
      { kind: 'range', since: '2024-02-29T00:00:00' },
      { kind: 'claim', instances: ['i1', 'i2'] },
    );
    await journal.append(source('a.csv', 'old'), source('a.csv', 'new'));
    await journal.append({ kind: 'claim', instances: ['i3'] });
    await journal.append({ kind: 'collection', path: 'e/d/c', columns: [['a', 'string']] });
    const again = await Journal.open(storage, 'tree-1');
    for (const one of [journal, again]) {
      expect(one.sources.get('a.csv')).toMatchObject({ etag: 'new' });
      expect([...one.collections]).toEqual([['e/d/c', [['a', 'string']]]]);
      expect([...one.instances]).toEqual(['i1', 'i2', 'i3']);
    }
  });

  it('is of one source tree: another’s lies elsewhere', async () => {
    const storage = new MemoryStorage();
    await (await Journal.open(storage, 'tree-1')).append(source('a.csv'));
    expect((await Journal.open(storage, 'tree-2')).sources.size).toBe(0);
  });

  it('leaves out kinds of entries that it does not know', async () => {
    const journal = await Journal.open(
      storageWith('{"kind":"journal","version":1}\n{"kind":"note"}\n'),
      'tree-1',
    );
    expect(journal.sources.size).toBe(0);
  });
});

describe('a journal after a kill', () => {
  const whole = `{"kind":"journal","version":1}\n${JSON.stringify(source('a.csv'))}\n`;

  it('counts no entry whose line is not whole, wherever it was cut', async () => {
    const torn = JSON.stringify(source('b.csv'));
    for (const length of [1, 10, torn.length - 1, torn.length]) {
      const storage = storageWith(whole + torn.slice(0, length));
      const journal = await Journal.open(storage, 'tree-1');
      expect([...journal.sources.keys()]).toEqual(['a.csv']);
      expect(journal.cutShort).toBe(true);
      await journal.append(source('c.csv'));
      expect(await lines(storage)).toMatchObject([
        { kind: 'journal' },
        { source: 'a.csv' },
        { source: 'c.csv' },
      ]);
    }
  });

  it('that was cut within its first line begins anew', async () => {
    const storage = storageWith('{"kind":"jour');
    const journal = await Journal.open(storage, 'tree-1');
    expect(journal.sources.size).toBe(0);
    await journal.append(source('a.csv'));
    expect(await lines(storage)).toMatchObject([{ kind: 'journal', version: 1 }, { source: 'a.csv' }]);
  });
});

describe('a journal of any length', () => {
  it('is read in chunks, which may end anywhere', async () => {
    class InPieces extends MemoryStorage {
      override async *read(...asked: Parameters<MemoryStorage['read']>): ReturnType<MemoryStorage['read']> {
        for await (const chunk of super.read(...asked)) {
          for (let at = 0; at < chunk.length; at += 7) yield chunk.subarray(at, at + 7);
        }
      }
    }
    const storage = new InPieces();
    const names = ['a.csv', 'é😀.csv', 'c.csv'];
    await (await Journal.open(storage, 'tree-1')).append(...names.map((name) => source(name)));
    await storage.append(NAME, Buffer.from('{"kind":"sour'));
    const journal = await Journal.open(storage, 'tree-1');
    expect([[...journal.sources.keys()], journal.cutShort]).toEqual([names, true]);
    expect((await lines(storage)).length).toBe(4);
    expect((await Journal.open(storage, 'tree-1')).cutShort).toBe(false);
  });

  it('can be looked at without changing it, though its last line is not whole', async () => {
    const content = `{"kind":"journal","version":1}\n${JSON.stringify(source('a.csv'))}\n{"kind"`;
    const storage = storageWith(content);
    expect([...(await Journal.look(storage, 'tree-1')).sources.keys()]).toEqual(['a.csv']);
    expect(storage.get(NAME)?.toString()).toBe(content);
  });
});

describe('a journal that can’t be trusted stops the run', () => {
  it('of a later version', async () => {
    const error = await errorOf(Journal.open(storageWith('{"kind":"journal","version":2}\n'), 'tree-1'));
    expect(error).toMatchObject({ code: 'conflict', place: { file: NAME, line: 1 } });
    expect(error.message).toBe('the journal is of a later version (2)');
    expect(error.remedy).toContain('newer');
  });

  for (const garbage of ['garbage', '{"kind":', '', 'null', '5', '"text"', '[]']) {
    it(`with a line that is no entry: ${JSON.stringify(garbage)}`, async () => {
      const storage = storageWith(
        `{"kind":"journal","version":1}\n${garbage}\n${JSON.stringify(source('a.csv'))}\n`,
      );
      const error = await errorOf(Journal.open(storage, 'tree-1'));
      expect(error).toMatchObject({ code: 'conflict', place: { file: NAME, line: 2 } });
      expect(error.remedy).toContain('empty DEST');
    });
  }

  it('that can’t be read: unreadable is not absent', async () => {
    class Unreadable extends MemoryStorage {
      override async stat(): Promise<never> {
        throw new StorageError('EACCES', 'permission denied');
      }
    }
    expect(await errorOf(Journal.open(new Unreadable(), 'tree-1'))).toMatchObject({ reason: 'EACCES' });
  });
});

describe('entries that come at the same time', () => {
  /** Counts appends, and lets each wait. */
  class SlowStorage extends MemoryStorage {
    appends = 0;

    override async append(name: string, bytes: Uint8Array): Promise<void> {
      this.appends += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      await super.append(name, bytes);
    }
  }

  it('are all durable when their own promise is, and go out together', async () => {
    const storage = new SlowStorage();
    const journal = await Journal.open(storage, 'tree-1');
    const names = Array.from({ length: 20 }, (_, i) => `${i}.csv`);
    await Promise.all(
      names.map(async (name) => {
        await journal.append(source(name));
        expect(storage.get(NAME)?.toString()).toContain(`"source":"${name}"`);
      }),
    );
    expect(storage.appends).toBeLessThanOrEqual(2);
    expect((await lines(storage)).slice(1).map((entry) => (entry as SourceResult).source)).toEqual(names);
  });

  it('go out in pieces of whole lines that a storage can append in one step, however many they are', async () => {
    class Sized extends MemoryStorage {
      readonly appended: Buffer[] = [];

      override async append(name: string, bytes: Uint8Array): Promise<void> {
        this.appended.push(Buffer.from(bytes));
        await super.append(name, bytes);
      }
    }
    const storage = new Sized();
    const names = Array.from({ length: 12_000 }, (_, i) => `${'n'.repeat(300)}${i}.csv`);
    await (await Journal.open(storage, 'tree-1')).append(...names.map((name) => source(name)));
    expect(storage.appended.length).toBeGreaterThan(3);
    for (const piece of storage.appended) {
      expect(piece.length).toBeLessThan(4 * 1024 * 1024);
      expect(piece.at(-1)).toBe(0x0a);
    }
    expect([...(await Journal.open(storage, 'tree-1')).sources.keys()]).toEqual(names);
  });

  it('fail where they can’t be written', async () => {
    class FullStorage extends MemoryStorage {
      override async append(): Promise<void> {
        throw new StorageError('ENOSPC', 'the disk is full');
      }
    }
    const journal = await Journal.open(new FullStorage(), 'tree-1');
    expect(await errorOf(journal.append(source('a.csv')))).toMatchObject({ reason: 'ENOSPC' });
  });
});
