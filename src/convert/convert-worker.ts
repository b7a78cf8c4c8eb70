import { parentPort, workerData } from 'node:worker_threads';
import { serializeError } from '../errors.js';
import { openJobContext, performJob } from './perform-job.js';
import type { FromWorker, ToWorker, WorkerSetup } from './worker-messages.js';

/** A worker thread: one job at a time, until it is told to stop. */
const port = parentPort;
if (port === null) throw new Error('convert-worker.js is started by the worker pool only');

const abort = new AbortController();
const context = openJobContext(workerData as WorkerSetup);
const say = (message: FromWorker): void => port.postMessage(message);

port.on('message', async (message: ToWorker) => {
  if (message.kind === 'abort') {
    abort.abort();
    return;
  }
  try {
    const onChunk = (bytes: number, rows: number): void => say({ kind: 'progress', bytes, rows });
    say({ kind: 'done', result: await performJob(message.job, await context, abort.signal, onChunk) });
  } catch (error) {
    say({ kind: 'failed', error: serializeError(error) });
  }
});
