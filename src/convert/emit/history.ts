import { throwIfAborted } from '../../errors.js';
import { formatCollectionPath } from '../../event/event-path.js';
import type { Storage } from '../../storage/storage.js';
import { makeConvertTask } from '../convert-task.js';
import { inTurns } from '../in-turns.js';
import { Journal } from '../journal.js';
import { listMigrations } from '../migrations.js';
import type { FilePlan, Plan } from '../plan-file.js';
import { readPlan } from '../plan-file-reader.js';
import type { SourceResult } from '../report.js';
import { planName } from '../source.js';
import { readStored } from '../stored-text.js';
import { whyOutdated } from '../work-left.js';
import { CollectionTally } from './collection-tally.js';
import type { HistoricCollection } from './historic-collection.js';

/** What was converted into a destination, over all source trees. */
export interface History {
  /** Those that have events, in the order of their paths. */
  readonly collections: readonly HistoricCollection[];
  /** Planned collections of which no row is in an event, and why. */
  readonly empty: readonly { readonly path: string; readonly why: string }[];
  readonly migrations: readonly { readonly sourceId: string; readonly sourcesLeft: number }[];
}

/**
 * Reads every plan and journal of a destination; no event is read.
 *
 * @throws MdcBridgeError `plan-file`, `conflict` (a journal of a later version), `storage` or `aborted`.
 */
export async function readHistory(destination: Storage, signal: AbortSignal | undefined): Promise<History> {
  const tallies = new Map<string, CollectionTally>();
  const migrations: { readonly sourceId: string; readonly sourcesLeft: number }[] = [];
  for (const sourceId of await listMigrations(destination, signal)) {
    throwIfAborted(signal);
    const file = planName(sourceId);
    const plan = await readPlan(() => readStored({ storage: destination, name: file }), { file });
    const journal = await Journal.look(destination, sourceId);
    migrations.push({ sourceId, sourcesLeft: await addMigration(tallies, plan, journal, signal) });
  }
  const all = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally);
  return {
    collections: all.flatMap((tally) => tally.history() ?? []),
    empty: all.flatMap((tally) => tally.whyEmpty() ?? []),
    migrations,
  };
}

/** Returns how many sources have not been converted by this plan. */
async function addMigration(
  tallies: Map<string, CollectionTally>,
  plan: Plan,
  journal: Journal,
  signal: AbortSignal | undefined,
): Promise<number> {
  let left = 0;
  const named = new Set<number>();
  for await (const [, file] of inTurns(plan.files, signal)) {
    const collection = plan.collections[file.collection];
    const name = plan.names[file.name];
    if (collection === undefined || name === undefined) continue;
    const path = formatCollectionPath(collection);
    const tally = tallies.get(path) ?? new CollectionTally(collection, name);
    tallies.set(path, tally);
    if (!named.has(file.collection)) tally.addColumns(collection, plan.settings);
    named.add(file.collection);
    const done = findDone(plan, file, journal);
    if (done === undefined) left += 1;
    tally.addFile(file, done, plan.settings);
  }
  return left;
}

function findDone(plan: Plan, file: FilePlan, journal: Journal): SourceResult | undefined {
  const done = journal.sources.get(file.source);
  if (done === undefined) return undefined;
  return whyOutdated(makeConvertTask(plan, file), done) === undefined ? done : undefined;
}
