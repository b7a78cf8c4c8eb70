import {
  type CollectionPath,
  type EventPath,
  formatCollectionPath,
  hourOf,
  parseEventPath,
} from '../../event/event-path.js';
import { parseStageRecordPath } from '../../event/stage-line.js';
import type { StoredObject } from '../../storage/storage.js';
import { partsOf } from '../convert-task.js';
import type { FilePlan, Plan } from '../plan-file.js';
import type { LiveFile } from './live-file.js';
import type { Watermark } from './live-meeting.js';

/** The sources of one collection and day, in the plan's order, whose rows without a correlation may be live on that day. */
type SameDay = readonly FilePlan[];

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** What live collection has of the plan's collections, within its range. Memory: the names of those files. */
export class LiveTree {
  readonly #plan: Plan;
  /** Collection → start of a day (milliseconds since 1970) → files in the order of their names. */
  readonly #days = new Map<string, Map<number, LiveFile[]>>();
  readonly #stages = new Map<string, StoredObject>();
  #sameDay: ReadonlyMap<string, SameDay> | undefined;

  /** `files`: of nobody's migration; `stages`: the records of writers' stages. */
  constructor(plan: Plan, files: Iterable<StoredObject>, stages: Iterable<StoredObject>) {
    this.#plan = plan;
    for (const file of files) this.#add(file);
    for (const stage of stages) this.#stages.set(parseStageRecordPath(stage.name) ?? '', stage);
  }

  /** Files. */
  get count(): number {
    return this.watermarks().reduce((sum, { files }) => sum + files, 0);
  }

  get isEmpty(): boolean {
    return this.#days.size === 0;
  }

  /** Since when live collection writes, by collection. */
  watermarks(): Watermark[] {
    return [...this.#days].map(([path, days]) => {
      const files = [...days.values()].flat();
      return {
        path,
        hour: files.map(({ hour }) => hour).reduce((a, b) => (a < b ? a : b)),
        files: files.length,
        bytes: files.reduce((sum, { size }) => sum + size, 0),
      };
    });
  }

  /**
   * What may hold rows of the source: from the day before the earliest of its folder and its rows' own times to the day after the latest.
   * An answer has its request's time, and comes days later perhaps.
   */
  filesNear(file: FilePlan): readonly LiveFile[] {
    const days = this.#days.get(this.#pathOf(file));
    if (days === undefined) return [];
    const { date, firstTime = date, lastTime = date } = file;
    const ends = [date, firstTime, lastTime].map((time) => Date.parse(`${time.slice(0, 10)}T00:00:00Z`));
    const [from, to] = [Math.min(...ends) - DAY_MS, Math.max(...ends) + DAY_MS];
    const near = [...days.keys()].filter((day) => day >= from && day <= to);
    return near.sort((a, b) => a - b).flatMap((day) => days.get(day) ?? []);
  }

  /** Sources before this one whose rows without a correlation take theirs first of what the day's live events have. */
  earlierSources(file: FilePlan): readonly FilePlan[] {
    const all = this.#sourcesByDay().get(dayKey(this.#pathOf(file), file.date)) ?? [];
    const at = all.findIndex(({ source }) => source === file.source);
    return all.slice(0, Math.max(0, at));
  }

  /** Of the writers of these files, where they left any. */
  stagesOf(files: readonly LiveFile[]): readonly StoredObject[] {
    const instances = new Set(files.map(({ instance }) => instance));
    return [...instances].flatMap((instance) => this.#stages.get(instance) ?? []);
  }

  #add(object: StoredObject): void {
    const path = parseEventPath(object.name);
    if (path === undefined || !isHourInRange(path, this.#plan)) return;
    const key = formatCollectionPath(path);
    const days = this.#days.get(key) ?? new Map<number, LiveFile[]>();
    this.#days.set(key, days);
    const { hour, instance } = path;
    const day = startOf(`${hour.slice(0, 10)}/00`);
    const files = days.get(day) ?? [];
    days.set(day, files);
    files.push({ ...object, hour, instance });
  }

  #pathOf(file: FilePlan): string {
    return formatCollectionPath(partsOf(this.#plan, file).collection satisfies CollectionPath);
  }

  #sourcesByDay(): ReadonlyMap<string, SameDay> {
    if (this.#sameDay !== undefined) return this.#sameDay;
    const sameDay = new Map<string, FilePlan[]>();
    for (const file of this.#plan.files) {
      if (file.counts.correlated >= file.counts.rows || this.filesNear(file).length === 0) continue;
      const key = dayKey(this.#pathOf(file), file.date);
      sameDay.set(key, [...(sameDay.get(key) ?? []), file]);
    }
    this.#sameDay = sameDay;
    return sameDay;
  }
}

/** The hours before and after one, with itself: `2026/11/22/12` → from `2026/11/22/11` to `2026/11/22/13`. */
export function hoursAround(hour: string): readonly string[] {
  const start = startOf(hour);
  return [-HOUR_MS, 0, HOUR_MS].map((away) => hourOf(new Date(start + away).toISOString()));
}

function startOf(hour: string): number {
  const [year, month, day, of] = hour.split('/');
  return Date.parse(`${year}-${month}-${day}T${of}:00:00Z`);
}

/** Events outside of the range are not written, whatever live has. */
function isHourInRange({ hour }: EventPath, { settings: { since, until } }: Plan): boolean {
  const start = startOf(hour);
  if (Number.isNaN(start)) return false;
  if (since !== undefined && start + HOUR_MS <= Date.parse(`${since}Z`)) return false;
  return until === undefined || start < Date.parse(`${until}Z`);
}

function dayKey(path: string, date: string): string {
  return `${path} ${date}`;
}
