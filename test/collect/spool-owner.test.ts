import { readdir, readFile, rename, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { formatSpoolName, parseSpoolName } from '../../src/collect/spool/spool-name.js';
import { type SpoolOwner, thisOwner } from '../../src/collect/spool/spool-owner.js';
import type { MdcBridgeError } from '../../src/errors.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { A, add, DEAD, leftIn, onlyFile, openStore, sendAll, textOf } from './spool-stores.js';

describe('a spool file’s owner', () => {
  const here = thisOwner();
  const cases: readonly (readonly [string, SpoolOwner, silentS: number, isLeft: boolean])[] = [
    ['lives: this process', here, 600, false],
    ['has ended: a former process of this process’s number', { ...here, start: '1' }, 0, true],
    ['has ended: no such process', DEAD, 0, true],
    ['has ended: its number is another’s now', { ...here, pid: process.ppid, start: '1' }, 0, true],
    ['may live, in another container', { ...here, pid: 1, space: '1' }, 25, false],
    ['has ended, in another container: silent for half a minute', { ...here, pid: 1, space: '1' }, 35, true],
    ['may live, on another machine', { ...here, host: `not-${hostname()}` }, 50, false],
    ['has ended, on another machine: silent for a minute', { ...here, host: `not-${hostname()}` }, 70, true],
    ['may live, if the machine of this name is another', { ...here, boot: 'ffffffff' }, 50, false],
    ['has ended, before the machine’s start', { ...here, boot: 'ffffffff' }, 70, true],
    ['gave it up', { ...here, pid: 0 }, 0, true],
  ];

  it.each(cases)('%s', async (_case, owner, silentS, isLeft) => {
    const folder = await temporaryFolder();
    add(openStore(folder), A, '1');
    await tick();
    const left = await leftIn(folder, owner);
    const then = Date.now() / 1000 - silentS;
    await utimes(await onlyFile(left), then, then);
    expect(await openStore(left).adopt()).toMatchObject(
      isLeft ? { files: 1, owned: 0 } : { files: 0, owned: 1 },
    );
  });

  it('shows that it lives, also when no row comes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const folder = await temporaryFolder();
    add(openStore(folder), A, '1');
    await tick();
    const file = await onlyFile(folder);
    await utimes(file, 1, 1);
    await vi.advanceTimersByTimeAsync(10_000);
    await vi.waitFor(async () => expect((await stat(file)).mtimeMs).toBeGreaterThan(1e12));
  });

  it('that stood still and lost its file goes on in another, and loses no row', async () => {
    const errors: MdcBridgeError[] = [];
    const folder = await temporaryFolder();
    const store = openStore(folder, { onError: (error) => errors.push(error) });
    add(store, A, '1');
    await tick();
    const file = await onlyFile(folder);
    const name = parseSpoolName(file.split('/').at(-1)!)!;
    const claimed = join(folder, formatSpoolName({ ...name, owner: { ...here, host: 'other' } }));
    await rename(file, claimed);
    const before = await readFile(claimed);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20_000 });
    onTestFinished(() => void vi.useRealTimers());
    add(store, A, '2');
    await tick();
    expect(errors).toMatchObject([{ code: 'conflict', place: { file } }]);
    expect(textOf(store.seal(A.name))).toBe('1\r\n|2\r\n');
    sendAll(store);
    await store.close();
    expect(await readFile(claimed)).toEqual(before);
    expect(await readdir(folder)).toHaveLength(1);
  });
});
