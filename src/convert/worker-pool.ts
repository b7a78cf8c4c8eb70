import type { StorageAddress } from '../storage/open-storage.js';
import type { Storage } from '../storage/storage.js';
import { warnWithoutKernel } from './kernel/kernel.js';
import { type JobContext, performJob } from './perform-job.js';
import type { Source } from './source.js';
import { openJobPool, type PoolWatch } from './thread-pool.js';
import type { Job, JobResult, WorkerSetup } from './worker-messages.js';

/** Something that takes censuses and converts: worker threads, or the calling thread. */
export interface Pool {
  /** So many jobs run at once. */
  readonly size: number;
  /** So many may be asked for at once. */
  readonly jobs: number;
  watch(watch: PoolWatch): void;
  run<J extends Job>(job: J): Promise<JobResult<J>>;
  close(): Promise<void>;
}

/** Only an address can be opened again by a thread; a storage that the caller opened is used where it is. */
export function inCallingThread<O extends { readonly workers?: number }>(
  options: O,
  ...storages: readonly StorageAddress[]
): O {
  return storages.every((storage) => typeof storage === 'string') ? options : { ...options, workers: 0 };
}

/** Without a destination it takes censuses only. Threads open both storages themselves. */
export function openPool(
  { storage, container, id: sourceId }: Source,
  destination: Storage | undefined,
  workers: number | undefined,
): Pool {
  warnWithoutKernel();
  const common = { container, sourceId };
  const setup: WorkerSetup = { ...common, source: storage.access, destination: destination?.access };
  const context: JobContext = {
    ...common,
    source: storage,
    ...(destination === undefined ? {} : { destination }),
  };
  const pool = openJobPool(
    {
      script: new URL('./convert-worker.js', import.meta.url),
      setup,
      inline: { perform: (job: Job, signal, onChunk) => performJob(job, context, signal, onChunk) },
      fileOf: ({ task }) => task.source,
    },
    { workers },
  );
  return {
    watch: (watch) => {
      storage.heed?.(watch.signal);
      destination?.heed?.(watch.signal);
      pool.watch(watch);
    },
    size: pool.size,
    jobs: pool.jobs,
    // Which result belongs to which job is known by its kind.
    run: async <J extends Job>(job: J) => (await pool.run(job)) as JobResult<J>,
    close: () => pool.close(),
  };
}
