import { MdcBridgeError } from '../errors.js';
import { openStorage } from '../storage/open-storage.js';
import type { Storage } from '../storage/storage.js';
import type { FileCensus } from './census/file-census.js';
import { takeCensus } from './census/take-census.js';
import { convertFile } from './convert-file.js';
import type { SourceResult } from './report.js';
import type { Job, WorkerSetup } from './worker-messages.js';

/** The storages of a run, opened once in each thread that works for it. */
export interface JobContext extends Omit<WorkerSetup, 'source' | 'destination'> {
  readonly source: Storage;
  readonly destination?: Storage;
}

export async function openJobContext(setup: WorkerSetup): Promise<JobContext> {
  const { destination, ...rest } = setup;
  return {
    ...rest,
    source: await openStorage(setup.source),
    ...(destination === undefined ? {} : { destination: await openStorage(destination) }),
  };
}

export async function performJob(
  job: Job,
  context: JobContext,
  signal: AbortSignal,
  onChunk: (bytes: number, rows: number) => void,
): Promise<FileCensus | SourceResult> {
  const { source, destination, container, sourceId } = context;
  if (job.kind === 'census') return await takeCensus(job.task, { source, signal, onChunk });
  if (destination === undefined) throw new MdcBridgeError('internal', 'a conversion needs a destination');
  return await convertFile(job.task, { source, destination, container, sourceId, signal, onChunk });
}
