import { Journal } from '../convert/journal.js';
import { isOverLimit } from '../convert/max-rejects.js';
import type { Plan } from '../convert/plan-file.js';
import { readPlan } from '../convert/plan-file-reader.js';
import { refuseOtherColumns, refuseOtherRange, refuseOtherTree } from '../convert/refuse-conflicts.js';
import { addUp } from '../convert/report.js';
import { holdingLock, othersAtWork, refuseSecondRun } from '../convert/run-lock.js';
import { openPlannedSource, planName, type Source } from '../convert/source.js';
import { readStored } from '../convert/stored-text.js';
import { inCallingThread, openPool, type Pool } from '../convert/worker-pool.js';
import { MdcBridgeError } from '../errors.js';
import { resolveSettings } from '../mapping/settings.js';
import { refuseNesting } from '../storage/nesting.js';
import { openStorage, type StorageAddress } from '../storage/open-storage.js';
import type { Storage } from '../storage/storage.js';
import { compactSources } from './compact-sources.js';
import { SYSTEM_CLOCK } from './follow-clock.js';
import { Follower } from './follower.js';
import { PlanKeeper } from './plan-keeper.js';
import { FULL_PASS_MS, INTERVAL_MS, SETTLE_MS, type SyncOptions } from './sync-options.js';
import type { SyncPass, SyncReport } from './sync-report.js';

/**
 * Follows a legacy tree whose blobs still grow: each pass converts what was added since the last one. Whenever it ends, also by a
 * kill, the same call goes on; in the end the events are those of one `convertTree`, in more files.
 *
 * @throws MdcBridgeError `usage`, `source`, `plan`, `plan-file`, `conflict` (another run is at work) or `storage`.
 */
export async function syncTree(
  sourceUrl: StorageAddress,
  destinationUrl: StorageAddress,
  options: SyncOptions = {},
): Promise<SyncReport> {
  const source = await openPlannedSource(sourceUrl, options.plan, options);
  const destination = await openStorage(destinationUrl, 'v2', options.storage);
  await refuseNesting(source.storage.url, destination.url);
  await refuseSecondRun(destination, source);
  const pool = openPool(source, destination, inCallingThread(options, sourceUrl, destinationUrl).workers);
  try {
    return await holdingLock(
      destination,
      source,
      options.signal,
      (signal, lost) => new Sync(source, destination, { ...options, signal }, pool, lost).run(),
      'sync',
    );
  } finally {
    await pool.close();
  }
}

type RunningOptions = SyncOptions & { readonly signal: AbortSignal };

class Sync {
  readonly #source: Source;
  readonly #destination: Storage;
  readonly #options: RunningOptions;
  readonly #pool: Pool;
  readonly #lost: AbortSignal;
  #last: SyncPass | undefined;
  #compacted = 0;

  constructor(source: Source, destination: Storage, options: RunningOptions, pool: Pool, lost: AbortSignal) {
    this.#source = source;
    this.#destination = destination;
    this.#options = options;
    this.#pool = pool;
    this.#lost = lost;
  }

  async run(): Promise<SyncReport> {
    const start = performance.now();
    const { signal, clock = SYSTEM_CLOCK, settle: settleMs = SETTLE_MS } = this.#options;
    const journal = await Journal.open(this.#destination, this.#source.id);
    const { plan: given } = this.#options;
    if (given !== undefined) {
      refuseOtherTree(given, this.#source);
      refuseOtherColumns(given, journal);
      refuseOtherRange(given, journal);
    }
    const plan = given ?? (await this.#storedPlan());
    this.#pool.watch({ signal });
    const context = {
      source: this.#source,
      destination: this.#destination,
      journal,
      pool: this.#pool,
      options: this.#options,
      signal,
      clock,
      settleMs,
    };
    const keeper = new PlanKeeper(context, plan);
    const follower = new Follower(context, keeper);
    let isDone = false;
    try {
      await keeper.claim();
      await this.#follow(follower);
      if (this.#options.compact === true && !signal.aborted) {
        this.#compacted = await compactSources(context, follower);
      }
      isDone = true;
    } finally {
      await this.#tidyUp(follower, journal).catch((error: unknown) => {
        // What went wrong before is what to tell.
        if (isDone) throw error;
      });
    }
    this.#lost.throwIfAborted();
    return this.#report(follower, journal, (performance.now() - start) / 1000);
  }

  /** What is done is in the journal and in the plan, also where a signal has ended a pass. */
  async #tidyUp({ keeper, waiting }: Follower, journal: Journal): Promise<void> {
    if (this.#lost.aborted) return;
    await journal.flush();
    await keeper.write(waiting);
    if (!(await othersAtWork(this.#destination, this.#source))) await this.#destination.sweep();
  }

  async #follow(follower: Follower): Promise<void> {
    const { signal, clock = SYSTEM_CLOCK, watch = false, interval = INTERVAL_MS, onPass } = this.#options;
    let listedAll = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      const isFull = clock.steady() - listedAll >= FULL_PASS_MS;
      if (isFull) listedAll = clock.steady();
      try {
        this.#last = await follower.pass(isFull ? 'everything' : 'live folders');
      } catch (error) {
        if (!signal.aborted) throw error;
        return;
      }
      onPass?.(this.#last);
      if (!watch) return;
      await clock.sleep(interval, signal);
    }
  }

  /** What an earlier run of `sync` or `convert` has decided. Options that would decide otherwise are refused. */
  async #storedPlan(): Promise<Plan | undefined> {
    const file = planName(this.#source.id);
    if ((await this.#destination.stat(file)) === undefined) return undefined;
    const plan = await readPlan(() => readStored({ storage: this.#destination, name: file }), { file });
    const none = { include: [], exclude: [] };
    const { include = [], exclude = [] } = this.#options;
    const asked: Record<string, unknown> = { ...resolveSettings(this.#options), include, exclude };
    const decided: Record<string, unknown> = {
      ...plan.settings,
      include: plan.source.include ?? [],
      exclude: plan.source.exclude ?? [],
    };
    const unasked: Record<string, unknown> = { ...resolveSettings(), ...none };
    const differing = [...new Set([...Object.keys(asked), ...Object.keys(decided)])].filter((option) => {
      const [now, before, usual] = [asked, decided, unasked].map((of) => JSON.stringify(of[option]));
      return now !== before && now !== usual;
    });
    if (differing.length === 0) return plan;
    throw new MdcBridgeError('conflict', `an earlier run has decided otherwise of ${differing.join(', ')}`, {
      place: { file: this.#destination.url },
      remedy: 'leave these options out, or follow into another DEST',
    });
  }

  #report(follower: Follower, journal: Journal, seconds: number): SyncReport {
    const { plan } = follower.keeper;
    const results = (plan?.files.values() ?? [].values()).map(({ source }) => journal.sources.get(source));
    const totals = addUp(results.filter((result) => result !== undefined));
    return {
      kind: 'mdc-bridge sync',
      version: 1,
      source: this.#source.storage.url,
      destination: this.#destination.url,
      sourceId: this.#source.id,
      totals,
      passes: follower.passes,
      converted: follower.converter.converted,
      anew: follower.converter.anew,
      compacted: this.#compacted,
      unsettled: this.#last?.unsettled ?? { files: 0, bytes: 0 },
      restless: follower.troubles.restless,
      waiting: follower.waiting,
      stopped: follower.keeper.stops(),
      failed: [...follower.troubles.failed].map(([name, error]) => ({ source: name, error })),
      rejectsOverLimit: isOverLimit(totals, this.#options.maxRejects ?? 0),
      interrupted: this.#options.signal.aborted,
      seconds,
    };
  }
}
