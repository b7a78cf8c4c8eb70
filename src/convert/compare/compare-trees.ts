import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abortedError, throwIfAborted } from '../../errors.js';
import { formatCollectionPath } from '../../event/event-path.js';
import { openStorage, type StorageAddress } from '../../storage/open-storage.js';
import { inLanes } from '../lanes.js';
import { planMigration } from '../plan.js';
import { ProgressMeter } from '../progress.js';
import { openSource } from '../source.js';
import { readStageRecords } from '../stage-records.js';
import { inCallingThread } from '../worker-pool.js';
import { PARTITIONS } from './call-record.js';
import { CollectionSides } from './collection-sides.js';
import { type CompareInput, pendingFrom } from './compare-input.js';
import { type CompareOptions, resolveCompareOptions } from './compare-options.js';
import type { CompareRules, EventsTask, LegacyTask } from './compare-task.js';
import { type ComparePool, openComparePool } from './compare-work.js';
import { Tallies } from './hour-tallies.js';
import { type LegacyTasks, legacyTasks } from './legacy-tasks.js';
import { type ListedEvents, listEvents } from './list-events.js';
import { makeReport } from './make-report.js';
import type { CompareReport } from './report.js';
import { requireV2Root } from './require-v2-root.js';

/**
 * Compares a legacy tree and a v2 tree that were written at the same time, call by call: by correlation id and part, and value by value
 * under the mapping's rules. The order of columns does not count, nor how a number is written. Changes nothing.
 *
 * Memory: what a plan takes, the names of the event files, some numbers an hour, and 1/256 of 96 bytes for each call of both sides,
 * which are in a temporary folder meanwhile.
 *
 * @throws MdcBridgeError `source` if there is no legacy file to compare or no v2 root, `plan` if its names need a decision, `conflict` for a record of
 *   stages that can't be read, `usage`, `storage`, `aborted`.
 */
export async function compareTrees(
  legacy: StorageAddress,
  v2: StorageAddress,
  options: CompareOptions = {},
): Promise<CompareReport> {
  const settings = resolveCompareOptions(options);
  const folder = await mkdtemp(join(tmpdir(), 'mdc-bridge-compare-'));
  const run = inCallingThread(options, legacy, v2);
  try {
    const at = options.now ?? new Date();
    const trees = {
      legacy: (await openSource(legacy, options)).storage,
      v2: await openStorage(v2, 'v2', options.storage),
    };
    await requireV2Root(trees.v2, options.signal);
    const plan = await planMigration(legacy, run);
    const stages = await readStageRecords(trees.v2, options.signal);
    return await new Comparison({ plan, trees, settings, stages, folder, at }, run).run();
  } catch (error) {
    if (options.signal?.aborted === true) throw abortedError(options.signal);
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Their counts are added up before they are handed over. */
const PARTITIONS_A_JOB = 32;

class Comparison {
  readonly #input: CompareInput;
  readonly #options: CompareOptions;
  readonly #rules: CompareRules;
  readonly #meter: ProgressMeter;
  readonly #sides: CollectionSides;

  constructor(input: CompareInput, options: CompareOptions) {
    this.#input = input;
    this.#options = options;
    this.#rules = rulesOf(input);
    this.#meter = new ProgressMeter('compare', options.onProgress);
    this.#sides = new CollectionSides(input.plan.collections.map(formatCollectionPath));
  }

  async run(): Promise<CompareReport> {
    const { plan, trees, stages } = this.#input;
    const { paths } = this.#sides;
    const events = await listEvents(trees.v2, stages, this.#rules, paths, this.#options.signal);
    const bytes = plan.files.values().reduce((sum, { size }) => sum + size, 0);
    this.#meter.expect(plan.files.length + events.files.length, bytes + events.bytes);
    const { threads, tasks } = await this.#readAll(events);
    const tallies = await this.#join(threads.map(String));
    return await makeReport(this.#input, {
      rules: this.#rules,
      sides: this.#sides,
      tallies,
      events,
      tasks,
    });
  }

  /** Events first: what a column is, they say. */
  async #readAll(
    events: ListedEvents,
  ): Promise<{ readonly threads: readonly number[]; readonly tasks: LegacyTasks }> {
    const pool = this.#openPool();
    try {
      await this.#each(pool, events.files, async (task: EventsTask) => {
        this.#sides.addEvents(task.object, await pool.run({ kind: 'events', task }));
      });
      const tasks = legacyTasks(this.#input, this.#sides);
      await this.#each(pool, tasks, async (task: LegacyTask) => {
        this.#sides.addLegacy(task.object, await pool.run({ kind: 'legacy', task }));
      });
      return { threads: await pool.finish(), tasks };
    } finally {
      await pool.close();
    }
  }

  async #each<T>(
    pool: ComparePool,
    tasks: { readonly length: number; at(index: number): T | undefined },
    act: (task: T) => Promise<void>,
  ): Promise<void> {
    await inLanes(pool.jobs, tasks, async (task) => {
      throwIfAborted(this.#options.signal);
      await act(task);
      this.#meter.fileDone();
    });
  }

  async #join(tags: readonly string[]): Promise<Tallies> {
    const { maxExamples } = this.#input.settings;
    const rules = { ...this.#rules, pendingFrom: pendingFrom(this.#input), maxExamples };
    const tallies = new Tallies(maxExamples);
    const pool = this.#openPool();
    const jobs = Array.from({ length: PARTITIONS / PARTITIONS_A_JOB }, (_, i) =>
      Array.from({ length: PARTITIONS_A_JOB }, (_, k) => i * PARTITIONS_A_JOB + k),
    );
    try {
      await inLanes(pool.jobs, jobs, async (partitions) => {
        throwIfAborted(this.#options.signal);
        tallies.add(await pool.run({ kind: 'join', partitions, tags, rules }));
      });
    } finally {
      await pool.close();
    }
    return tallies;
  }

  #openPool(): ComparePool {
    const { trees, folder } = this.#input;
    const { workers, signal } = this.#options;
    const onChunk = this.#meter.read.bind(this.#meter);
    return openComparePool(trees, { folder, rules: this.#rules }, { workers, signal, onChunk });
  }
}

function rulesOf({ plan, settings }: CompareInput): CompareRules {
  const { since, until, empty, keepAmlColumns, rowId } = plan.settings;
  return {
    writer: settings.writer,
    empty,
    keepAmlColumns,
    since: since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(`${since}Z`),
    until: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(`${until}Z`),
    ...(rowId === undefined ? {} : { rowId }),
  };
}
