import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { openStorage } from '../../src/storage/open-storage.js';
import { errorOf } from '../support/error-of.js';

describe('an address', () => {
  it('is a path, absolute or not, or a file URL', async () => {
    expect((await openStorage('/data/modeldata', 'v2', undefined)).url).toBe('file:///data/modeldata');
    expect((await openStorage('modeldata/', 'v2', undefined)).url).toBe(`file://${resolve('modeldata')}`);
    expect((await openStorage('file:///data/model%20data', 'v2', undefined)).container).toBe('model data');
    expect((await openStorage('/data/a/../modeldata/', 'v2', undefined)).url).toBe('file:///data/modeldata');
  });

  it('may be a storage that the caller has opened', async () => {
    const storage = new MemoryStorage();
    expect(await openStorage(storage, 'v2', undefined)).toBe(storage);
  });

  it('may look like a scheme where it is a path', async () => {
    expect((await openStorage('c:/x', 'v2', undefined)).url).toBe(`file://${resolve('c:/x')}`);
    expect((await openStorage('a b://x', 'v2', undefined)).url).toContain('a%20b:/x');
  });

  const refused: Readonly<Record<string, string>> = {
    '': 'names no folder',
    'a\0b': 'names no folder',
    'https://account.blob.core.windows.net/c?sig=secret': "can't be a container",
    'S3://bucket': 'not supported: S3://',
    'file://host/share': 'not a file URL of this machine',
    'file:///a%2Fb': 'not a file URL of this machine',
  };
  for (const [url, why] of Object.entries(refused)) {
    it(`is refused: ${JSON.stringify(url)}`, async () => {
      const error = await errorOf(openStorage(url, 'v2', undefined));
      expect(error).toMatchObject({ code: 'usage' });
      expect(error.message).toContain(why);
      expect(error.message).not.toContain('secret');
      expect(error.remedy).toMatch(/file:\/\/\/data\/modeldata/);
    });
  }
});
