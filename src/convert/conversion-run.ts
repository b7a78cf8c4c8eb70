import { MdcBridgeError, serializeError } from '../errors.js';
import type { Storage } from '../storage/storage.js';
import type { ConvertTask } from './convert-task.js';
import type { DestinationState } from './destination.js';
import type { Journal } from './journal.js';
import { isOverLimit, type MaxRejects } from './max-rejects.js';
import type { Plan } from './plan-file.js';
import { ProgressMeter } from './progress.js';
import { addUp, type ConvertReport, type SourceResult } from './report.js';
import type { RunOptions } from './run-options.js';
import type { Source } from './source.js';
import { openPool } from './worker-pool.js';

/** One run's sources, converted by the pool, each journalled when its files are visible. */
export class ConversionRun {
  readonly #source: Source;
  readonly #destination: Storage;
  readonly #journal: Journal;
  readonly #options: RunOptions & { readonly maxRejects?: MaxRejects };
  readonly #changed: string[] = [];
  readonly #failed: { source: string; error: string }[] = [];
  readonly #meter: ProgressMeter;
  #converted = 0;
  #interrupted = false;

  constructor(
    source: Source,
    destination: Storage,
    journal: Journal,
    options: RunOptions & { readonly maxRejects?: MaxRejects },
  ) {
    this.#source = source;
    this.#destination = destination;
    this.#journal = journal;
    this.#options = options;
    this.#meter = new ProgressMeter('convert', options.onProgress);
  }

  async convert(tasks: readonly ConvertTask[]): Promise<void> {
    this.#meter.expect(
      tasks.length,
      tasks.reduce((sum, { size }) => sum + size, 0),
    );
    const setup = {
      source: this.#source.storage.url,
      destination: this.#destination.url,
      container: this.#source.container,
      sourceId: this.#source.id,
    };
    const context = { ...setup, source: this.#source.storage, destination: this.#destination };
    const { signal, workers } = this.#options;
    const pool = openPool(setup, context, { workers, signal, onChunk: this.#meter.read.bind(this.#meter) });
    try {
      // Large files first, so that the last one in hand is a small one.
      const ordered = tasks.toSorted((a, b) => b.size - a.size);
      let next = 0;
      const lane = async (): Promise<void> => {
        for (let task = ordered[next]; task !== undefined && !this.#stopped(); task = ordered[next]) {
          next += 1;
          await this.#convertOne(task, (job) => pool.run({ kind: 'convert', task: job }));
        }
      };
      await Promise.all(Array.from({ length: Math.min(pool.size, tasks.length) }, lane));
    } finally {
      await pool.close();
    }
  }

  report(
    plan: Plan,
    tasks: readonly ConvertTask[],
    left: number,
    { foreign }: DestinationState,
  ): ConvertReport {
    const done = tasks
      .map(({ source }) => this.#journal.sources.get(source))
      .filter((result) => result !== undefined);
    const totals = addUp(done);
    return {
      kind: 'mdc-bridge conversion',
      source: plan.source.url,
      destination: this.#destination.url,
      sourceId: plan.source.id,
      totals,
      converted: this.#converted,
      unchanged: tasks.length - left,
      changed: this.#changed,
      failed: this.#failed,
      foreign,
      rejectsOverLimit: isOverLimit(totals, this.#options.maxRejects ?? 0),
      interrupted: this.#interrupted,
      seconds: this.#meter.seconds,
    };
  }

  #stopped(): boolean {
    if (this.#options.signal?.aborted === true) this.#interrupted = true;
    return this.#interrupted;
  }

  async #convertOne(task: ConvertTask, run: (task: ConvertTask) => Promise<SourceResult>): Promise<void> {
    try {
      const now = await this.#source.storage.stat(task.object);
      if (now?.etag !== task.etag) {
        this.#changed.push(task.source);
        return;
      }
      const result = await run(task);
      const before = this.#journal.sources.get(task.source);
      await this.#journal.append({ kind: 'source', ...result });
      await this.#removeStale(before, result);
      this.#converted += 1;
      this.#meter.fileDone();
    } catch (error) {
      if (this.#stopped()) return;
      if (isFatal(error)) throw error;
      this.#failed.push({ source: task.source, error: serializeError(error).message });
    }
  }

  /** Files that an earlier conversion of the source wrote and this one did not. */
  async #removeStale(before: SourceResult | undefined, now: SourceResult): Promise<void> {
    const kept = new Set(now.outputs.map(({ name }) => name));
    for (const { name } of before?.outputs ?? []) {
      if (!kept.has(name)) await this.#destination.remove(name);
    }
  }
}

/** No other source would fare better: the disk is full, DEST can't be written, or we are wrong. */
function isFatal(error: unknown): boolean {
  if (!(error instanceof MdcBridgeError)) return true;
  return error.code !== 'storage' || !('reason' in error) || error.reason !== 'ENOENT';
}
