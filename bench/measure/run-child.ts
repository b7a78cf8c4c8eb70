import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromChild, Job, Measure } from './job.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Runs a job in a fresh process of this Node. @throws Error with the child's own stack if it fails. */
export function runChild(job: Job, environment: Readonly<Record<string, string>> = {}): Promise<Measure> {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, [JSON.stringify(job)], {
      env: { ...process.env, ...environment },
      // Type stripping is stable in the Node that runs this, and warns in none; our library's warnings should be seen.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let told: FromChild | undefined;
    child.on('message', (message) => {
      told = message as FromChild;
    });
    child.on('error', reject);
    child.on('exit', (status, signal) => {
      if (told?.kind === 'done') resolve(told.measure);
      else reject(new Error(`${job.kind} failed: ${told?.error ?? `it ended with ${signal ?? status}`}`));
    });
  });
}
