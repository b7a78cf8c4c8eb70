import { StorageError, serializeError } from '../errors.js';
import { isChanged, type Storage } from '../storage/storage.js';
import type { ConvertTask } from './convert-task.js';
import type { Journal } from './journal.js';
import { isRegular } from './kernel/convert-file-fast.js';
import { inLanes } from './lanes.js';
import { isOverLimit, type MaxRejects } from './max-rejects.js';
import { ARCHIVED } from './plan/list-sources.js';
import type { Plan } from './plan-file.js';
import { ProgressMeter } from './progress.js';
import { ProgressNote } from './progress-note.js';
import { namesOf, removeOthers } from './remove-others.js';
import { addUp, type ConvertReport, type SourceResult, type WhyAgain } from './report.js';
import type { RunOptions } from './run-options.js';
import { discardSegments, joinSegments, makeSegments } from './segments.js';
import type { Source } from './source.js';
import type { WorkLeft } from './work-left.js';
import type { Pool } from './worker-pool.js';

/** Of a file that is split; few, since the hours between two of them are put together from parts. */
const SEGMENTS_PER_THREAD = 2;

/** One run's sources, converted by the pool, each journalled when its files are visible. */
export class ConversionRun {
  readonly #destination: Storage;
  readonly #journal: Journal;
  readonly #options: RunOptions & { readonly maxRejects?: MaxRejects };
  readonly #changed: string[] = [];
  readonly #failed: { source: string; error: string }[] = [];
  readonly #again: Partial<Record<WhyAgain, number>> = {};
  readonly #meter: ProgressMeter;
  readonly #note: ProgressNote;
  #converted = 0;
  #inHand = 0;
  #interrupted = false;

  constructor(
    source: Source,
    destination: Storage,
    journal: Journal,
    options: RunOptions & { readonly maxRejects?: MaxRejects },
  ) {
    this.#destination = destination;
    this.#journal = journal;
    this.#options = options;
    this.#meter = new ProgressMeter('convert', options.onProgress);
    this.#note = new ProgressNote(destination, source.id);
  }

  async convert({ tasks, bytes, again }: WorkLeft, pool: Pool): Promise<void> {
    this.#meter.expect(tasks.length, bytes);
    pool.watch({ signal: this.#options.signal, onChunk: this.#meter.read.bind(this.#meter) });
    this.#note.start(() => ({ ...this.#meter.progress, inHand: this.#inHand }));
    try {
      let left = bytes;
      await inLanes(pool.jobs, tasks, async (task) => {
        if (this.#stopped()) return;
        // More than a thread's share of what is left: alone with it, the others would soon be idle.
        const isLarge = task.size * pool.size > left;
        left -= task.size;
        this.#inHand += 1;
        await this.#convertOne(
          task,
          again.get(task.source),
          isLarge ? () => this.#convertSplit(task, pool) : () => convertWhole(task, pool),
        );
        this.#inHand -= 1;
      });
    } finally {
      await this.#note.end();
      await this.#journal.flush();
    }
  }

  report(plan: Plan, left: WorkLeft, found: Pick<ConvertReport, 'gone' | 'foreign' | 'live'>): ConvertReport {
    const { sources } = this.#journal;
    const results = plan.files.values().map(({ source }) => sources.get(source));
    const totals = addUp(results.filter((result) => result !== undefined));
    return {
      kind: 'mdc-bridge conversion',
      source: plan.source.url,
      destination: this.#destination.url,
      sourceId: plan.source.id,
      totals,
      converted: this.#converted,
      unchanged: plan.files.length - left.tasks.length,
      again: this.#again,
      ...(this.#journal.cutShort ? { journalCutShort: true } : {}),
      ...(left.checked === undefined ? {} : { checked: left.checked }),
      changed: this.#changed,
      failed: this.#failed,
      ...archivedIn(plan),
      ...found,
      rejectsOverLimit: isOverLimit(totals, this.#options.maxRejects ?? 0),
      interrupted: this.#interrupted,
      seconds: this.#meter.seconds,
    };
  }

  #stopped(): boolean {
    if (this.#options.signal?.aborted === true) this.#interrupted = true;
    return this.#interrupted;
  }

  async #convertOne(
    task: ConvertTask,
    why: WhyAgain | undefined,
    run: () => Promise<SourceResult>,
  ): Promise<void> {
    try {
      const result = await run();
      const before = this.#journal.sources.get(task.source);
      this.#journal.note({ kind: 'source', ...result });
      await removeOthers(this.#destination, namesOf(before), result.outputs);
      this.#converted += 1;
      if (why !== undefined) this.#again[why] = (this.#again[why] ?? 0) + 1;
      this.#meter.fileDone();
    } catch (error) {
      if (this.#stopped()) return;
      if (isChanged(error)) this.#changed.push(task.source);
      else if (!isOfSource(error, task)) throw error;
      else this.#failed.push({ source: task.source, error: serializeError(error).message });
    }
  }

  /** By all threads at once, if it can be split. */
  async #convertSplit(task: ConvertTask, pool: Pool): Promise<SourceResult> {
    const segments =
      pool.size > 1 && isRegular(task) ? makeSegments(task, pool.size * SEGMENTS_PER_THREAD) : [];
    if (segments.length < 2) return await convertWhole(task, pool);
    const settled = await Promise.allSettled(
      segments.map((segment) => pool.run({ kind: 'segment', task, segment })),
    );
    const results = settled.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
    const failure = settled.find((one) => one.status === 'rejected');
    if (failure !== undefined) {
      await discardSegments(results, this.#destination);
      throw failure.reason;
    }
    const joined = await joinSegments(task, results, this.#destination);
    if (joined !== undefined) return joined;
    // What its regular segments had told is void.
    results.forEach((result, i) => {
      const { start = 0, end = 0 } = segments[i] ?? {};
      if (result !== 'irregular') this.#meter.read(start - end, -result.counts.lines);
    });
    return await convertWhole(task, pool);
  }
}

function archivedIn({ leftOut }: Plan): Pick<ConvertReport, 'archived'> {
  const found = leftOut.find(({ why }) => why === ARCHIVED);
  return found === undefined ? {} : { archived: { sources: found.count, bytes: found.bytes } };
}

async function convertWhole(task: ConvertTask, pool: Pool): Promise<SourceResult> {
  return await pool.run({ kind: 'convert', task });
}

/** A file that can't be read; with any other failure no other source would fare better. */
const UNREADABLE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EIO', 'EISDIR', 'ENOENT', 'EARCHIVED']);

/** Whether only this source suffers: neither the destination, nor the network, nor we ourselves. */
export function isOfSource(error: unknown, { object }: Pick<ConvertTask, 'object'>): boolean {
  return (
    error instanceof StorageError &&
    UNREADABLE.has(error.reason) &&
    error.place?.file?.endsWith(object) === true
  );
}
