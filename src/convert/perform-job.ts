import { MdcBridgeError } from '../errors.js';
import { reopenStorage } from '../storage/open-storage.js';
import type { Storage } from '../storage/storage.js';
import { takeCensus } from './census/take-census.js';
import { convertFile } from './convert-file.js';
import { convertFileFast, convertSegment } from './kernel/convert-file-fast.js';
import { takeCensusFast } from './kernel/take-census-fast.js';
import type { Job, JobResult, WorkerSetup } from './worker-messages.js';

/** The storages of a run, opened once in each thread that works for it. */
export interface JobContext extends Omit<WorkerSetup, 'source' | 'destination'> {
  readonly source: Storage;
  readonly destination?: Storage;
}

export async function openJobContext(setup: WorkerSetup, threads: number): Promise<JobContext> {
  const { destination, ...rest } = setup;
  return {
    ...rest,
    source: await reopenStorage(setup.source, threads),
    ...(destination === undefined ? {} : { destination: await reopenStorage(destination, threads) }),
  };
}

/** The kernel takes what it can; the rest is the reference path's. Both come to the same. */
export async function performJob(
  job: Job,
  context: JobContext,
  signal: AbortSignal,
  onChunk: (bytes: number, rows: number) => void,
): Promise<JobResult<Job>> {
  const { source, destination, container, sourceId } = context;
  source.heed?.(signal);
  destination?.heed?.(signal);
  if (job.kind === 'census') {
    const reading = { source, signal, onChunk };
    return (await takeCensusFast(job.task, reading)) ?? (await takeCensus(job.task, reading));
  }
  if (destination === undefined) throw new MdcBridgeError('internal', 'a conversion needs a destination');
  const writing = { source, destination, container, sourceId, signal, onChunk };
  if (job.kind === 'segment') return await convertSegment(job.task, job.segment, writing);
  return (await convertFileFast(job.task, writing)) ?? (await convertFile(job.task, writing));
}
