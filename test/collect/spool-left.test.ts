import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { formatSpoolName } from '../../src/collect/spool/spool-name.js';
import type { MdcBridgeError } from '../../src/errors.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { A, add, B, DEAD, leftIn, onlyFile, openStore, sendAll, textOf, waitingIn } from './spool-stores.js';

describe('what a killed process left', () => {
  it('is sent by the next one: the same rows, under the same ids', async () => {
    const folder = await temporaryFolder();
    const store = openStore(folder);
    add(store, A, '1');
    add(store, B, '2');
    await tick();
    const [sealed] = store.seal(A.name);
    add(store, A, '3', '4');
    await tick();
    const left = await leftIn(folder);
    const next = openStore(left);
    expect(await next.adopt()).toEqual({
      files: 1,
      rows: 4,
      bytes: 12,
      torn: { bytes: 0, rows: 0 },
      damaged: { files: 0, bytes: 0, rows: 0 },
      owned: 0,
      foreign: 0,
    });
    expect(next.bytes).toBe(12);
    expect(next.waiting()).toEqual([A, B]);
    expect(waitingIn(next)).toEqual({ [A.name]: '1\r\n|3\r\n4\r\n', [B.name]: '2\r\n' });
    expect(next.seal(A.name)[0]?.id).toBe(sealed?.id);
    sendAll(next);
    await next.close();
    expect(await readdir(left)).toEqual([]);
  });

  it('is not sent again where it was done', async () => {
    const folder = await temporaryFolder();
    const store = openStore(folder);
    add(store, A, '1');
    add(store, B, '2');
    store.done(A.name, store.seal(A.name));
    const next = openStore(await leftIn(folder));
    await next.adopt();
    expect(waitingIn(next)).toEqual({ [B.name]: '2\r\n' });
  });

  it('is left again by a process that is killed too', async () => {
    const folder = await temporaryFolder();
    const store = openStore(folder);
    add(store, A, '1');
    add(store, B, '2');
    await tick();
    const second = await leftIn(folder);
    const next = openStore(second);
    await next.adopt();
    add(next, A, '3');
    next.done(B.name, next.seal(B.name));
    await tick();
    const third = openStore(await leftIn(second));
    expect(await third.adopt()).toMatchObject({ files: 2, rows: 2 });
    expect(third.waiting().map(({ name }) => name)).toEqual([A.name]);
    expect(textOf(third.seal(A.name)).split('|').sort()).toEqual(['1\r\n', '3\r\n']);
  });

  it.each([1, 19, 20, 21, 43])('is whole but for a write that was cut %i bytes short', async (cut) => {
    const folder = await temporaryFolder();
    const store = openStore(folder);
    add(store, A, '1');
    await tick();
    add(store, A, '2', '3,3,3,3,3,3,3,3');
    await tick();
    const left = await leftIn(folder);
    const file = await onlyFile(left);
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, -cut));
    const next = openStore(left);
    // The last frame: its head, and 20 bytes of rows.
    const torn = { bytes: 24 + 20 - cut, rows: cut > 20 ? 0 : 2 };
    expect(await next.adopt()).toMatchObject({ rows: 1, torn, damaged: { files: 0 } });
    expect(waitingIn(next)).toEqual({ [A.name]: '1\r\n' });
    sendAll(next);
    await next.close();
    expect(await readdir(left)).toEqual([]);
  });

  it('is sent as far as it can be read, and a damaged file is kept', async () => {
    const folder = await temporaryFolder();
    const store = openStore(folder);
    for (const line of ['first', 'second', 'third']) {
      add(store, A, line);
      await tick();
    }
    const left = await leftIn(folder);
    const file = await onlyFile(left);
    const bytes = await readFile(file);
    bytes[bytes.indexOf('second')]! ^= 1;
    await writeFile(file, bytes);
    const next = openStore(left);
    expect(await next.adopt()).toMatchObject({ rows: 2, damaged: { files: 1, bytes: 24 + 8, rows: 1 } });
    expect(waitingIn(next)).toEqual({ [A.name]: 'first\r\nthird\r\n' });
    sendAll(next);
    await next.close();
    expect(await onlyFile(left)).toMatch(/\.damaged$/);
    expect((await readFile(await onlyFile(left))).includes('recond')).toBe(true);
  });

  it('goes nowhere else', async () => {
    const folder = await temporaryFolder();
    add(openStore(folder), A, '1');
    await tick();
    const left = await leftIn(folder);
    const other = openStore(left, { url: 'https://other.blob.core.windows.net/modeldata' });
    expect(await other.adopt()).toMatchObject({ files: 0, foreign: 1 });
    expect(await openStore(left).adopt()).toMatchObject({ files: 1, foreign: 0 });
  });

  it('is taken by one only of those that start at once', async () => {
    const folder = await temporaryFolder();
    const store = openStore(folder, { fileBytes: 10 });
    for (let i = 0; i < 20; i += 1) {
      add(store, A, String(i));
      await tick();
    }
    const left = await leftIn(folder);
    const stores = Array.from({ length: 4 }, () => openStore(left));
    const adoptions = await Promise.all(stores.map((one) => one.adopt()));
    expect(adoptions.reduce((sum, { files }) => sum + files, 0)).toBe(20);
    const rows = stores.flatMap((one) => textOf(one.seal(A.name)).split('|')).filter((text) => text !== '');
    expect(rows.map(Number).sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
  });

  it('is adopted though another file can’t be read, and that is told', async () => {
    const folder = await temporaryFolder();
    add(openStore(folder), A, '1');
    await tick();
    const left = await leftIn(folder);
    const other = formatSpoolName({ token: randomUUID(), owner: DEAD });
    // Reading it is refused, as on a disk that fails.
    await symlink('/proc/self/mem', join(left, other));
    const errors: MdcBridgeError[] = [];
    const next = openStore(left, { onError: (error) => errors.push(error) });
    expect(await next.adopt()).toMatchObject({ files: 1, rows: 1 });
    expect(errors).toMatchObject([{ code: 'storage', reason: 'EIO', place: { file: join(left, other) } }]);
  });

  it('that never came to its first row is removed', async () => {
    const folder = await temporaryFolder();
    add(openStore(folder), A, '1');
    await tick();
    const left = await leftIn(folder);
    const file = await onlyFile(left);
    await writeFile(file, (await readFile(file)).subarray(0, 40));
    await openStore(left).adopt();
    await vi.waitFor(async () => expect(await readdir(left)).toEqual([]));
  });

  it('can be had at once from a process that closed its spool', async () => {
    const folder = await temporaryFolder();
    const store = openStore(folder);
    add(store, A, '1');
    await store.close();
    const next = openStore(folder);
    expect(await next.adopt()).toMatchObject({ files: 1, rows: 1 });
  });
});

it('a folder that is not there has nothing to adopt', async () => {
  const folder = await temporaryFolder();
  await rm(folder, { recursive: true });
  expect(await openStore(folder).adopt()).toMatchObject({ files: 0, owned: 0, foreign: 0 });
});
