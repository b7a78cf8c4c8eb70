import { inspectDestination } from '../convert/destination.js';
import { findLive } from '../convert/live/find-live.js';
import type { WaitingSource } from '../convert/plan-file.js';
import { findSpoilt, removeLeftovers } from './first-look.js';
import { FollowedSources, type FollowerContext, type PassTroubles } from './followed-sources.js';
import { GrowthConverter } from './growth-converter.js';
import { GrowthPlanner } from './growth-planner.js';
import type { PlanKeeper } from './plan-keeper.js';
import type { SyncPass } from './sync-report.js';
import { needsWholeDay } from './whole-days.js';

/** Pass after pass: what was added to the sources becomes events. */
export class Follower {
  readonly keeper: PlanKeeper;
  passes = 0;
  /** Sources of which nothing is converted, by the last pass. */
  waiting: WaitingSource[] = [];
  troubles: PassTroubles = { restless: [], failed: new Map() };
  readonly converter: GrowthConverter;
  readonly #context: FollowerContext;
  readonly #sources: FollowedSources;
  readonly #planner: GrowthPlanner;
  #hasLooked = false;

  constructor(context: FollowerContext, keeper: PlanKeeper) {
    this.#context = context;
    this.keeper = keeper;
    this.#sources = new FollowedSources(context, keeper);
    this.#planner = new GrowthPlanner(this.#sources, keeper, context.options.watch === true);
    this.converter = new GrowthConverter(context, keeper, this.#sources, this.#planner);
  }

  async pass(listed: SyncPass['listed']): Promise<SyncPass> {
    const start = performance.now();
    const { converted, anew } = this.converter;
    this.passes += 1;
    this.troubles = { restless: [], failed: new Map() };
    await this.#sources.look(listed, this.passes === 1, this.troubles);
    await this.#planner.plan();
    const tidyUp = await this.#lookAtDestination();
    await this.converter.convertAll(this.troubles);
    await tidyUp?.();
    this.#sources.forgetDone();
    this.waiting = this.#findWaiting();
    await this.#context.journal.flush();
    if (listed === 'everything') await this.#context.journal.shorten();
    await this.keeper.write(this.waiting);
    return {
      number: this.passes,
      listed,
      converted: this.converter.converted - converted,
      anew: this.converter.anew - anew,
      unsettled: this.#sources.unsettled(),
      restless: this.troubles.restless,
      seconds: (performance.now() - start) / 1000,
    };
  }

  /**
   * Once, when there is a plan: what an earlier run left in DEST, and whether live collection writes there too. Gives what is to be
   * done when all is converted.
   */
  async #lookAtDestination(): Promise<(() => Promise<void>) | undefined> {
    const { destination, journal, signal } = this.#context;
    const { plan } = this.keeper;
    if (plan === undefined || this.#hasLooked) return undefined;
    this.#hasLooked = true;
    const found = await inspectDestination(destination, plan, journal, signal);
    await findLive(destination, plan, found, { sourceId: this.#context.source.id, signal });
    for (const [name, spoilt] of await findSpoilt(plan, journal, found)) {
      const state = this.#sources.growing.get(name);
      if (state !== undefined) state[spoilt === 'all' ? 'isAnew' : 'isSpoilt'] = true;
      else this.#sources.takeAgain(name);
    }
    return async () => {
      await removeLeftovers(destination, this.keeper.plan ?? plan, journal, found);
    };
  }

  /** Sources that have nothing converted; what the plan says of those that are held back is as much as is. */
  #findWaiting(): WaitingSource[] {
    const { journal } = this.#context;
    const { decided } = this.keeper;
    const waiting: WaitingSource[] = [];
    for (const { name, blob } of this.#sources.growing.values()) {
      const file = this.keeper.file(name);
      const entry = journal.sources.get(name);
      if (file !== undefined && this.keeper.isStopped(file)) continue;
      const isHeld =
        file !== undefined &&
        decided !== undefined &&
        needsWholeDay(file, decided) &&
        entry?.size !== blob.seen;
      if (isHeld) {
        const starts = entry?.followed?.frozen.starts ?? [];
        this.keeper.put({ ...file, size: entry?.size ?? 0, followed: { seen: blob.seen, starts } });
      }
      const why = isHeld ? 'it waits for the end of its day' : 'it has not settled';
      if (entry === undefined) waiting.push({ source: name, size: blob.seen, why });
    }
    return waiting;
  }
}
