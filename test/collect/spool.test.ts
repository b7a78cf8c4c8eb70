import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { MemoryStore } from '../../src/collect/delivery/memory-store.js';
import { OverflowStore } from '../../src/collect/delivery/overflow-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { A, add, B, onlyFile, openStore, sendAll, textOf, waitingIn } from './spool-stores.js';

describe('a spool', () => {
  it('has rows in its file when the tick of their call is over, and touches no disk before', async () => {
    const folder = join(await temporaryFolder(), 'made/spool');
    const store = openStore(folder);
    add(store, A, '1,2');
    expect(existsSync(folder)).toBe(false);
    await tick();
    expect(await readFile(await onlyFile(folder), 'latin1')).toContain('1,2\r\n');
    add(store, A, '3,4');
    await tick();
    expect(await readFile(await onlyFile(folder), 'latin1')).toContain('3,4\r\n');
  });

  it('copies rows and header: the caller’s buffers are used again', async () => {
    const store = openStore(await temporaryFolder());
    const [row, header] = [Buffer.from('1\r\n'), Buffer.from('x\r\n')];
    store.add({ name: 'a', header }, row, 1);
    row.fill(0);
    header.fill(0);
    expect(waitingIn(store)).toEqual({ a: '1\r\n' });
    expect(store.waiting()[0]?.header).toEqual(Buffer.from('x\r\n'));
  });

  it('has the header that a blob was last given; rows without one take it from nobody', async () => {
    const spool = openStore(await temporaryFolder());
    for (const store of [spool, new OverflowStore(new MemoryStore(4), openStore(await temporaryFolder()))]) {
      const header = Buffer.from('x\r\n');
      store.add({ name: 'a', header }, Buffer.from('12\r\n'), 1);
      store.add({ name: 'a' }, Buffer.from('3\r\n'), 1);
      expect(store.waiting()).toEqual([{ name: 'a', header }]);
    }
  });

  it('hands out the same batches in the same order until they are done, and later rows in others', async () => {
    const store = openStore(await temporaryFolder());
    add(store, A, '1', '2');
    add(store, B, '3');
    add(store, A, '4');
    expect(store.bytes).toBe(12);
    expect(store.waiting().map(({ name }) => name)).toEqual([A.name, B.name]);
    const [first] = store.seal(A.name);
    expect(first).toMatchObject({ rows: 3, bytes: Buffer.from('1\r\n2\r\n4\r\n') });
    add(store, A, '5');
    await tick();
    const again = store.seal(A.name);
    expect(again.map(({ id }) => id)).toEqual([first!.id, expect.not.stringMatching(first!.id)]);
    expect(textOf(again)).toBe('1\r\n2\r\n4\r\n|5\r\n');
    store.done(A.name, [first!]);
    expect(textOf(store.seal(A.name))).toBe('5\r\n');
    expect(store.bytes).toBe(6);
  });

  it('begins another batch where one would be too long, or the header is another', async () => {
    const store = openStore(await temporaryFolder(), { batchBytes: 10 });
    for (const line of ['123', '456', '7', 'longer than a batch', '8']) add(store, A, line);
    expect(textOf(store.seal(A.name))).toBe('123\r\n456\r\n|7\r\n|longer than a batch\r\n|8\r\n');
    add(store, B, '1');
    const header = Buffer.from('z\r\n');
    add(store, { ...B, header }, '2');
    expect(textOf(store.seal(B.name))).toBe('1\r\n|2\r\n');
    expect(store.waiting()[1]).toEqual({ ...B, header });
  });

  it('reads rows back from between those of other blobs, over many ticks', async () => {
    const store = openStore(await temporaryFolder(), { fileBytes: 400_000, batchBytes: 100_000 });
    const expected: Record<string, string> = { [A.name]: '', [B.name]: '' };
    for (let i = 0; i < 3000; i += 1) {
      const target = i % 1000 < 700 ? A : B;
      const line = `${i},${'x'.repeat(i % 500)}`;
      add(store, target, line);
      expected[target.name] += `${line}\r\n`;
      if (i % 7 === 0) await tick();
    }
    const waiting = waitingIn(store);
    for (const name of [A.name, B.name]) expect(waiting[name]?.replaceAll('|', '')).toBe(expected[name]);
  });

  it('removes a file when all in it is done, and itself leaves nothing', async () => {
    const folder = await temporaryFolder();
    const store = openStore(folder, { fileBytes: 200 });
    for (let i = 0; i < 4; i += 1) {
      add(store, A, 'x'.repeat(100));
      await tick();
    }
    expect(await readdir(folder)).toHaveLength(4);
    const batches = store.seal(A.name);
    store.done(A.name, batches.slice(1, 3));
    await vi.waitFor(async () => expect(await readdir(folder)).toHaveLength(2));
    sendAll(store);
    await store.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes nothing beyond its limit, and takes again when rows are done', async () => {
    const store = openStore(await temporaryFolder(), { maxSpoolBytes: 2000, fileBytes: 600 });
    let taken = 0;
    while (add(store, A, 'x'.repeat(98))) {
      taken += 1;
      await tick();
    }
    expect(taken).toBeGreaterThan(3);
    expect(store.bytes).toBe(taken * 100);
    sendAll(store);
    expect(add(store, A, '1')).toBe(true);
  });

  it('takes no more than its memory’s limit in one tick', async () => {
    const store = openStore(await temporaryFolder(), { maxUnwrittenBytes: 1000 });
    let taken = 0;
    while (add(store, A, 'x'.repeat(98))) taken += 1;
    expect(taken).toBeGreaterThan(5);
    await tick();
    expect(add(store, A, '1')).toBe(true);
  });

  it('takes nothing when it is closed', async () => {
    const store = openStore(await temporaryFolder());
    await store.close();
    expect(add(store, A, '1')).toBe(false);
  });

  it('has the last tick’s rows in its file when the process ends by itself', async () => {
    const folder = await temporaryFolder();
    const store = openStore(folder);
    add(store, A, '1');
    const [write] = process.listeners('exit').slice(-1);
    (write as () => void)();
    expect(await readFile(await onlyFile(folder), 'latin1')).toContain('1\r\n');
  });
});
