import { isOfSource } from '../convert/conversion-run.js';
import { inLanes } from '../convert/lanes.js';
import type { Plan } from '../convert/plan-file.js';
import type { SourceResult } from '../convert/report.js';
import { matchPattern } from '../convert/source.js';
import { serializeError, throwIfAborted } from '../errors.js';
import { resolveSettings } from '../mapping/settings.js';
import { dayBefore, type FollowClock, isOver } from './follow-clock.js';
import { FollowedSource } from './followed-source.js';
import { type Asked, type ListedData, listData, liveFolders } from './list-data.js';
import type { PlanKeeper, PlanKeeperContext } from './plan-keeper.js';
import type { SyncPass } from './sync-report.js';
import { dayOf } from './whole-days.js';

export interface FollowerContext extends PlanKeeperContext {
  readonly clock: FollowClock;
  readonly settleMs: number;
}

/** What is wrong with some sources in one pass; the others go on. */
export interface PassTroubles {
  /** Sources that changed each time that they were read. */
  readonly restless: string[];
  /** Source → what failed. */
  readonly failed: Map<string, string>;
}

/** So many blobs are read on at once. */
const READ_AT_ONCE = 8;

/** The sources in hand: those that grow, as far as they were read, and those that are to be converted whole. */
export class FollowedSources {
  readonly growing: Map<string, FollowedSource> = new Map();
  readonly whole: Map<string, ListedData> = new Map();
  /** Sources that must be planned (again) before they are converted. */
  readonly toPlan: Set<string> = new Set();
  readonly #context: FollowerContext;
  readonly #keeper: PlanKeeper;
  #live: { readonly plan: Plan; readonly day: string; readonly folders: readonly string[] } | undefined;

  constructor(context: FollowerContext, keeper: PlanKeeper) {
    this.#context = context;
    this.#keeper = keeper;
  }

  /** Finds what is new, and reads on what has grown. */
  async look(listed: SyncPass['listed'], isFirst: boolean, troubles: PassTroubles): Promise<void> {
    const { source, signal } = this.#context;
    const folders = listed === 'everything' ? [''] : this.#liveFolders();
    const changed: ListedData[] = [];
    for (const folder of folders) {
      for await (const data of listData(source, folder, this.#asked()))
        if (this.#hasChanged(data)) changed.push(data);
    }
    await inLanes(READ_AT_ONCE, changed, async (data) => {
      throwIfAborted(signal);
      if (isFirst && this.#isAtRest(data)) this.#takeWhole(data);
      else await this.#readOn(data, listed === 'everything' && !isFirst, troubles);
    });
  }

  #asked(): Asked {
    const { options, signal } = this.#context;
    const { plan } = this.#keeper;
    const { include = [], exclude = [] } = plan?.source ?? options;
    return { ...(plan?.settings ?? resolveSettings(options)), include, exclude, signal };
  }

  #liveFolders(): readonly string[] {
    const { plan } = this.#keeper;
    if (plan === undefined) return [''];
    const now = this.#context.clock.now();
    const day = dayBefore(now, 0);
    if (this.#live?.plan !== plan || this.#live.day !== day) {
      this.#live = { plan, day, folders: liveFolders(plan, now) };
    }
    return this.#live.folders;
  }

  /** What lies there from the beginning of an old day has long been at rest. */
  #isAtRest({ name, date }: ListedData): boolean {
    const { journal, clock } = this.#context;
    return !journal.sources.has(name) && isOver(date, clock.now());
  }

  #takeWhole(data: ListedData): void {
    this.whole.set(data.name, data);
    if (this.#keeper.plan !== undefined) this.toPlan.add(data.name);
  }

  #hasChanged({ name, size, etag }: ListedData): boolean {
    const state = this.growing.get(name);
    if (state !== undefined) return state.blob.etag !== etag;
    const entry = this.#context.journal.sources.get(name);
    const file = this.#keeper.file(name);
    if (entry === undefined || file === undefined) return true;
    // A kill may have come between the journal and the plan.
    if (entry.size !== file.size || entry.etag !== file.etag) return true;
    return entry.etag !== etag || entry.size !== size;
  }

  /** `isChecked`: what was read of it before is read again, and compared with what was converted. */
  async #readOn(data: ListedData, isChecked: boolean, { restless, failed }: PassTroubles): Promise<void> {
    const { journal, clock, source, signal, options } = this.#context;
    const entry = journal.sources.get(data.name);
    let state = this.growing.get(data.name);
    if (state === undefined) {
      const { partBytes } = options;
      const header = this.#keeper.plan?.settings.header ?? options.header ?? {};
      const verdict = matchPattern(header, data.name) ?? 'auto';
      state = FollowedSource.restore(data, entry, {
        verdict,
        ...(partBytes === undefined ? {} : { partBytes }),
      });
      if (entry !== undefined && entry.etag !== data.etag) this.toPlan.add(data.name);
    }
    const wasAnew = state.isAnew;
    const isKnown = this.growing.has(data.name);
    const frozen = wasAnew ? undefined : entry?.followed?.frozen;
    if (isKnown && isChecked) state.readAgain(frozen?.starts.at(-1)?.offset ?? 0);
    try {
      if (!(await state.readOn(source.storage, data, clock, signal))) restless.push(data.name);
    } catch (error) {
      if (!isOfSource(error, data)) throw error;
      failed.set(data.name, serializeError(error).message);
      return;
    }
    if (!isKnown) this.#begin(state, entry);
    if (frozen !== undefined && frozen.starts.length > 0 && (isChecked || !isKnown)) {
      if (state.blob.frozenSha256 !== frozen.sha256) state.isAnew = true;
    }
    if (!isKnown || isChecked) state.blob.runs.keepBefore(state.isAnew ? 0 : (entry?.size ?? 0));
    if (state.isAnew && !wasAnew) this.toPlan.add(data.name);
  }

  /** A source that this process meets for the first time. */
  #begin(state: FollowedSource, entry: SourceResult | undefined): void {
    const { clock } = this.#context;
    this.growing.set(state.name, state);
    this.whole.delete(state.name);
    const followed = entry?.followed;
    if (entry !== undefined && followed !== undefined && entry.etag === state.blob.etag) {
      state.growsSince(followed.grew, clock);
    }
  }

  /** It is converted again as it is, although it does not grow. */
  takeAgain(name: string): void {
    const file = this.#keeper.file(name);
    if (file !== undefined && !this.growing.has(name) && !this.whole.has(name)) {
      this.whole.set(name, { ...file, name, object: this.objectOf(name) });
    }
  }

  objectOf(name: string): string {
    return name.slice(this.#context.source.prefix.length);
  }

  /** Those of which nothing more is expected. */
  forgetDone(): void {
    const { journal, clock, settleMs } = this.#context;
    for (const [name, state] of this.growing) {
      const entry = journal.sources.get(name);
      const isConverted = entry?.etag === state.blob.etag && entry.size === state.blob.seen;
      if (isConverted && state.isDone(clock, settleMs)) this.growing.delete(name);
    }
  }

  /** Whether no source of its day grows any more. */
  isDayDone(name: string): boolean {
    const { clock, settleMs } = this.#context;
    const day = dayOf(name);
    return [...this.growing.values()].every((state) => state.day !== day || state.isDone(clock, settleMs));
  }

  /** What the sources of a day are that were read in this process. */
  signatureOf(day: string): string {
    return [...this.growing.values()]
      .filter((state) => state.day === day)
      .map(({ name, blob }) => `${name} ${blob.etag}`)
      .sort()
      .join('\n');
  }

  /** Where each source that grows ends for now, by object. */
  ends(): Map<string, number> {
    return new Map([...this.growing.values()].map((state) => [state.object, this.endOf(state)]));
  }

  endOf(state: FollowedSource): number {
    const { journal, clock, settleMs } = this.#context;
    return state.settledEnd(clock, settleMs, journal.sources.get(state.name)?.size ?? 0);
  }

  /** What was read and is not converted. */
  unsettled(): SyncPass['unsettled'] {
    const { journal } = this.#context;
    const bytes = [...this.growing.values()]
      .map(({ name, blob }) => blob.seen - (journal.sources.get(name)?.size ?? 0))
      .filter((left) => left > 0);
    return { files: bytes.length, bytes: bytes.reduce((sum, left) => sum + left, 0) };
  }
}
