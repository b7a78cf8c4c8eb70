import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CollectJob, FromCollectChild, ResultOf } from './job.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Runs a job in a fresh process of this Node. @throws Error with the child's own stack if it fails. */
export function forkJob<J extends CollectJob>(
  job: J,
  environment: Readonly<Record<string, string>> = {},
): Promise<ResultOf<J>> {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, [JSON.stringify(job)], {
      env: { ...process.env, ...environment },
      execArgv: job.kind === 'growth' ? ['--expose-gc'] : [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let told: FromCollectChild | undefined;
    child.on('message', (message) => {
      told = message as FromCollectChild;
    });
    child.on('error', reject);
    child.on('exit', (status, signal) => {
      // A job's kind has one kind of result.
      if (told?.kind === 'done') resolve(told.result as ResultOf<J>);
      else
        reject(new Error(`${job.contender} failed: ${told?.error ?? `it ended with ${signal ?? status}`}`));
    });
  });
}
