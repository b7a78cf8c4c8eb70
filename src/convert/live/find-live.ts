import { MdcBridgeError } from '../../errors.js';
import { firstInstance, parseEventPath } from '../../event/event-path.js';
import type { Storage, StoredObject } from '../../storage/storage.js';
import type { DestinationState } from '../destination.js';
import { Journal } from '../journal.js';
import { listMigrations } from '../migrations.js';
import type { Plan } from '../plan-file.js';
import { LiveTree } from './live-tree.js';

export interface LiveOptions {
  readonly sourceId: string;
  readonly skipExisting?: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * What live collection has in the plan's collections. Without leave to skip it, there is nothing, or no run.
 *
 * @throws MdcBridgeError `conflict` if the run would write what may be there already.
 */
export async function findLive(
  destination: Storage,
  plan: Plan,
  { others, stages }: DestinationState,
  { sourceId, skipExisting = false, signal }: LiveOptions,
): Promise<LiveTree> {
  const migrated = others.length === 0 ? NONE : await instancesOfOthers(destination, sourceId, signal);
  const files = others.filter(({ name }) => {
    const instance = parseEventPath(name)?.instance ?? '';
    return !migrated.has(instance) && !migrated.has(firstInstance(instance));
  });
  const live = new LiveTree(plan, files, stages);
  if (live.isEmpty) return live;
  if (!skipExisting) refuseDoubling(destination, plan, live);
  else refuseInferred(plan, live);
  return skipExisting ? live : new LiveTree(plan, [], []);
}

const NONE: ReadonlySet<string> = new Set();

/** What other migrations into the same tree have claimed is no live collection's. */
async function instancesOfOthers(
  destination: Storage,
  sourceId: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const instances = new Set<string>();
  for (const id of await listMigrations(destination, signal)) {
    if (id === sourceId) continue;
    for (const instance of (await Journal.look(destination, id)).instances) instances.add(instance);
  }
  return instances;
}

function refuseDoubling(destination: Storage, plan: Plan, live: LiveTree): void {
  const met = plan.files.values().find((file) => live.filesNear(file).length > 0);
  if (met === undefined) return;
  const [example] = live.filesNear(met) as readonly StoredObject[];
  const since = live.watermarks().map(({ path, hour }) => `${path} since ${hour}`);
  throw new MdcBridgeError(
    'conflict',
    `live collection writes here as well, and may have calls of these days already:\n  ${since.join('\n  ')}`,
    {
      place: { file: `${destination.url}/${example?.name ?? ''}` },
      remedy: `let convert --skip-existing leave out what it has, or take only what is older: --until ${untilOf(live)}`,
    },
  );
}

/** The earliest watermark as an option's value: `2026-11-22T12:00:00`. */
function untilOf(live: LiveTree): string {
  const [first = ''] = live
    .watermarks()
    .map(({ hour }) => hour)
    .sort();
  return `${first.slice(0, 10).replaceAll('/', '-')}T${first.slice(11)}:00:00`;
}

/** Rows that the plan makes of others, or gives a correlation, are not those that live collection was given. */
function refuseInferred(plan: Plan, live: LiveTree): void {
  const inferred = plan.files
    .values()
    .find((file) => (file.pair ?? file.explode) !== undefined && live.filesNear(file).length > 0);
  if (inferred === undefined) return;
  const what = inferred.pair === undefined ? 'explodes' : 'pairs';
  throw new MdcBridgeError(
    'conflict',
    `the plan ${what} rows of a day of which live collection has some: they can't be told from each other`,
    {
      place: { file: inferred.source },
      remedy: `plan without --pair and with --explode never, or convert only what is older with --until ${untilOf(live)}`,
    },
  );
}
