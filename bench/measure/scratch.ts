import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /^run-(\d+)$/;

/** This run's own folder for plans and outputs: gigabytes that must not outlive it. */
export function scratchFolder(work: string): string {
  return join(work, `run-${process.pid}`);
}

/** What runs that were killed have left behind. */
export function removeAbandoned(work: string): void {
  if (!existsSync(work)) return;
  for (const name of readdirSync(work)) {
    const [, pid] = NAME.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(work, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be signalled, but is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
