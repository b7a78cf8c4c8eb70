import { newDecisions } from '../convert/claim-planned.js';
import { makeConvertTask } from '../convert/convert-task.js';
import type { Journal } from '../convert/journal.js';
import { planSource } from '../convert/plan.js';
import type { FilePlan, Plan, StoppedCollection, WaitingSource } from '../convert/plan-file.js';
import { planJson } from '../convert/plan-json.js';
import { planName, type Source } from '../convert/source.js';
import { writeIfChanged } from '../convert/stored-text.js';
import type { Pool } from '../convert/worker-pool.js';
import { MdcBridgeError } from '../errors.js';
import { formatCollectionPath } from '../event/event-path.js';
import type { Storage, StoredObject } from '../storage/storage.js';
import { decisionsOf } from './convert-last-part.js';
import { GrowingPlan } from './growing-plan.js';
import { mergeDays } from './merge-days.js';
import { settledSource } from './settled-view.js';
import type { SyncOptions } from './sync-options.js';
import { dayOf } from './whole-days.js';

export interface PlanKeeperContext {
  readonly source: Source;
  readonly destination: Storage;
  readonly journal: Journal;
  readonly pool: Pool;
  readonly options: SyncOptions;
  readonly signal: AbortSignal;
}

/** The plan of a tree that grows: made once, and then day by day for what is new in it. */
export class PlanKeeper {
  /** Collections, or days, that can't go on, and why. */
  readonly stopped: Map<string, string> = new Map();
  readonly #context: PlanKeeperContext;
  #growing: GrowingPlan | undefined;

  constructor(context: PlanKeeperContext, plan: Plan | undefined) {
    this.#context = context;
    if (plan !== undefined) this.#growing = new GrowingPlan(plan);
  }

  /** As it is now. Costs a reading of all its files after each change of one: asked for once, before sources are converted. */
  get plan(): Plan | undefined {
    return this.#growing?.settle();
  }

  /** See `GrowingPlan.decided`. */
  get decided(): Omit<Plan, 'files'> | undefined {
    return this.#growing?.decided;
  }

  /** See `stopped`. */
  stops(): StoppedCollection[] {
    return [...this.stopped].map(([collection, why]) => ({ collection, why }));
  }

  file(source: string): FilePlan | undefined {
    return this.#growing?.file(source);
  }

  /** Nothing is done if it says so already. */
  put(file: FilePlan): void {
    if (JSON.stringify(this.file(file.source)) !== JSON.stringify(file)) this.#growing?.put(file);
  }

  isStopped(file: FilePlan): boolean {
    const collection = this.decided?.collections[file.collection];
    return (
      this.stopped.has(dayOf(file.source)) ||
      (collection !== undefined && this.stopped.has(formatCollectionPath(collection)))
    );
  }

  /** Plans everything, as far as it has settled. */
  async begin(ends: ReadonlyMap<string, number>): Promise<void> {
    const { source, options, pool, signal } = this.#context;
    this.#growing = new GrowingPlan(
      await planSource(settledSource(source, ends), { ...options, signal }, pool),
    );
  }

  /**
   * Plans whole days again; `objects` are their sources that changed, by name. Gives the sources that are to be converted again
   * because their collection's columns have changed.
   */
  async planDays(
    days: ReadonlySet<string>,
    objects: ReadonlyMap<string, StoredObject>,
    ends: ReadonlyMap<string, number>,
    replaced: ReadonlySet<string>,
  ): Promise<readonly string[]> {
    const before = this.plan;
    if (before === undefined || this.#growing === undefined) return [];
    const view = viewOf(before, days, objects).filter(({ name }) => ends.get(name) !== 0);
    const planned = view.length === 0 ? undefined : await this.#planView(before, days, view, ends);
    if (planned === undefined) return [];
    const { onTypeChange: policy = 'stop' } = this.#context.options;
    const merged = mergeDays(this.#growing, planned, { policy, replaced });
    for (const [collection, why] of merged.stopped) this.#stop(collection, why);
    const after = this.#growing.settle();
    this.#carryOver(before, after, merged.widened);
    await this.claim();
    return after.files
      .values()
      .filter((file) => merged.changed.has(pathOf(after, file)))
      .map(({ source: name }) => name)
      .toArray();
  }

  /** Absent: somebody must decide something about these days first. */
  async #planView(
    { source: { include = [], exclude = [] }, settings }: Plan,
    days: ReadonlySet<string>,
    view: readonly StoredObject[],
    ends: ReadonlyMap<string, number>,
  ): Promise<Plan | undefined> {
    const { source, pool, signal } = this.#context;
    try {
      const asked = { ...settings, include, exclude, signal };
      return await planSource(settledSource(source, ends, view), asked, pool);
    } catch (error) {
      if (!(error instanceof MdcBridgeError) || error.code !== 'plan') throw error;
      for (const day of days) this.#stop(day, error.message);
      return undefined;
    }
  }

  /** A later run must agree with this, or be told otherwise. The plan comes first: after a kill it is what counts. */
  async claim(): Promise<void> {
    const { journal } = this.#context;
    const { decided } = this;
    if (decided === undefined) return;
    const entries = newDecisions(decided, journal);
    if (entries.length === 0) return;
    await this.#write();
    await journal.append(...entries);
  }

  async write(waiting: readonly WaitingSource[]): Promise<void> {
    this.#growing?.putHeld({ waiting, stopped: this.stops() });
    await this.#write();
  }

  async #write(): Promise<void> {
    const { destination, source } = this.#context;
    if (this.#growing === undefined) return;
    if (!this.#growing.isChanged) return;
    const plan = this.#growing.settle();
    await writeIfChanged({ storage: destination, name: planName(source.id) }, () => planJson(plan));
    this.#growing.isChanged = false;
  }

  #stop(what: string, why: string): void {
    if (this.stopped.get(what) === why) return;
    this.stopped.set(what, why);
    this.#context.options.onStop?.(what, why);
  }

  /** No event of these collections is another under the wider types: what was done is done under them as well. */
  #carryOver(before: Plan, after: Plan, widened: ReadonlySet<string>): void {
    const { journal } = this.#context;
    for (const file of widened.size === 0 ? [] : before.files) {
      const entry = journal.sources.get(file.source);
      const now = this.file(file.source);
      if (entry === undefined || now === undefined || !widened.has(pathOf(before, file))) continue;
      if (makeConvertTask(before, file).fingerprint !== entry.fingerprint) continue;
      const { followed } = entry;
      journal.note({
        kind: 'source',
        ...entry,
        fingerprint: makeConvertTask(after, { ...file, name: now.name, collection: now.collection })
          .fingerprint,
        ...(followed === undefined
          ? {}
          : {
              followed: {
                ...followed,
                decisions: decisionsOf(after, { ...file, name: now.name, collection: now.collection }),
              },
            }),
      });
    }
  }
}

/** The sources of these days, in the order of their names' bytes: those that changed, and the plan's others. */
function viewOf(
  { files, source: { prefix } }: Plan,
  days: ReadonlySet<string>,
  changed: ReadonlyMap<string, StoredObject>,
): StoredObject[] {
  const objects = new Map(changed);
  for (const { source, size, etag } of files) {
    if (!days.has(dayOf(source)) || objects.has(source)) continue;
    objects.set(source, { name: source.slice(prefix.length), size, etag });
  }
  return [...objects.values()].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

function pathOf({ collections }: Plan, { collection }: FilePlan): string {
  const found = collections[collection];
  return found === undefined ? '' : formatCollectionPath(found);
}
