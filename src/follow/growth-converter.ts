import { claimSources } from '../convert/claim-planned.js';
import { isOfSource } from '../convert/conversion-run.js';
import { makeConvertTask } from '../convert/convert-task.js';
import { inLanes } from '../convert/lanes.js';
import type { FilePlan, Plan } from '../convert/plan-file.js';
import { namesOf, removeOthers } from '../convert/remove-others.js';
import type { SourceResult } from '../convert/report.js';
import { MdcBridgeError, serializeError } from '../errors.js';
import { isChanged } from '../storage/storage.js';
import { convertGrowth, decisionsOf, grown } from './convert-last-part.js';
import type { FollowedSource } from './followed-source.js';
import type { FollowedSources, FollowerContext, PassTroubles } from './followed-sources.js';
import type { GrowthPlanner } from './growth-planner.js';
import type { PlanKeeper } from './plan-keeper.js';
import { needsWholeDay } from './whole-days.js';

/** Converts what has settled of the sources in hand, and says in the plan what was made of each. */
export class GrowthConverter {
  /** Times that something of a source was converted; and how often of those from its start, since it was not what it had been. */
  converted = 0;
  anew = 0;
  readonly #context: FollowerContext;
  readonly #keeper: PlanKeeper;
  readonly #sources: FollowedSources;
  readonly #planner: GrowthPlanner;

  constructor(
    context: FollowerContext,
    keeper: PlanKeeper,
    sources: FollowedSources,
    planner: GrowthPlanner,
  ) {
    this.#context = context;
    this.#keeper = keeper;
    this.#sources = sources;
    this.#planner = planner;
  }

  /** Sources whose rows do not fit the plan are planned again before they are converted. */
  async convertAll(troubles: PassTroubles): Promise<void> {
    const { journal, pool } = this.#context;
    const { plan } = this.#keeper;
    if (plan === undefined) return;
    const names = [...new Set([...this.#sources.whole.keys(), ...this.#sources.growing.keys()])];
    await claimSources(plan.source.container, names, journal);
    const refused: string[] = [];
    await inLanes(pool.jobs, names, async (name) => {
      if (!(await this.#convertOne(name, plan, true, troubles))) refused.push(name);
    });
    if (refused.length === 0) return;
    await this.#planner.planAgain(refused);
    const replanned = this.#keeper.plan ?? plan;
    // Also those whose columns have become others by this.
    const again = [...new Set([...refused, ...this.#sources.whole.keys(), ...this.#sources.growing.keys()])];
    await inLanes(pool.jobs, again, async (name) => {
      await this.#convertOne(name, replanned, !refused.includes(name), troubles);
    });
  }

  /** `false`: some of its rows do not fit the plan. */
  async #convertOne(
    name: string,
    plan: Plan,
    isStrict: boolean,
    { restless, failed }: PassTroubles,
  ): Promise<boolean> {
    const { signal } = this.#context;
    const file = this.#keeper.file(name);
    if (file === undefined || this.#keeper.isStopped(file) || signal.aborted) return true;
    const state = this.#sources.growing.get(name);
    try {
      if (needsWholeDay(file, plan)) {
        if (state === undefined || this.#sources.isDayDone(name))
          await this.#convertWhole(file, plan, isStrict);
      } else if (state === undefined) await this.#convertWhole(file, plan, isStrict);
      else await this.#convertGrowth(file, plan, state, isStrict);
      return true;
    } catch (error) {
      if (signal.aborted) return true;
      if (error instanceof MdcBridgeError && error.code === 'plan') return false;
      if (isChanged(error)) restless.push(name);
      else if (isOfSource(error, { object: this.#sources.objectOf(name) }))
        failed.set(name, serializeError(error).message);
      else throw error;
      return true;
    }
  }

  async #convertGrowth(
    file: FilePlan,
    plan: Plan,
    followed: FollowedSource,
    isStrict: boolean,
  ): Promise<void> {
    const { journal, clock, settleMs, source } = this.#context;
    const before = journal.sources.get(file.source);
    const { blob, isAnew } = followed;
    const end = followed.settledEnd(clock, settleMs, before?.size ?? 0);
    if (end === 0) return;
    const isSame =
      before?.size === end &&
      before.etag === blob.etag &&
      before.followed?.decisions === decisionsOf(plan, file);
    if (isSame && !isAnew && !followed.isSpoilt && !blob.runs.isTorn) {
      this.#keepFile(file, followed, before);
      return;
    }
    const refuse = isStrict ? this.#refusedIn(file) : [];
    if (isAnew || blob.runs.isTorn) this.anew += 1;
    const result = await convertGrowth(
      { file, followed, end, refuse },
      { ...this.#context, plan, source: source.storage },
    );
    this.converted += 1;
    this.#keepFile(file, followed, result);
  }

  /** What the plan says of a source is what was made of it. */
  #keepFile(file: FilePlan, { blob }: FollowedSource, result: SourceResult): void {
    this.#keeper.put({
      ...grown(file, blob.runs.recurring),
      size: result.size,
      etag: result.etag,
      counts: countsOf(file, result),
      followed: { seen: blob.seen, starts: result.followed?.frozen.starts ?? [] },
    });
  }

  async #convertWhole(file: FilePlan, plan: Plan, isStrict: boolean): Promise<void> {
    const { journal, pool, destination } = this.#context;
    const { followed: _followed, ...whole } = file;
    const task = makeConvertTask(plan, whole);
    const before = journal.sources.get(file.source);
    const isForced =
      this.#sources.whole.has(file.source) || this.#sources.growing.get(file.source)?.isAnew === true;
    const isSame =
      before?.fingerprint === task.fingerprint &&
      before.etag === task.etag &&
      before.size === task.size &&
      before.followed === undefined;
    if (isSame && !isForced) return;
    const result = await pool.run({
      kind: 'convert',
      task: { ...task, refuse: isStrict ? this.#refusedIn(file) : [] },
    });
    journal.note({ kind: 'source', ...result });
    await removeOthers(destination, namesOf(before), result.outputs);
    this.converted += 1;
    this.#keeper.put({ ...whole, counts: countsOf(file, result) });
    this.#sources.whole.delete(file.source);
    const state = this.#sources.growing.get(file.source);
    if (state !== undefined) state.isAnew = false;
  }

  /** Rows of a width that is not there under a header are rejected as ever; without one they would be columns. */
  #refusedIn({ header }: FilePlan): string[] {
    if (this.#context.options.onTypeChange === 'reject') return [];
    return header.verdict === 'absent' ? ['type', 'width'] : ['type'];
  }
}

/** What the conversion has counted; the rest is the plan's. */
function countsOf(
  { counts }: FilePlan,
  { lines, headers, blanks, rejected }: SourceResult,
): FilePlan['counts'] {
  const rows = lines - headers - blanks;
  return { ...counts, lines, headers, blanks, rejected, rows, correlated: Math.min(counts.correlated, rows) };
}
