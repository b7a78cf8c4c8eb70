import { firstInstance, formatCollectionPath, parseEventPath } from '../../event/event-path.js';
import type { Storage, StoredObject } from '../../storage/storage.js';
import type { FilePlan, Plan } from '../plan-file.js';
import { claimedInstances, type JournalledSource } from './journalled-sources.js';
import type { VerifyTask } from './verify-task.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The event files that live collection wrote near sources of which it was heeded. */
export class LiveListing {
  readonly #heeding: ReadonlyMap<string, JournalledSource>;
  /** Collection and day → the sources that may have rows without a correlation, in the plan's order. */
  readonly #uncorrelated = new Map<string, FilePlan[]>();
  /** Collection and day → files. */
  readonly #files = new Map<string, StoredObject[]>();

  /** `others`: files of no source of this plan. Nothing is read of them, and nothing else, where no source heeds any. */
  static async open(
    plan: Plan,
    heeding: ReadonlyMap<string, JournalledSource>,
    others: readonly StoredObject[],
    destination: Storage,
    signal: AbortSignal | undefined,
  ): Promise<LiveListing> {
    const listing = new LiveListing(heeding);
    if (heeding.values().every(({ heedsLive }) => !heedsLive)) return listing;
    for (const file of plan.files) listing.#addSource(file);
    const claimed = await claimedInstances(destination, signal);
    for (const object of others) {
      const path = parseEventPath(object.name);
      if (path === undefined || claimed.has(firstInstance(path.instance))) continue;
      const key = `${formatCollectionPath(path)} ${path.hour.slice(0, 10).replaceAll('/', '-')}`;
      const known = listing.#files.get(key);
      if (known === undefined) listing.#files.set(key, [object]);
      else known.push(object);
    }
    return listing;
  }

  private constructor(heeding: ReadonlyMap<string, JournalledSource>) {
    this.#heeding = heeding;
  }

  #addSource(file: FilePlan): void {
    const { correlated, rows } = file.counts;
    if (correlated >= rows || this.#heeding.get(file.source)?.heedsLive !== true) return;
    const known = this.#uncorrelated.get(dayOf(file));
    if (known === undefined) this.#uncorrelated.set(dayOf(file), [file]);
    else known.push(file);
  }

  /** The task with what live collection wrote on the days around its source's folder, if that was heeded when it was converted. */
  addTo(task: VerifyTask, file: FilePlan, taskOf: (other: FilePlan) => VerifyTask): VerifyTask {
    if (this.#heeding.get(file.source)?.heedsLive !== true) return task;
    const day = Date.parse(`${file.date}T00:00:00Z`);
    const path = formatCollectionPath(task.path);
    const objects = [-DAY_MS, 0, DAY_MS].flatMap(
      (away) => this.#files.get(`${path} ${new Date(day + away).toISOString().slice(0, 10)}`) ?? [],
    );
    return { ...task, live: { objects, earlier: this.#earlier(file).map(taskOf) } };
  }

  /** Sources of the same collection and day that come before this one, and may have rows without a correlation. */
  #earlier(file: FilePlan): readonly FilePlan[] {
    const all = this.#uncorrelated.get(dayOf(file)) ?? [];
    const at = all.findIndex(({ source }) => source === file.source);
    return all.slice(0, Math.max(0, at));
  }
}

function dayOf({ collection, date }: FilePlan): string {
  return `${collection} ${date}`;
}
