import { instanceName } from '../event/event-path.js';
import type { MappingOptions } from '../mapping/settings.js';
import { refuseNesting } from '../storage/nesting.js';
import { openStorage, type StorageAddress } from '../storage/open-storage.js';
import type { Storage } from '../storage/storage.js';
import { checkOutputs } from './check-outputs.js';
import { claimPlanned } from './claim-planned.js';
import { ConversionRun } from './conversion-run.js';
import { type DestinationState, inspectDestination } from './destination.js';
import { findGoneSources } from './gone-sources.js';
import { Journal } from './journal.js';
import { findLive } from './live/find-live.js';
import { liveFacts } from './live/live-facts.js';
import type { LiveTree } from './live/live-tree.js';
import { makeLiveConvertTask } from './live/make-live-task.js';
import type { MaxRejects } from './max-rejects.js';
import { type PlanOptions, planSource } from './plan.js';
import type { Plan } from './plan-file.js';
import { planJson } from './plan-json.js';
import { refuseOtherColumns, refuseOtherRange, refuseOtherTree } from './refuse-conflicts.js';
import { removeOthers } from './remove-others.js';
import type { ConvertReport } from './report.js';
import { holdingLock, othersAtWork, refuseSecondRun } from './run-lock.js';
import type { RunOptions } from './run-options.js';
import { migrationFolder, openPlannedSource, planName, type Source } from './source.js';
import { writeIfChanged } from './stored-text.js';
import { findWorkLeft, type OutputCheck, whyToBeDone } from './work-left.js';
import { inCallingThread, openPool, type Pool } from './worker-pool.js';

export interface ConvertOptions extends RunOptions, MappingOptions {
  /** A plan made earlier, perhaps edited; without it the tree is planned first. Excludes every mapping option. */
  readonly plan?: Plan;
  /** More rejected rows than this (`100`, `'0.5%'` of all rows) make the report say so; 0 unless told. */
  readonly maxRejects?: MaxRejects;
  /** Converts collections again whose columns or types differ from those of an earlier run. */
  readonly replan?: boolean;
  /** Reads what earlier runs wrote, and converts those sources again whose outputs are not as they were written. */
  readonly repair?: boolean;
  /** Leaves out what live collection has in DEST already; without it, a run stops where both would have the same calls. */
  readonly skipExisting?: boolean;
  /** See `PlanOptions`. */
  readonly typesLike?: string;
  /** Told the plan before anything is written. */
  readonly onPlan?: (plan: Plan) => void;
}

/**
 * Converts a legacy tree into a v2 tree. Every source's files appear in one step; what is done is journalled, and a second run
 * does only what is left. Interrupted by its signal, it drops the sources in hand and reports what is done.
 *
 * @throws MdcBridgeError `usage`, `source`, `plan`, `plan-file`, `conflict` or `storage` (see `ErrorCode`).
 */
export async function convertTree(
  sourceUrl: StorageAddress,
  destinationUrl: StorageAddress,
  options: ConvertOptions = {},
): Promise<ConvertReport> {
  const source = await openPlannedSource(sourceUrl, options.plan, options);
  const destination = await openStorage(destinationUrl, 'v2', options.storage);
  await refuseNesting(source.storage.url, destination.url);
  await refuseSecondRun(destination, source);
  const { workers } = inCallingThread(options, sourceUrl, destinationUrl);
  const pool = openPool(source, destination, workers);
  try {
    const plan = options.plan ?? (await planSource(source, options satisfies PlanOptions, pool));
    refuseOtherTree(plan, source);
    options.onPlan?.(plan);
    return await holdingLock(destination, source, options.signal, (signal, lost) =>
      convertPlanned(plan, source, destination, { ...options, signal }, pool, lost),
    );
  } finally {
    await pool.close();
  }
}

/** As the only process that does so, unless `lost` fires: then nothing more is written. */
async function convertPlanned(
  plan: Plan,
  source: Source,
  destination: Storage,
  options: ConvertOptions & { readonly signal: AbortSignal },
  pool: Pool,
  lost: AbortSignal,
): Promise<ConvertReport> {
  const { signal } = options;
  const journal = await Journal.open(destination, source.id);
  if (options.replan !== true) {
    refuseOtherColumns(plan, journal);
    refuseOtherRange(plan, journal);
  }
  const state = await inspectDestination(destination, plan, journal, signal);
  const live = await findLive(destination, plan, state, { ...options, sourceId: source.id });
  const gone = await findGoneSources(source, plan, journal, signal);
  const check: OutputCheck = (done) => checkOutputs(destination, done, options);
  const left = await findWorkLeft(
    plan,
    journal,
    state.sizes,
    live,
    options.repair === true ? check : undefined,
  );
  const run = new ConversionRun(source, destination, journal, options);
  let isDone = false;
  try {
    // What had stopped sync is decided: by this plan, whether rows fit it or are rejected.
    const { stopped: _stopped, ...decided } = plan;
    await writeIfChanged({ storage: destination, name: planName(source.id) }, () => planJson(decided));
    await claimPlanned(plan, journal, live);
    await run.convert(left, pool);
    lost.throwIfAborted();
    await removeOrphans(destination, plan, journal, state, live);
    const foreign = state.foreign + state.others.length - live.count;
    const report = run.report(plan, left, { gone, foreign, ...liveFacts(plan, journal, live) });
    await writeReport(destination, source.id, report);
    isDone = true;
    return report;
  } finally {
    await tidyUp(destination, source, lost).catch((error: unknown) => {
      // What went wrong before is what to tell.
      if (isDone) throw error;
    });
  }
}

async function tidyUp(destination: Storage, source: Source, lost: AbortSignal): Promise<void> {
  // What is staged would be taken from under the hands of a run into the same place.
  if (!lost.aborted && !(await othersAtWork(destination, source))) await destination.sweep();
}

/**
 * Removes what a killed run left visible of our sources: files that became visible without an entry, and those that an entry's
 * conversion no longer has. Only of sources that are done now, whose entry says what there should be.
 */
async function removeOrphans(
  destination: Storage,
  plan: Plan,
  journal: Journal,
  { orphans }: DestinationState,
  live: LiveTree,
): Promise<void> {
  for (const file of orphans.size === 0 ? [] : plan.files) {
    const names = orphans.get(instanceName(plan.source.container, file.source)) ?? [];
    if (names.length === 0) continue;
    const done = journal.sources.get(file.source);
    if (done === undefined || whyToBeDone(makeLiveConvertTask(plan, file, live), done) !== undefined)
      continue;
    await removeOthers(destination, names, done.outputs);
  }
}

/** Only what holds after the run as well: the next one, which finds nothing to do, writes the same. */
async function writeReport(destination: Storage, sourceId: string, report: ConvertReport): Promise<void> {
  const { seconds: _s, converted: _c, unchanged: _u, again: _a, ...others } = report;
  const { checked: _k, journalCutShort: _j, ...lasting } = others;
  const text = { storage: destination, name: `${migrationFolder(sourceId)}/report.json` };
  await writeIfChanged(text, () => [`${JSON.stringify(lasting, null, 1)}\n`]);
}
