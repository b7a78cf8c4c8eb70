import { randomUUID } from 'node:crypto';
import { type link, open, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAbsent } from './file-failure.js';
import { hasEnded, parseHolder } from './lock-holder.js';
import type { LockHolder } from './storage.js';

export interface LockRhythm {
  /** The holder touches its file so often. */
  readonly beatMs: number;
  /** A file that was not touched for so long is nobody's. */
  readonly silentMs: number;
}

/** Between the lock's name and a taker's own, in the name of a file that is written to be linked into place. */
const UNBORN = '.new-';
/** Of file systems that have no second names for a file: some network drives and blob mounts. */
const NO_LINKS: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EINVAL',
]);

/** A lock's file, as one look shows it. */
export interface LockFile {
  readonly text: string;
  /** None in a text that is no lock's. */
  readonly holder: LockHolder | undefined;
  readonly touched: Date;
  /** Not touched for a minute, or of a process of this machine that has ended. */
  readonly isSilent: boolean;
}

/** Text and time are of the same file, whatever is put in its place meanwhile. Absent: `undefined`. */
export async function lookAtLockFile(path: string, { silentMs }: LockRhythm): Promise<LockFile | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { mtime: touched } = await file.stat();
      const text = await file.readFile('utf8');
      const holder = parseHolder(text);
      const isOld = Date.now() - touched.getTime() > silentMs;
      return { text, holder, touched, isSilent: isOld || (holder !== undefined && hasEnded(holder)) };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Whether the file is made now, whole; not if there is one, or if its folder went with another's lock. */
export async function createLockFile(path: string, text: string, name: typeof link): Promise<boolean> {
  const unborn = `${path}${UNBORN}${randomUUID()}`;
  try {
    await writeFile(unborn, text, { flag: 'wx' });
    await name(unborn, path);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (NO_LINKS.has(code)) return await createInPlace(path, text);
    if (isAbsent(error) || code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(unborn, { force: true });
  }
}

/** As `createLockFile`, but a kill in the middle leaves a lock without a holder, which is honoured for a minute. */
async function createInPlace(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(text);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (isAbsent(error) || (error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** What killed takers left. One that is at it now finds its file gone, looks again, and meets the holder. */
export async function sweepUnborn(path: string): Promise<void> {
  const left = (await readdir(dirname(path)).catch(() => [])).filter(
    (file) => file.startsWith(basename(path)) && file.includes(UNBORN),
  );
  await Promise.all(left.map((file) => rm(join(dirname(path), file), { force: true })));
}
