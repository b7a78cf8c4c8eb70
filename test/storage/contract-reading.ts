import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../../src/errors.js';
import { CHANGED, readWhole, type Storage, writeWhole } from '../../src/storage/storage.js';
import { errorOf } from '../support/error-of.js';
import { names, read } from './contract-helpers.js';

/** What every driver must do for those who read. */
export function describeReading(driver: string, open: () => Promise<Storage>): void {
  describe(`${driver}: a listing`, () => {
    it('of an empty storage has no items, also one that is not there yet', async () => {
      expect(await names(await open())).toEqual([]);
      expect(await names(await open(), 'a/b')).toEqual([]);
    });

    it('is ordered by the UTF-8 bytes of names, across folders', async () => {
      const storage = await open();
      const expected = ['B', 'a', 'a!/x', 'a-b', 'a/b', 'a/b.csv', 'a/b/c', 'a0', 'é', '\uffee'];
      for (const name of ['a0', 'a/b.csv', '\uffee', 'a/b/c', 'a-b', 'B', 'é', 'a!/x']) {
        await writeWhole(storage, name, name);
      }
      expect(await names(storage)).toEqual(expected.filter((name) => !['a', 'a/b'].includes(name)));
    });

    it('takes names by prefix, which may end within a segment', async () => {
      const storage = await open();
      for (const name of ['a/1', 'a/12', 'a/2', 'ab/1', 'b']) await writeWhole(storage, name, '');
      expect(await names(storage, 'a/')).toEqual(['a/1', 'a/12', 'a/2']);
      expect(await names(storage, 'a/1')).toEqual(['a/1', 'a/12']);
      expect(await names(storage, 'a')).toEqual(['a/1', 'a/12', 'a/2', 'ab/1']);
      expect(await names(storage, 'a/1/')).toEqual([]);
      expect(await names(storage, 'c')).toEqual([]);
    });

    it('leaves out what lies below a folder that is not wanted, and asks for each folder below the prefix', async () => {
      const storage = await open();
      const all = ['a/1/x', 'a/1/y/z', 'a/2/x', 'a/2/y/z', 'a/3', 'b/x'];
      for (const name of all) await writeWhole(storage, name, '');
      const asked: string[] = [];
      const listed = async (prefix: string, refused: readonly string[]): Promise<string[]> => {
        const found: string[] = [];
        const wanted = (folder: string): boolean => {
          asked.push(folder);
          return !refused.includes(folder);
        };
        for await (const { name } of storage.list(prefix, undefined, wanted)) found.push(name);
        return found;
      };
      expect(await listed('', [])).toEqual(all);
      expect(await listed('', ['a/1/', 'b/'])).toEqual(['a/2/x', 'a/2/y/z', 'a/3']);
      expect(await listed('', ['a/2/y/'])).toEqual(['a/1/x', 'a/1/y/z', 'a/2/x', 'a/3', 'b/x']);
      asked.length = 0;
      expect(await listed('a/', ['a/1/'])).toEqual(['a/2/x', 'a/2/y/z', 'a/3']);
      expect(new Set(asked)).toEqual(new Set(['a/1/', 'a/2/', 'a/2/y/']));
    });

    it('says size and etag as stat does', async () => {
      const storage = await open();
      await writeWhole(storage, 'a/b', 'é');
      for await (const entry of storage.list('')) expect(entry).toEqual(await storage.stat('a/b'));
      expect(await storage.stat('a/b')).toMatchObject({ name: 'a/b', size: 2 });
    });

    it('stops at its signal', async () => {
      const storage = await open();
      await writeWhole(storage, 'a', '');
      const listing = async (): Promise<void> => {
        for await (const _ of storage.list('', AbortSignal.abort())) expect.unreachable();
      };
      await expect(listing()).rejects.toMatchObject({ code: 'aborted' });
    });

    it('holds names with spaces, quotes, globs and dots', async () => {
      const storage = await open();
      const odd = ['a b/c d.csv', 'a\'b/"c".csv', 'a[b]*{c}?.csv', 'a./..b/c...csv', '(x|y)!.csv'].sort();
      for (const name of odd) await writeWhole(storage, name, name);
      expect(await names(storage)).toEqual(odd);
      for (const name of odd) expect(await read(storage, name)).toBe(name);
    });
  });

  describe(`${driver}: an absent object`, () => {
    it('has no stat, and no content', async () => {
      const storage = await open();
      await writeWhole(storage, 'a/b', '');
      for (const name of ['x', 'a', 'a/x', 'a/b/c']) {
        expect(await storage.stat(name)).toBeUndefined();
        expect(await readWhole(storage, name)).toBeUndefined();
      }
    });

    it('can’t be read, and the error says so by its reason', async () => {
      const storage = await open();
      for (const range of [undefined, { start: 1 }, { end: 0 }]) {
        const error = await errorOf(read(storage, 'a/x', range));
        expect(error).toBeInstanceOf(StorageError);
        expect(error).toMatchObject({ code: 'storage', reason: 'ENOENT' });
        expect(error.message).toContain('a/x');
      }
    });

    it('may be removed', async () => {
      await (await open()).remove('a/x');
    });
  });

  describe(`${driver}: a range`, () => {
    it('is from its first byte up to the one before its end (property)', async () => {
      const storage = await open();
      const content = '0123456789';
      await writeWhole(storage, 'a', content);
      const bound = fc.option(fc.nat(12), { nil: undefined });
      await fc.assert(
        fc.asyncProperty(bound, bound, async (start, end) => {
          const range = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
          const expected = (end ?? 10) > (start ?? 0) ? content.slice(start, end) : '';
          expect(await read(storage, 'a', range)).toBe(expected);
        }),
        { numRuns: 60 },
      );
    });

    it('of a large object is read in several chunks or one, and is whole', async () => {
      const storage = await open();
      const content = Buffer.alloc(3_000_000, 'abcdefg');
      const staged = await storage.stage('a');
      await staged.append(content);
      await staged.publish();
      const part = Buffer.from(await read(storage, 'a', { start: 1_000_001, end: 2_500_000 }));
      expect(part.equals(content.subarray(1_000_001, 2_500_000))).toBe(true);
    });

    it('stops at its signal', async () => {
      const storage = await open();
      await writeWhole(storage, 'a', 'content');
      const reading = async (): Promise<void> => {
        for await (const _ of storage.read('a', {}, AbortSignal.abort())) expect.unreachable();
      };
      await expect(reading()).rejects.toMatchObject({ code: 'aborted' });
    });
  });
  describe(`${driver}: a read of one content only`, () => {
    const etagOf = async (storage: Storage, name: string): Promise<string> =>
      (await storage.stat(name))?.etag ?? '';

    it('gives that content', async () => {
      const storage = await open();
      await writeWhole(storage, 'a', 'content');
      expect(await read(storage, 'a', { etag: await etagOf(storage, 'a') })).toBe('content');
    });

    it('fails as changed when there is another, or none', async () => {
      const storage = await open();
      await writeWhole(storage, 'a', 'content');
      const etag = await etagOf(storage, 'a');
      await writeWhole(storage, 'a', 'contents');
      for (const name of ['a', 'gone']) {
        const error = await errorOf(read(storage, name, { end: 7, etag }));
        expect(error).toMatchObject({ code: 'storage', reason: CHANGED });
      }
    });
  });
}
