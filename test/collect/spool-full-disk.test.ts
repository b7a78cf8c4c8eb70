import { writeSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SpoolOptions } from '../../src/collect/spool/spool-options.js';
import type { MdcBridgeError } from '../../src/errors.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { A, add, leftIn, onlyFile, openStore, sendAll, textOf, waitingIn } from './spool-stores.js';

/** A disk with room for so many bytes. */
class SmallDisk {
  room = Number.POSITIVE_INFINITY;

  readonly write: NonNullable<SpoolOptions['write']> = (descriptor, bytes, offset, length, position) => {
    if (this.room <= 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const written = writeSync(descriptor, bytes, offset, Math.min(length, this.room), position);
    this.room -= written;
    return written;
  };
}

describe('on a full disk', () => {
  it('rows stay in memory, nothing half-written stays in the file, and they are written when there is room', async () => {
    const errors: MdcBridgeError[] = [];
    const disk = new SmallDisk();
    const folder = await temporaryFolder();
    const store = openStore(folder, { write: disk.write, onError: (error) => errors.push(error) });
    add(store, A, '1');
    await tick();
    const file = await onlyFile(folder);
    const before = await readFile(file);
    disk.room = 10;
    add(store, A, '2');
    await tick();
    add(store, A, '3');
    await tick();
    expect(errors).toMatchObject([{ code: 'storage', reason: 'ENOSPC', place: { file } }]);
    expect(await readFile(file)).toEqual(before);
    expect(store.bytes).toBe(9);
    disk.room = 10_000;
    expect(store.writeNow()).toBe(true);
    const next = openStore(await leftIn(folder));
    expect(await next.adopt()).toMatchObject({ rows: 3, damaged: { files: 0 }, torn: { bytes: 0 } });
    expect(waitingIn(next)[A.name]?.split('|').sort().join('')).toBe('1\r\n2\r\n3\r\n');
  });

  it('rows are written again by themselves', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const disk = new SmallDisk();
    disk.room = 0;
    const folder = await temporaryFolder();
    const store = openStore(folder, { write: disk.write });
    add(store, A, '1');
    await tick();
    disk.room = 10_000;
    await vi.advanceTimersByTimeAsync(1000);
    expect(await readFile(await onlyFile(folder), 'latin1')).toContain('1\r\n');
  });

  it('rows are sent all the same, from memory and from files, and their room is free then', async () => {
    const disk = new SmallDisk();
    const folder = await temporaryFolder();
    const store = openStore(folder, { write: disk.write, maxUnwrittenBytes: 3000 });
    add(store, A, 'on the disk');
    await tick();
    disk.room = 0;
    for (let round = 0; round < 20; round += 1) {
      for (let i = 0; i < 10; i += 1) expect(add(store, A, `${round}`.padEnd(98))).toBe(true);
      await tick();
      const text = textOf(store.seal(A.name));
      if (round === 0) expect(text).toMatch(/^on the disk\r\n0/);
      expect(text.match(new RegExp(`^${round} `, 'gm'))).toHaveLength(10);
      sendAll(store);
      expect(store.bytes).toBe(0);
    }
    await store.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('no more is taken than memory may hold; what is lost with the process is counted', async () => {
    const disk = new SmallDisk();
    disk.room = 0;
    const store = openStore(await temporaryFolder(), { write: disk.write, maxUnwrittenBytes: 5000 });
    let taken = 0;
    while (add(store, A, 'x'.repeat(98))) {
      taken += 1;
      await tick();
    }
    expect(taken).toBeGreaterThan(20);
    expect(taken).toBeLessThanOrEqual(50);
    expect(store.abandon()).toBe(taken);
  });

  it('nothing is lost of what is in files', async () => {
    const store = openStore(await temporaryFolder());
    add(store, A, '1');
    expect(store.abandon()).toBe(0);
  });
});
