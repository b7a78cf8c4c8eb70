import { mkdirSync, statfsSync } from 'node:fs';
import { formatSize } from '../size.ts';

/** Events are at most so much larger than their rows: 1.3 times (numeric), 1.4 (text), 2.0 (wide, for its keys). */
export const MOST_GROWTH = 2.1;

/** @throws Error unless the disk of `folder` has so many bytes left, and a tenth besides. */
export function needRoom(folder: string, bytes: number, what: string): void {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  const needed = Math.ceil(bytes * 1.1);
  if (bavail * bsize >= needed) return;
  throw new Error(
    `${what} needs ${formatSize(needed)} in ${folder}, which has ${formatSize(bavail * bsize)}: ` +
      'free some, take a smaller --size, or name another disk with --work',
  );
}
