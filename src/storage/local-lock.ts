import { randomUUID } from 'node:crypto';
import { link, mkdir, rename, rm, rmdir, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAbsent } from './file-failure.js';
import { Heartbeat } from './heartbeat.js';
import { createLockFile, type LockFile, type LockRhythm, lookAtLockFile, sweepUnborn } from './lock-file.js';
import { heldBy, lockLost, unknownHolder } from './lock-holder.js';
import type { Lock, LockHolder } from './storage.js';

const RHYTHM: LockRhythm = { beatMs: 10_000, silentMs: 60_000 };
/** A taker that meets another in the middle of it looks again, so often at most. */
const LOOKS = 25;
const LOOK_AGAIN_MS = 20;

/**
 * Takes a lock that is a file: made by one process only, since a link to where a file is fails, and touched while it is held. A
 * silent one is replaced in one step by the file `….next`, which again one process only can make: so there is no moment in
 * which two takers both find the place free. The link is of a file that is written before, so no moment shows a lock without
 * its holder, and a kill leaves none.
 *
 * @param name gives a file a second name, as `link` does.
 * @throws MdcBridgeError `conflict` if another holds it; the operating system's errors as they are.
 */
export async function takeLocalLock(
  path: string,
  holder: LockHolder,
  rhythm: LockRhythm = RHYTHM,
  name: typeof link = link,
): Promise<Lock> {
  // The token tells this holding from any other, also of the same process.
  const text = `${JSON.stringify({ ...holder, token: randomUUID() })}\n`;
  let made: string | undefined;
  let found: LockFile | undefined;
  for (let look = 0; look < LOOKS; look += 1) {
    if (look > 0) await sleep(LOOK_AGAIN_MS);
    made ??= await mkdir(dirname(path), { recursive: true });
    if ((await createLockFile(path, text, name)) || (await replaceSilent(path, text, rhythm, name))) {
      await sweepUnborn(path);
      return new LocalLock(path, text, made, rhythm);
    }
    found = await lookAtLockFile(path, rhythm);
    // Without a holder it is being written just now, or is no lock's file.
    if (found?.isSilent === false && found.holder !== undefined) throw heldBy(found.holder, path);
  }
  throw heldBy(found?.holder ?? unknownHolder(found?.touched ?? new Date()), path);
}

/** Nobody, or one that is silent: `undefined`. */
export async function localLockHolder(
  path: string,
  rhythm: LockRhythm = RHYTHM,
): Promise<LockHolder | undefined> {
  const found = await lookAtLockFile(path, rhythm);
  if (found === undefined || found.isSilent) return undefined;
  return found.holder ?? unknownHolder(found.touched);
}

class LocalLock implements Lock {
  readonly #path: string;
  readonly #text: string;
  /** The first of the folders that had to be made for the file. */
  readonly #made: string | undefined;
  readonly #rhythm: LockRhythm;
  readonly #lost = new AbortController();
  readonly #heartbeat: Heartbeat;
  #touched = Date.now();
  #released = false;

  constructor(path: string, text: string, made: string | undefined, rhythm: LockRhythm) {
    this.#path = path;
    this.#text = text;
    this.#made = made;
    this.#rhythm = rhythm;
    this.#heartbeat = new Heartbeat(rhythm.beatMs, () => this.#beat());
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await this.#heartbeat.end();
    if (this.lost.aborted || !(await isOurs(this.#path, this.#text))) return;
    await rm(this.#path, { force: true });
    await this.#removeFolders();
  }

  async #beat(): Promise<void> {
    try {
      const found = await lookAtLockFile(this.#path, this.#rhythm);
      if (found?.text !== this.#text) {
        this.#lose(found?.holder);
        return;
      }
      const now = new Date();
      await utimes(this.#path, now, now);
      this.#touched = now.getTime();
    } catch (error) {
      // A disk may fail for a moment; after a minute of that, others take this holder for silent.
      if (Date.now() - this.#touched > this.#rhythm.silentMs) this.#lose(undefined, error);
    }
  }

  #lose(holder: LockHolder | undefined, cause?: unknown): void {
    this.#heartbeat.stop();
    this.#lost.abort(lockLost(holder, this.#path, cause));
  }

  /** A run that wrote nothing leaves nothing. */
  async #removeFolders(): Promise<void> {
    const made = this.#made;
    if (made === undefined) return;
    for (let folder = dirname(this.#path); folder.startsWith(made); folder = dirname(folder)) {
      try {
        await rmdir(folder);
      } catch {
        return;
      }
    }
  }
}

async function isOurs(path: string, text: string): Promise<boolean> {
  return (await lookAtLockFile(path, RHYTHM))?.text === text;
}

async function replaceSilent(
  path: string,
  text: string,
  rhythm: LockRhythm,
  name: typeof link,
): Promise<boolean> {
  const next = `${path}.next`;
  if ((await lookAtLockFile(path, rhythm))?.isSilent !== true) return false;
  if (!(await createLockFile(next, text, name))) {
    // Its maker may have ended in the middle of this.
    if ((await lookAtLockFile(next, rhythm))?.isSilent === true) await rm(next, { force: true });
    return false;
  }
  try {
    // Another taker may have been here between the look and the file.
    if ((await lookAtLockFile(path, rhythm))?.isSilent === true) {
      await rename(next, path);
      return await isOurs(path, text);
    }
  } catch (error) {
    await rm(next, { force: true });
    if (isAbsent(error)) return false;
    throw error;
  }
  await rm(next, { force: true });
  return false;
}
