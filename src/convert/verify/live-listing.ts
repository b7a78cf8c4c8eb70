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
  /** Collection → day (`2026-11-22`) → files. */
  readonly #files = new Map<string, Map<string, StoredObject[]>>();

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
      listing.#addFile(formatCollectionPath(path), path.hour.slice(0, 10).replaceAll('/', '-'), object);
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

  #addFile(path: string, day: string, object: StoredObject): void {
    const days = this.#files.get(path) ?? new Map<string, StoredObject[]>();
    this.#files.set(path, days);
    const known = days.get(day);
    if (known === undefined) days.set(day, [object]);
    else known.push(object);
  }

  /** The task with what live collection wrote around the source's days, if that was heeded when it was converted. */
  addTo(task: VerifyTask, file: FilePlan, taskOf: (other: FilePlan) => VerifyTask): VerifyTask {
    if (this.#heeding.get(file.source)?.heedsLive !== true) return task;
    const { first, last } = daysOf(file);
    const objects: StoredObject[] = [];
    for (const [day, files] of this.#files.get(formatCollectionPath(task.path)) ?? []) {
      if (day >= first && day <= last) objects.push(...files);
    }
    return { ...task, live: { objects, earlier: this.#earlier(file).map(taskOf) } };
  }

  /** Sources of the same collection and day that come before this one, and may have rows without a correlation. */
  #earlier(file: FilePlan): readonly FilePlan[] {
    const all = this.#uncorrelated.get(dayOf(file)) ?? [];
    const at = all.findIndex(({ source }) => source === file.source);
    return all.slice(0, Math.max(0, at));
  }
}

/** Of the folder and of the rows' own times, with the days beside them: a row may be of a request of last week. */
function daysOf({ date, firstTime, lastTime }: FilePlan): { readonly first: string; readonly last: string } {
  const days = [date, firstTime ?? date, lastTime ?? date].map((time) => time.slice(0, 10)).sort();
  return { first: dayBeside(days.at(0) ?? date, -DAY_MS), last: dayBeside(days.at(-1) ?? date, DAY_MS) };
}

function dayBeside(day: string, away: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + away).toISOString().slice(0, 10);
}

function dayOf({ collection, date }: FilePlan): string {
  return `${collection} ${date}`;
}
