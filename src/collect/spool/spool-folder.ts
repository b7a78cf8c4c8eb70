import { open, readdir, rename, stat, truncate, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { failureAt, isAbsent } from '../../storage/file-failure.js';
import { parseFileFrame, readSpoolContents, type SpoolContents } from './spool-contents.js';
import { SpoolFile } from './spool-file.js';
import { FRAME_HEAD, FRAME_KINDS, isWhole, readFrameHead } from './spool-frame.js';
import { formatSpoolName, ownedByUs, parseSpoolName, type SpoolName, seedOf } from './spool-name.js';
import { isGone } from './spool-owner.js';
import { type SegmentSettings, SpoolSegment } from './spool-segment.js';

/** A destination is an URL of a few hundred characters. */
const FIRST_BYTES = 64 * 1024;

/** A spool file, as a look at its folder shows it. */
export interface SpoolEntry {
  readonly name: SpoolName;
  readonly path: string;
  readonly size: number;
  /** Nobody writes to it any more. */
  readonly isLeft: boolean;
}

/** A folder that is not there holds none. @throws StorageError */
export async function listSpoolFolder(folder: string): Promise<SpoolEntry[]> {
  const entries: SpoolEntry[] = [];
  for (const file of (await namesIn(folder)).sort()) {
    const name = parseSpoolName(file);
    if (name === undefined) continue;
    const path = join(folder, file);
    try {
      const stats = await stat(path);
      if (!stats.isFile()) continue;
      const { size, mtimeMs } = stats;
      entries.push({ name, path, size, isLeft: isGone(name.owner, mtimeMs) });
    } catch (cause) {
      // Somebody has just sent it, or taken it.
      if (!isAbsent(cause)) throw failureAt(path, 'look at', 'the spool file', cause);
    }
  }
  return entries;
}

/** Where a file's rows go, as far as it tells. `empty`: its owner was killed before the first row was whole. */
export type SpoolFileUrl = { readonly url: string } | 'empty' | 'unknown';

/** From the first frame. @throws StorageError */
export async function readSpoolUrl({ path, name }: SpoolEntry): Promise<SpoolFileUrl> {
  const bytes = await firstBytes(path);
  const frame = readFrameHead(bytes, 0, seedOf(name));
  if (bytes.length < FRAME_HEAD) return 'empty';
  if (frame?.kind !== FRAME_KINDS.file) return 'unknown';
  if (frame.end > bytes.length) return bytes.length < FIRST_BYTES ? 'empty' : 'unknown';
  if (!isWhole(bytes, frame, seedOf(name))) return 'unknown';
  const url = parseFileFrame(bytes.subarray(frame.start, frame.end));
  return url === undefined ? 'unknown' : { url };
}

/** A file that was left, and what is in it. */
export interface ClaimedSegment {
  readonly segment: SpoolSegment;
  readonly held: SpoolContents;
}

/**
 * Takes a file that was left: in one step, so that of two processes only one has it. What a kill has cut short at its end is
 * cut off. `undefined`: another one was first.
 *
 * @throws StorageError
 */
export async function claimSegment(
  folder: string,
  entry: SpoolEntry,
  settings: SegmentSettings,
): Promise<ClaimedSegment | undefined> {
  const name = ownedByUs(entry.name);
  const path = join(folder, formatSpoolName(name));
  try {
    // Before it has our name: a fresh claim must not look like a silent owner's.
    const now = new Date();
    await utimes(entry.path, now, now);
    await rename(entry.path, path);
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw failureAt(entry.path, 'claim', 'the spool file', cause);
  }
  let segment: SpoolSegment | undefined;
  const held = await readSpoolContents(path, seedOf(name), {
    read: (batch) => segment?.read(batch) ?? Buffer.alloc(0),
    noteBegin: (batch, at) => segment?.noteBegin(batch, at),
  });
  try {
    if (held.torn !== undefined) await truncate(path, held.size);
  } catch (cause) {
    throw failureAt(path, 'shorten', 'the spool file', cause);
  }
  segment = new SpoolSegment(new SpoolFile(folder, name, held.size), settings, held);
  return { segment, held };
}

export async function hasSpoolFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (cause) {
    if (isAbsent(cause)) return false;
    throw failureAt(folder, 'look at', 'the spool folder', cause);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isAbsent(cause)) return [];
    throw failureAt(folder, 'list', 'the spool folder', cause);
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (isAbsent(cause)) return Buffer.alloc(0);
    throw failureAt(path, 'read', 'the spool file', cause);
  }
}
