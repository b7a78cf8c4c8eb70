import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../../src/errors.js';
import { type ReadRange, readWhole, type Storage, writeWhole } from '../../src/storage/storage.js';
import { errorOf } from '../support/error-of.js';

async function names(storage: Storage, prefix = ''): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of storage.list(prefix))
    found.push('oddity' in entry ? `!${entry.name}` : entry.name);
  return found;
}

async function read(storage: Storage, name: string, range?: ReadRange): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of storage.read(name, range)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

const text = (content: string): Uint8Array => Buffer.from(content, 'utf8');

/** What every driver must do; `open` gives an empty storage that goes when the test is over. */
export function describeStorage(driver: string, open: () => Promise<Storage>): void {
  describe(`${driver}: a listing`, () => {
    it('of an empty storage has no items, also one that is not there yet', async () => {
      expect(await names(await open())).toEqual([]);
      expect(await names(await open(), 'a/b')).toEqual([]);
    });

    it('is ordered by the UTF-8 bytes of names, across folders', async () => {
      const storage = await open();
      const expected = ['B', 'a', 'a!/x', 'a-b', 'a/b', 'a/b.csv', 'a/b/c', 'a0', 'é', '\uffee', '😀'];
      for (const name of ['😀', 'a0', 'a/b.csv', '\uffee', 'a/b/c', 'a-b', 'B', 'é', 'a!/x']) {
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

    it('holds names with spaces, quotes, backslashes, globs and dots', async () => {
      const storage = await open();
      const odd = [
        'a b/c d.csv',
        'a\'b/"c".csv',
        'a\\b.csv',
        'a[b]*{c}?.csv',
        'a./..b/c...csv',
        '(x|y)!.csv',
      ].sort();
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

  describe(`${driver}: a staged object`, () => {
    it('is invisible until it is published, and then is there whole', async () => {
      const storage = await open();
      const staged = await storage.stage('a/b');
      expect(staged.name).toBe('a/b');
      await staged.append(text('one '));
      await staged.append(text('two'));
      expect([await names(storage), await storage.stat('a/b')]).toEqual([[], undefined]);
      await staged.publish();
      expect([await names(storage), await read(storage, 'a/b')]).toEqual([['a/b'], 'one two']);
    });

    it('replaces what was there in one step: before, all of the old content is read', async () => {
      const storage = await open();
      await writeWhole(storage, 'a', 'a long old content');
      const before = await storage.stat('a');
      const staged = await storage.stage('a');
      await staged.append(text('new'));
      expect(await read(storage, 'a')).toBe('a long old content');
      await staged.publish();
      expect(await read(storage, 'a')).toBe('new');
      expect((await storage.stat('a'))?.etag).not.toBe(before?.etag);
    });

    it('may rest, and be appended to again', async () => {
      const storage = await open();
      const staged = await storage.stage('a');
      await staged.rest();
      await staged.append(text('1'));
      await staged.rest();
      await staged.rest();
      await staged.append(text('2'));
      await staged.rest();
      await staged.publish();
      expect(await read(storage, 'a')).toBe('12');
    });

    it('may be empty', async () => {
      const storage = await open();
      await (await storage.stage('a')).publish();
      expect(await storage.stat('a')).toMatchObject({ size: 0 });
    });

    it('copies what it is given: the caller may use its bytes again', async () => {
      const storage = await open();
      const staged = await storage.stage('a');
      const bytes = text('good');
      await staged.append(bytes);
      bytes.fill(0);
      await staged.publish();
      expect(await read(storage, 'a')).toBe('good');
    });

    it('that is discarded leaves what was there, and nothing else', async () => {
      const storage = await open();
      await writeWhole(storage, 'a', 'old');
      for (const name of ['a', 'b']) {
        const staged = await storage.stage(name);
        await staged.append(text('new'));
        await staged.discard();
        await (await storage.stage(name)).discard();
      }
      expect([await names(storage), await read(storage, 'a')]).toEqual([['a'], 'old']);
    });

    it('is one of many, which do not mix', async () => {
      const storage = await open();
      const all = await Promise.all(['a', 'b', 'b', 'c/d'].map((name) => storage.stage(name)));
      for (const [i, staged] of all.entries()) await staged.append(text(String(i)));
      for (const staged of all) await staged.publish();
      expect(await Promise.all(['a', 'b', 'c/d'].map((name) => read(storage, name)))).toEqual([
        '0',
        '2',
        '3',
      ]);
    });

    it('is swept away when its writer never published it', async () => {
      const storage = await open();
      await writeWhole(storage, 'a', 'kept');
      const lost = await storage.stage('b');
      await lost.append(text('lost'));
      await lost.rest();
      await storage.sweep();
      expect(await names(storage)).toEqual(['a']);
      await storage.sweep();
    });
  });

  describe(`${driver}: released contents`, () => {
    const release = async (storage: Storage, content: string): Promise<string> => {
      const staged = await storage.stage('a/b');
      await staged.append(text(content));
      return await staged.release();
    };

    it('are invisible, and become one object in the order of their tokens', async () => {
      const storage = await open();
      const tokens = [
        await release(storage, 'one '),
        await release(storage, 'two '),
        await release(storage, 'three'),
      ];
      expect([await names(storage), await storage.stat('a/b')]).toEqual([[], undefined]);
      await storage.publishParts('x/y', [tokens[1]!, tokens[0]!, tokens[2]!]);
      expect([await names(storage), await read(storage, 'x/y')]).toEqual([['x/y'], 'two one three']);
    });

    it('replace what was there, also as a single part and as an empty one', async () => {
      const storage = await open();
      await writeWhole(storage, 'a', 'a long old content');
      await storage.publishParts('a', [await release(storage, 'new')]);
      expect(await read(storage, 'a')).toBe('new');
      await storage.publishParts('a', [await (await storage.stage('a')).release()]);
      expect(await storage.stat('a')).toMatchObject({ size: 0 });
    });

    it('of a megabyte and more come whole', async () => {
      const storage = await open();
      const parts = ['x'.repeat(1_500_000), 'y'.repeat(2_500_001)];
      const tokens = [await release(storage, parts[0]!), await release(storage, parts[1]!)];
      await storage.publishParts('a', tokens);
      expect((await read(storage, 'a')) === parts.join('')).toBe(true);
    });

    it('may be discarded, twice too, and can’t be published then; what was there stays', async () => {
      const storage = await open();
      await writeWhole(storage, 'a', 'old');
      const tokens = [await release(storage, '1'), await release(storage, '2')];
      await storage.discardParts(tokens);
      await storage.discardParts(tokens);
      expect(await errorOf(storage.publishParts('a', tokens))).toMatchObject({ reason: 'ENOENT' });
      expect([await names(storage), await read(storage, 'a')]).toEqual([['a'], 'old']);
    });

    it('are swept away when nobody publishes them', async () => {
      const storage = await open();
      const token = await release(storage, 'lost');
      await storage.sweep();
      expect(await names(storage)).toEqual([]);
      expect(await errorOf(storage.publishParts('a', [token]))).toBeInstanceOf(StorageError);
    });
  });

  describe(`${driver}: released content`, () => {
    async function release(storage: Storage, content: string): Promise<string> {
      const staged = await storage.stage('x');
      for (const character of content) await staged.append(text(character));
      return await staged.release();
    }

    it('is made one object in the order of its tokens, and is invisible until then', async () => {
      const storage = await open();
      await writeWhole(storage, 'a/b', 'old');
      const [one, two, none] = [
        await release(storage, '1é'),
        await release(storage, '2'),
        await release(storage, ''),
      ];
      expect([await names(storage), await read(storage, 'a/b')]).toEqual([['a/b'], 'old']);
      await storage.publishParts('a/b', [two, none, one]);
      expect([await names(storage), await read(storage, 'a/b')]).toEqual([['a/b'], '21é']);
    });

    it('may be one part, or a large one', async () => {
      const storage = await open();
      await storage.publishParts('one', [await release(storage, '1')]);
      const staged = await storage.stage('y');
      await staged.append(Buffer.alloc(2_500_000, 'x'));
      await storage.publishParts('two', [await release(storage, '1'), await staged.release()]);
      expect([await read(storage, 'one'), (await read(storage, 'two')).length]).toEqual(['1', 2_500_001]);
    });

    it('is gone once it was published or discarded: its token is void', async () => {
      const storage = await open();
      const tokens = [await release(storage, '1'), await release(storage, '2')];
      await storage.publishParts('a', tokens);
      const discarded = await release(storage, '3');
      await storage.discardParts([discarded, ...tokens]);
      for (const token of [...tokens, discarded]) {
        expect(await errorOf(storage.publishParts('b', [token]))).toMatchObject({ reason: 'ENOENT' });
      }
      expect(await names(storage)).toEqual(['a']);
    });

    it('is swept away when nobody takes it', async () => {
      const storage = await open();
      const token = await release(storage, '1');
      await storage.sweep();
      expect(await errorOf(storage.publishParts('a', [token]))).toMatchObject({ reason: 'ENOENT' });
    });
  });

  describe(`${driver}: append and remove`, () => {
    it('appends to the end of an object, and makes it where it is absent', async () => {
      const storage = await open();
      await storage.append('a/journal', text('1\n'));
      await storage.append('a/journal', text('2\n'));
      expect([await read(storage, 'a/journal'), await names(storage)]).toEqual(['1\n2\n', ['a/journal']]);
    });

    it('removes one object and no other', async () => {
      const storage = await open();
      for (const name of ['a/b', 'a/c']) await writeWhole(storage, name, name);
      await storage.remove('a/b');
      await storage.remove('a/b');
      expect(await names(storage)).toEqual(['a/c']);
    });
  });

  describe(`${driver}: a whole object`, () => {
    it('is written in one step and read back', async () => {
      const storage = await open();
      await writeWhole(storage, 'a/é.json', '{"a":"é"}\n');
      expect((await readWhole(storage, 'a/é.json'))?.toString('utf8')).toBe('{"a":"é"}\n');
      await writeWhole(storage, 'empty', '');
      expect(await readWhole(storage, 'empty')).toHaveLength(0);
    });
  });
}
