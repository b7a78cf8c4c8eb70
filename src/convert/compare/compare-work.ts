import { throwIfAborted } from '../../errors.js';
import { turnEventLoop } from '../../storage/event-loop.js';
import { reopenStorage } from '../../storage/open-storage.js';
import type { Storage, StorageAccess } from '../../storage/storage.js';
import type { ThreadStart, ThreadWork } from '../thread-messages.js';
import { type JobPool, openJobPool, type PoolOptions } from '../thread-pool.js';
import { CallReader } from './call-reader.js';
import { CallWriter } from './call-writer.js';
import type { CompareRules, EventsSide, EventsTask, FileSide, LegacyTask } from './compare-task.js';
import { Tallies, type TallyLists } from './hour-tallies.js';
import { type JoinRules, joinCalls } from './join-calls.js';
import { readEvents } from './read-events.js';
import { readLegacy } from './read-legacy.js';

/** What every thread needs to know once. Storages are opened by each itself. */
export interface CompareSetup {
  readonly legacy: StorageAccess | undefined;
  readonly v2: StorageAccess | undefined;
  /** Where calls are written, by each thread under its own number. */
  readonly folder: string;
  readonly rules: CompareRules;
}

export type CompareJob =
  | { readonly kind: 'events'; readonly task: EventsTask }
  | { readonly kind: 'legacy'; readonly task: LegacyTask }
  | {
      readonly kind: 'join';
      /** One after the other. */
      readonly partitions: readonly number[];
      readonly tags: readonly string[];
      readonly rules: JoinRules;
    };

interface ResultOf {
  readonly events: EventsSide;
  readonly legacy: FileSide;
  readonly join: TallyLists;
}

export type CompareResult<J extends CompareJob> = ResultOf[J['kind']];

export interface ComparePool extends Pick<JobPool<CompareJob, unknown>, 'jobs' | 'finish' | 'close'> {
  run<J extends CompareJob>(job: J): Promise<CompareResult<J>>;
}

export function openComparePool(
  trees: { readonly legacy: Storage; readonly v2: Storage },
  { folder, rules }: Pick<CompareSetup, 'folder' | 'rules'>,
  options: PoolOptions,
): ComparePool {
  const setup: CompareSetup = { legacy: trees.legacy.access, v2: trees.v2.access, folder, rules };
  const pool = openJobPool<CompareJob, unknown>(
    {
      script: new URL('./compare-worker.js', import.meta.url),
      setup,
      inline: workOn(trees, setup, '0'),
      fileOf: (job) => (job.kind === 'join' ? 'calls in the temporary folder' : job.task.object),
    },
    options,
  );
  return {
    jobs: pool.jobs,
    run: async <J extends CompareJob>(job: J) => (await pool.run(job)) as CompareResult<J>,
    finish: () => pool.finish(),
    close: () => pool.close(),
  };
}

/** What one thread does. */
export async function openCompareWork({
  setup,
  thread,
  threads,
}: ThreadStart<CompareSetup>): Promise<ThreadWork<CompareJob, unknown>> {
  const legacy = await reopenStorage(setup.legacy, threads);
  return workOn({ legacy, v2: await reopenStorage(setup.v2, threads) }, setup, String(thread));
}

function workOn(
  { legacy, v2 }: { readonly legacy: Storage; readonly v2: Storage },
  { folder, rules }: CompareSetup,
  tag: string,
): ThreadWork<CompareJob, unknown> {
  const writers = { legacy: lazyWriter(folder, 'legacy', tag), v2: lazyWriter(folder, 'v2', tag) };
  const readers = { legacy: new CallReader(folder, 'legacy'), v2: new CallReader(folder, 'v2') };
  return {
    perform: async (job, signal, onChunk) => {
      const reading = { rules, signal, onChunk };
      if (job.kind === 'events') {
        return await readEvents(job.task, { ...reading, storage: v2, calls: writers.v2.open() });
      }
      if (job.kind === 'legacy') {
        return await readLegacy(job.task, { ...reading, storage: legacy, calls: writers.legacy.open() });
      }
      const tallies = new Tallies(job.rules.maxExamples);
      for (const partition of job.partitions) {
        const [a, b] = [readers.legacy.read(job.tags, partition), readers.v2.read(job.tags, partition)];
        joinCalls(a, b, job.rules, tallies);
        await turnEventLoop();
        throwIfAborted(signal);
      }
      return tallies.lists();
    },
    finish: () => {
      writers.legacy.flush();
      writers.v2.flush();
    },
  };
}

/** A thread that only joins needs none. */
function lazyWriter(
  folder: string,
  side: 'legacy' | 'v2',
  tag: string,
): { open(): CallWriter; flush(): void } {
  let writer: CallWriter | undefined;
  return {
    open: () => {
      writer ??= new CallWriter(folder, side, tag);
      return writer;
    },
    flush: () => writer?.flush(),
  };
}
