import type { FilePlan } from '../convert/plan-file.js';
import { matchPattern } from '../convert/source.js';
import type { StoredObject } from '../storage/storage.js';
import type { FollowedSource } from './followed-source.js';
import type { FollowedSources } from './followed-sources.js';
import type { PlanKeeper } from './plan-keeper.js';
import { dayOf, needsWholeDay } from './whole-days.js';

/** Decides which days must be planned, and when: what is new, what shows something new, and days that are over. */
export class GrowthPlanner {
  readonly #sources: FollowedSources;
  readonly #keeper: PlanKeeper;
  readonly #isPatient: boolean;
  /** Day → what its sources were when it was planned at its end. */
  readonly #judged = new Map<string, string>();
  /** Source → what it was when it was planned last: planned again as it is, it would come to nothing else. */
  readonly #tried = new Map<string, string>();
  /** Sources in which so many lines of names were known when they were planned. */
  readonly #headers = new Map<string, number>();

  /** `isPatient`: an empty tree is one to which sources will come. */
  constructor(sources: FollowedSources, keeper: PlanKeeper, isPatient: boolean) {
    this.#sources = sources;
    this.#keeper = keeper;
    this.#isPatient = isPatient;
  }

  /** What must be planned before anything is converted. */
  async plan(): Promise<void> {
    if (this.#keeper.plan === undefined) {
      const ends = this.#sources.ends();
      const isThere = this.#sources.whole.size > 0 || [...ends.values()].some((end) => end > 0);
      // One that watches waits for what will come; for others an empty SRC is a mistake, which the planner explains.
      if (!isThere && (this.#sources.growing.size > 0 || this.#isPatient)) return;
      await this.#keeper.begin(ends);
      await this.#keeper.claim();
      for (const [name, { blob }] of this.#sources.growing) this.#headers.set(name, blob.runs.header);
      this.#sources.toPlan.clear();
      return;
    }
    for (const [name, state] of this.#sources.growing) {
      const file = this.#keeper.file(name);
      const isNew = file === undefined && this.#tried.get(name) !== this.#stateOf(state);
      if (isNew || (file !== undefined && this.#isIrregular(file, state))) this.#sources.toPlan.add(name);
    }
    this.#planEndedDays();
    await this.planAgain([...this.#sources.toPlan]);
  }

  /** Whether it shows something that could not be known when it was planned. */
  #isIrregular({ source, header, shapes }: FilePlan, followed: FollowedSource): boolean {
    const { runs } = followed.blob;
    const known = Math.max(0, this.#headers.get(source) ?? 0, ...shapes.map((shape) => shape.header));
    if (runs.header > known) return true;
    if (matchPattern(this.#keeper.decided?.settings.header ?? {}, source) !== undefined) return false;
    const { firstLine } = runs;
    const begun = firstLine === 'header' ? 'present' : firstLine === 'data' ? 'absent' : header.verdict;
    // It begins otherwise than it did.
    if (begun !== header.verdict) followed.isAnew = true;
    return begun !== header.verdict;
  }

  /** Days with sources that only a whole day decides on, once nothing of them grows any more. */
  #planEndedDays(): void {
    const { decided } = this.#keeper;
    if (decided === undefined) return;
    for (const { name, day } of this.#sources.growing.values()) {
      const file = this.#keeper.file(name);
      if (file === undefined || !needsWholeDay(file, decided) || !this.#sources.isDayDone(name)) continue;
      if (this.#judged.get(day) !== this.#sources.signatureOf(day)) this.#sources.toPlan.add(name);
    }
  }

  /** Plans the days of these sources, as far as there is anything of them. */
  async planAgain(names: readonly string[]): Promise<void> {
    const ends = this.#sources.ends();
    const ready = names.filter((name) => ends.get(this.#sources.objectOf(name)) !== 0);
    if (ready.length === 0) return;
    const days = new Set(ready.map(dayOf));
    const objects = new Map<string, StoredObject>();
    for (const [name, { object, size, etag }] of this.#sources.whole)
      objects.set(name, { name: object, size, etag });
    for (const [name, { object, blob }] of this.#sources.growing)
      objects.set(name, { name: object, size: blob.seen, etag: blob.etag });
    for (const name of [...objects.keys()]) if (!days.has(dayOf(name))) objects.delete(name);
    const replaced = new Set(
      [...this.#sources.growing.values()].filter(({ isAnew }) => isAnew).map(({ name }) => name),
    );
    const changed = await this.#keeper.planDays(days, objects, ends, replaced);
    for (const name of ready) {
      this.#sources.toPlan.delete(name);
      const state = this.#sources.growing.get(name);
      if (state !== undefined) this.#tried.set(name, this.#stateOf(state));
    }
    for (const [name, { day, blob }] of this.#sources.growing)
      if (days.has(day)) this.#headers.set(name, blob.runs.header);
    for (const day of days) this.#judged.set(day, this.#sources.signatureOf(day));
    for (const name of changed) this.#sources.takeAgain(name);
  }

  #stateOf(state: FollowedSource): string {
    return `${state.blob.etag} ${this.#sources.endOf(state)}`;
  }
}
