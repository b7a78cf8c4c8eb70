import { parentPort, workerData } from 'node:worker_threads';
import { serializeError } from '../errors.js';
import type { FromThread, ThreadStart, ThreadWork, ToThread } from './thread-messages.js';

/** Makes a script the entry of a pool's threads: one job at a time, until it is told to stop. */
export function answerJobs<Setup, Job, Result>(
  open: (start: ThreadStart<Setup>) => Promise<ThreadWork<Job, Result>>,
): void {
  const port = parentPort;
  if (port === null) throw new Error('this script is started by a thread pool only');
  const abort = new AbortController();
  const opened = open(workerData as ThreadStart<Setup>);
  // The first job says what went wrong; until then it is no unhandled rejection.
  opened.catch(() => undefined);
  const say = (message: FromThread<Result>): void => port.postMessage(message);
  const onChunk = (bytes: number, rows: number): void => say({ kind: 'progress', bytes, rows });

  port.on('message', async (message: ToThread<Job>) => {
    if (message.kind === 'abort') {
      abort.abort();
      return;
    }
    try {
      const work = await opened;
      if (message.kind === 'job') {
        say({ kind: 'done', result: await work.perform(message.job, abort.signal, onChunk) });
      } else {
        work.finish?.();
        say({ kind: 'finished' });
      }
    } catch (error) {
      say({ kind: 'failed', error: serializeError(error) });
    }
  });
}
