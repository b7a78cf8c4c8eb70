import {
  appendFile,
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROMISED_CALLS, WAITING_CALLS } from '../../src/storage/file-calls.js';
import { LocalStorage } from '../../src/storage/local-storage.js';
import { CHANGED, type Storage, writeWhole } from '../../src/storage/storage.js';
import { errorOf } from '../support/error-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { describeStorage } from './contract.js';

for (const [thread, calls] of [
  ['the main thread', PROMISED_CALLS],
  ['a worker thread', WAITING_CALLS],
] as const) {
  describeStorage(
    `local, in ${thread}`,
    async () => new LocalStorage(join(await temporaryFolder(), 'root'), calls),
  );
}

async function entries(storage: Storage, prefix = ''): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const entry of storage.list(prefix)) {
    found.push('oddity' in entry ? [entry.name, entry.oddity] : entry.name);
  }
  return found;
}

/** Everything below a folder, hidden or not. */
async function everything(root: string): Promise<string[]> {
  return (await readdir(root, { recursive: true })).sort();
}

describe('a local folder', () => {
  it('is addressed by its URL and is a container of its own name', () => {
    const storage = new LocalStorage('/data/model data');
    expect(storage).toMatchObject({ url: 'file:///data/model%20data', container: 'model data' });
  });

  it('stages in a folder that the consumer can’t see, on the same file system', async () => {
    const root = await temporaryFolder();
    const storage = new LocalStorage(root);
    const [one, two] = [await storage.stage('a/x'), await storage.stage('a/y')];
    await one.append(Buffer.from('1'));
    await two.append(Buffer.from('2'));
    expect((await everything(root)).every((name) => name.startsWith('_staging'))).toBe(true);
    expect(await entries(storage)).toEqual([]);
    await one.publish();
    await two.discard();
    expect(await everything(root)).toEqual(['_staging', 'a', 'a/x']);
    await storage.sweep();
    expect(await everything(root)).toEqual(['a', 'a/x']);
  });

  it('notices a change that comes while it reads', async () => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'a'), Buffer.alloc(3_000_000));
    const storage = new LocalStorage(root);
    const etag = (await storage.stat('a'))?.etag ?? '';
    const reading = async (): Promise<void> => {
      for await (const _ of storage.read('a', { end: 3_000_000, etag }))
        await appendFile(join(root, 'a'), 'x');
    };
    expect(await errorOf(reading())).toMatchObject({ reason: CHANGED });
  });

  it('holds names with a backslash, and orders characters beyond U+FFFF by their UTF-8 bytes', async () => {
    const storage = new LocalStorage(await temporaryFolder());
    for (const name of ['😀', 'a\\b.csv', '\uffee']) await writeWhole(storage, name, name);
    expect(await entries(storage)).toEqual(['a\\b.csv', '\uffee', '😀']);
  });

  it('lists what lies deep, and what is hidden', async () => {
    const root = await temporaryFolder();
    const storage = new LocalStorage(root);
    for (const name of ['.hidden', 'a/.b/c', 'a/b/c/d/e/f/g']) {
      await mkdir(join(root, name, '..'), { recursive: true });
      await writeFile(join(root, name), '');
    }
    await mkdir(join(root, 'empty/folder'), { recursive: true });
    expect(await entries(storage)).toEqual(['.hidden', 'a/.b/c', 'a/b/c/d/e/f/g']);
  });

  it('reads only the folder of the prefix', async () => {
    const root = await temporaryFolder();
    const storage = new LocalStorage(root);
    await mkdir(join(root, 'a/b'), { recursive: true });
    await writeFile(join(root, 'a/b/c.csv'), '');
    await symlink('/nowhere', join(root, 'other'));
    await symlink('/nowhere', join(root, 'a/z'));
    await writeFile(Buffer.concat([Buffer.from(join(root, 'a/')), Buffer.from('\xe9', 'latin1')]), '');
    expect(await entries(storage, 'a/b')).toEqual(['a/b/c.csv']);
    expect(await entries(storage, 'a/b/c')).toEqual(['a/b/c.csv']);
  });
});

describe('what a local folder holds besides readable files is told, not followed or left out', () => {
  it('a symbolic link to a file, to a folder, to nothing, to itself', async () => {
    const [root, outside] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(outside, 'x.csv'), '');
    await symlink(join(outside, 'x.csv'), join(root, 'file.csv'));
    await symlink(outside, join(root, 'folder'));
    await symlink('/nowhere', join(root, 'nothing'));
    await mkdir(join(root, 'loop'));
    await symlink('..', join(root, 'loop/back'));
    expect(await entries(new LocalStorage(root))).toEqual([
      ['file.csv', 'symlink'],
      ['folder', 'symlink'],
      ['loop/back', 'symlink'],
      ['nothing', 'symlink'],
    ]);
  });

  it('names that are not UTF-8, of files and of folders', async () => {
    const root = await temporaryFolder();
    const bad = (name: string): Buffer => Buffer.from(`${root}/${name}`, 'latin1');
    await mkdir(join(root, 'é'));
    await writeFile(Buffer.concat([Buffer.from(join(root, 'é/')), Buffer.from('caf\xe9.csv', 'latin1')]), '');
    await mkdir(bad('f\xe9'));
    await writeFile(bad('f\xe9/x.csv'), '');
    await writeFile(join(root, 'é/ok.csv'), '');
    expect(await entries(new LocalStorage(root))).toEqual([
      ['f\xe9', 'name-not-utf8'],
      ['é/caf\xe9.csv', 'name-not-utf8'],
      'é/ok.csv',
    ]);
  });
});

describe('a failure of the file system', () => {
  it('says what failed, where, and what to do', async () => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'file'), '');
    const storage = new LocalStorage(root);
    const error = await errorOf(storage.append('file/x', Buffer.from('')));
    expect(error.message).toMatch(/^can't append to file\/x: (EEXIST|a part of its path is a file)/);
    expect(error).toMatchObject({ code: 'storage', place: { file: join(root, 'file/x') } });
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('to list a folder that may not be read names that folder: nothing is left out without a word', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'closed'));
    await chmod(join(root, 'closed'), 0o000);
    await chmod(root, 0o755);
    const error = await errorOf(asUser(() => entries(new LocalStorage(root))));
    expect(error).toMatchObject({ reason: 'EACCES', place: { file: join(root, 'closed') } });
    expect(error.remedy).toContain('right to read');
  });

  it('is not taken for an absent object', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'closed'));
    await writeFile(join(root, 'closed/x'), '');
    await chmod(join(root, 'closed'), 0o000);
    await chmod(root, 0o755);
    const storage = new LocalStorage(root);
    const error = await errorOf(asUser(() => storage.stat('closed/x')));
    expect(error).toMatchObject({ code: 'storage', reason: 'EACCES' });
  });

  it('while publishing leaves what was there', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'taken'));
    await writeFile(join(root, 'taken/x'), 'old');
    const storage = new LocalStorage(root);
    const staged = await storage.stage('taken');
    await staged.append(Buffer.from('new'));
    expect(await errorOf(staged.publish())).toMatchObject({
      code: 'storage',
      place: { file: join(root, 'taken') },
    });
    await staged.discard();
    await storage.sweep();
    expect(await everything(root)).toEqual(['taken', 'taken/x']);
  });

  it('is reported for a folder read as an object', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'folder'));
    const storage = new LocalStorage(root);
    const reading = async (): Promise<void> => {
      for await (const _ of storage.read('folder')) expect.unreachable();
    };
    expect(await errorOf(reading())).toMatchObject({ code: 'storage', reason: 'EISDIR' });
    expect(await storage.stat('folder')).toBeUndefined();
  });
});

describe('an object that is replaced while it is read', () => {
  it('is read as it was, to the end', async () => {
    const root = await temporaryFolder();
    const storage = new LocalStorage(root);
    await writeFile(join(root, 'a'), Buffer.alloc(3 * 1024 * 1024, 'o'));
    await writeFile(join(root, 'new'), 'n');
    let bytes = 0;
    for await (const chunk of storage.read('a')) {
      if (bytes === 0) await rename(join(root, 'new'), join(root, 'a'));
      expect(Buffer.from(chunk).every((byte) => byte === 0x6f)).toBe(true);
      bytes += chunk.length;
    }
    expect(bytes).toBe(3 * 1024 * 1024);
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('n');
    await rm(join(root, 'a'));
  });
});

/** Tests run as root, who may read everything; this is for those who may not. */
async function asUser<T>(work: () => Promise<T>): Promise<T> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}
