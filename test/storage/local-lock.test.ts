import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { localLockHolder, takeLocalLock } from '../../src/storage/local-lock.js';
import type { LockRhythm } from '../../src/storage/lock-file.js';
import type { Lock, LockHolder } from '../../src/storage/storage.js';
import { errorOf } from '../support/error-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const HERE: LockHolder = {
  host: hostname(),
  pid: process.pid,
  since: '2026-11-22T07:40:00.000Z',
  command: 'mdc-bridge convert a b',
};
const ELSEWHERE: LockHolder = { ...HERE, host: 'elsewhere', pid: 1 };
/** Fast enough for a test. */
const RHYTHM: LockRhythm = { beatMs: 10, silentMs: 60_000 };

async function lockPath(): Promise<string> {
  return join(await temporaryFolder(), 'out/_migration/tree-1/lock');
}

async function take(path: string, rhythm: LockRhythm = RHYTHM): Promise<Lock> {
  const lock = await takeLocalLock(path, HERE, rhythm);
  onTestFinished(() => lock.release());
  return lock;
}

/** A lock file as another process has left it, so many seconds ago. */
async function leave(path: string, content: string | LockHolder, secondsAgo: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : `${JSON.stringify(content)}\n`);
  const then = Date.now() / 1000 - secondsAgo;
  await utimes(path, then, then);
}

function textIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return 'gone';
  }
}

/** Of a process of this machine that has ended. */
const PID_OF_NOBODY: number = spawnSync(process.execPath, ['--version']).pid;

describe('a lock file that another process has left', () => {
  it('is its own for a minute', async () => {
    const path = await lockPath();
    await leave(path, ELSEWHERE, 50);
    const error = await errorOf(takeLocalLock(path, HERE));
    expect(error).toMatchObject({ code: 'conflict', place: { file: path } });
    expect(error.message).toContain('process 1 on elsewhere, since 2026-11-22T07:40:00.000Z');
    expect(await localLockHolder(path)).toEqual(ELSEWHERE);
  });

  it('is nobody’s when it was not touched for longer', async () => {
    const path = await lockPath();
    await leave(path, ELSEWHERE, 70);
    expect(await localLockHolder(path)).toBeUndefined();
    await take(path);
    expect(await localLockHolder(path)).toEqual(HERE);
    expect(await readdir(dirname(path))).toEqual(['lock']);
  });

  it('is nobody’s at once when its process, of this machine, has ended', async () => {
    const path = await lockPath();
    await leave(path, { ...HERE, pid: PID_OF_NOBODY }, 0);
    expect(await localLockHolder(path)).toBeUndefined();
    await take(path);
  });

  it('is its own while its process, of this machine, lives', async () => {
    const path = await lockPath();
    await leave(path, { ...HERE, pid: process.ppid }, 50);
    expect(await errorOf(takeLocalLock(path, HERE))).toMatchObject({ code: 'conflict' });
  });

  for (const content of [
    '',
    'garbage',
    '{"host":"x"}',
    'null',
    '{"host":1,"pid":-1,"since":"","command":""}',
  ]) {
    it(`and that holds no holder (${content || 'empty'}) is respected for a minute too, and no longer`, async () => {
      const path = await lockPath();
      await leave(path, content, 50);
      const error = await errorOf(takeLocalLock(path, HERE));
      expect(error.message).toContain("somebody whose lock can't be read");
      expect(await localLockHolder(path)).toMatchObject({ pid: 0 });
      await leave(path, content, 70);
      await take(path);
    });
  }

  it('goes to exactly one of many who find it silent, at once or one shortly after the other', async () => {
    for (let round = 0; round < 60; round += 1) {
      const path = await lockPath();
      await leave(path, round % 2 === 0 ? { ...HERE, pid: PID_OF_NOBODY } : 'garbage', 70);
      const settled = await Promise.allSettled(
        Array.from({ length: 6 }, async (_, taker) => {
          for (let turns = 0; turns < (taker * round) % 40; turns += 1) await setImmediate();
          return await take(path);
        }),
      );
      expect(settled.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
      expect(await readdir(dirname(path))).toEqual(['lock']);
      expect(await localLockHolder(path)).toEqual(HERE);
    }
  });

  it('is taken over though an earlier taker was killed in the middle of that', async () => {
    const path = await lockPath();
    await leave(path, ELSEWHERE, 70);
    await leave(`${path}.next`, { ...HERE, pid: PID_OF_NOBODY }, 0);
    await take(path);
    expect(await readdir(dirname(path))).toEqual(['lock']);
  });
});

describe('a lock file that is being made', () => {
  it('is never seen without its holder', async () => {
    const path = await lockPath();
    const seen = new Set<string>();
    let isDone = false;
    const watch = async (): Promise<void> => {
      while (!isDone) {
        if (existsSync(path)) seen.add(textIfThere(path));
        await setImmediate();
      }
    };
    const watching = watch();
    for (let round = 0; round < 200; round += 1) await (await takeLocalLock(path, HERE)).release();
    isDone = true;
    await watching;
    expect(seen.size).toBeGreaterThan(1);
    for (const text of seen) expect(text).toMatch(/^(?:gone|\{.*\}\n)$/);
  });

  it('by a taker that is killed in the middle of it is nobody’s at once; what is left goes with the next taker', async () => {
    const path = await lockPath();
    const killed = takeLocalLock(path, HERE, RHYTHM, async (from) => {
      await link(from, `${from}-kept`);
      throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    expect(await readdir(dirname(path))).toEqual([expect.stringMatching(/^lock\.new-.*-kept$/)]);
    await leave(`${path}.next.new-1`, ELSEWHERE, 0);
    await leave(join(dirname(path), 'journal.jsonl'), '', 0);
    await take(path);
    expect((await readdir(dirname(path))).sort()).toEqual(['journal.jsonl', 'lock']);
  });

  for (const code of ['EPERM', 'ENOTSUP', 'ENOSYS']) {
    it(`is made where no file can have two names (${code}), by one of many too`, async () => {
      const path = await lockPath();
      const nameless = async (): Promise<never> => {
        throw Object.assign(new Error('refused'), { code });
      };
      const takers = Array.from({ length: 6 }, () => takeLocalLock(path, HERE, RHYTHM, nameless));
      const locks = (await Promise.allSettled(takers)).filter((one) => one.status === 'fulfilled');
      expect(locks).toHaveLength(1);
      expect(await localLockHolder(path)).toEqual(HERE);
      expect(await readdir(dirname(path))).toEqual(['lock']);
      await locks[0]?.value.release();
    });
  }
});

describe('a held lock file', () => {
  it('is touched, so that others see its holder live', async () => {
    const path = await lockPath();
    const lock = await take(path);
    await utimes(path, 1, 1);
    await vi.waitFor(async () => expect((await stat(path)).mtimeMs).toBeGreaterThan(Date.now() - 5000));
    expect(lock.lost.aborted).toBe(false);
  });

  it('that another has taken over is lost, with the error that says to whom; its release leaves the other’s', async () => {
    const path = await lockPath();
    const lock = await take(path);
    await leave(path, ELSEWHERE, 0);
    await vi.waitFor(() => expect(lock.lost.aborted).toBe(true));
    expect(lock.lost.reason).toMatchObject({ code: 'conflict', place: { file: path } });
    expect(String(lock.lost.reason)).toContain('held by process 1 on elsewhere');
    await lock.release();
    expect(await readFile(path, 'utf8')).toContain('elsewhere');
  });

  it('that is gone is lost', async () => {
    const path = await lockPath();
    const lock = await take(path);
    await rm(path);
    await vi.waitFor(() => expect(lock.lost.aborted).toBe(true));
    expect(String(lock.lost.reason)).toContain('it is gone');
  });

  it('that can’t be touched is lost when its minute is over, and not before', async () => {
    const path = await lockPath();
    const lock = await take(path, { beatMs: 10, silentMs: 300 });
    await rm(path);
    await mkdir(path);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(lock.lost.aborted).toBe(false);
    await vi.waitFor(() => expect(lock.lost.aborted).toBe(true));
    expect(String(lock.lost.reason)).toContain('could not be renewed');
    await rm(path, { recursive: true });
  });

  it('leaves no file when it is released, and no folder that it had to make', async () => {
    const path = await lockPath();
    const root = join(dirname(path), '../..');
    await (await takeLocalLock(path, HERE)).release();
    expect(existsSync(root)).toBe(false);
    await mkdir(join(root, '_migration'), { recursive: true });
    await (await takeLocalLock(path, HERE)).release();
    expect(await readdir(root, { recursive: true })).toEqual(['_migration']);
    const lock = await takeLocalLock(path, HERE);
    await writeFile(join(dirname(path), 'plan.json'), '');
    await lock.release();
    expect(await readdir(dirname(path))).toEqual(['plan.json']);
  });
});
