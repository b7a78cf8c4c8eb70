import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What it writes is removed before the next begins. */
export async function inFreshFolder<T>(scratch: string, run: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(scratch, 'out');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
