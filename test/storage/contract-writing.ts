import { describe, expect, it } from 'vitest';
import { StorageError } from '../../src/errors.js';
import { readWhole, type Storage, writeWhole } from '../../src/storage/storage.js';
import { errorOf } from '../support/error-of.js';
import { names, read, text } from './contract-helpers.js';

/** What every driver must do for those who write. */
export function describeWriting(driver: string, open: () => Promise<Storage>): void {
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
      await storage.publishParts('a/b', [tokens[1]!, tokens[0]!, tokens[2]!]);
      expect([await names(storage), await read(storage, 'a/b')]).toEqual([['a/b'], 'two one three']);
      for (const token of tokens) {
        expect(await errorOf(storage.publishParts('a/b', [token]))).toMatchObject({ reason: 'ENOENT' });
      }
    });

    it('replace what was there, also as a single part and as an empty one', async () => {
      const storage = await open();
      await writeWhole(storage, 'a/b', 'a long old content');
      await storage.publishParts('a/b', [await release(storage, 'new')]);
      expect(await read(storage, 'a/b')).toBe('new');
      await storage.publishParts('a/b', [await (await storage.stage('a/b')).release()]);
      expect(await storage.stat('a/b')).toMatchObject({ size: 0 });
    });

    it('of a megabyte and more come whole', async () => {
      const storage = await open();
      const parts = ['x'.repeat(1_500_000), 'y'.repeat(2_500_001)];
      const tokens = [await release(storage, parts[0]!), await release(storage, parts[1]!)];
      await storage.publishParts('a/b', tokens);
      expect((await read(storage, 'a/b')) === parts.join('')).toBe(true);
    });

    it('may be discarded, twice too, and can’t be published then; what was there stays', async () => {
      const storage = await open();
      await writeWhole(storage, 'a/b', 'old');
      const tokens = [await release(storage, '1'), await release(storage, '2')];
      await storage.discardParts(tokens);
      await storage.discardParts(tokens);
      expect(await errorOf(storage.publishParts('a/b', tokens))).toMatchObject({ reason: 'ENOENT' });
      expect([await names(storage), await read(storage, 'a/b')]).toEqual([['a/b'], 'old']);
    });

    it('are swept away when nobody publishes them', async () => {
      const storage = await open();
      const token = await release(storage, 'lost');
      await storage.sweep();
      expect(await names(storage)).toEqual([]);
      expect(await errorOf(storage.publishParts('a/b', [token]))).toBeInstanceOf(StorageError);
    });
  });

  describe(`${driver}: append and remove`, () => {
    it('appends to the end of an object, and makes it where it is absent', async () => {
      const storage = await open();
      await storage.append('a/journal', text('1\n'));
      await storage.append('a/journal', text('2\n'));
      expect([await read(storage, 'a/journal'), await names(storage)]).toEqual(['1\n2\n', ['a/journal']]);
    });

    it('appends to an object that was published, and replaces one that was appended to, again and again', async () => {
      const storage = await open();
      await writeWhole(storage, 'a/journal', '0\n');
      for (let round = 1; round < 4; round += 1) {
        await storage.append('a/journal', text('1\n'));
        await storage.append('a/journal', text('2\n'));
        expect(await read(storage, 'a/journal')).toBe(round === 1 ? '0\n1\n2\n' : 'cut\n1\n2\n');
        await writeWhole(storage, 'a/journal', 'cut\n');
      }
      const parts = await storage.stage('a/journal');
      await parts.append(text('part\n'));
      await storage.publishParts('a/journal', [await parts.release()]);
      await storage.append('a/journal', text('3\n'));
      expect(await read(storage, 'a/journal')).toBe('part\n3\n');
    });

    it('appends to a large object that was published', async () => {
      const storage = await open();
      const content = 'abcdefg'.repeat(1_000_000);
      await writeWhole(storage, 'a/journal', content);
      await storage.append('a/journal', text('1\n'));
      await storage.append('a/journal', text('2\n'));
      expect((await read(storage, 'a/journal')) === `${content}1\n2\n`).toBe(true);
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
