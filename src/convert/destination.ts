import { MdcBridgeError } from '../errors.js';
import { firstInstance, formatCollectionPath, instanceName, parseEventPath } from '../event/event-path.js';
import { parseStageRecordPath } from '../event/stage-line.js';
import type { Storage, StoredObject } from '../storage/storage.js';
import type { Journal } from './journal.js';
import type { Plan } from './plan-file.js';
import { migrationFolder } from './source.js';

/** What lies in a destination before a run. */
export interface DestinationState {
  /** Outputs of journalled sources that are there, by name, with their size. */
  readonly sizes: ReadonlyMap<string, number>;
  /** A source's first instance → files under its names that no journal entry of its source has: a killed run left them. */
  readonly orphans: ReadonlyMap<string, readonly string[]>;
  /** Event files of the plan's collections that are not ours: live collection's, or another migration's. */
  readonly others: readonly StoredObject[];
  /** What writers of events tell of their stages. */
  readonly stages: readonly StoredObject[];
  /** Other files that are neither ours nor any migration's. */
  readonly foreign: number;
}

const MAX_LISTED = 5;

/** Lists the destination; stops if a file there bears one of our names and no journal says that we wrote it. */
export async function inspectDestination(
  destination: Storage,
  plan: Plan,
  journal: Journal,
  signal: AbortSignal | undefined,
): Promise<DestinationState> {
  // Made only when there is a name to look for.
  let ours: ReadonlySet<string> | undefined;
  const outputs = new Set(
    [...journal.sources.values()].flatMap((done) => done.outputs.map(({ name }) => name)),
  );
  const sizes = new Map<string, number>();
  const orphans = new Map<string, string[]>();
  const unowned: string[] = [];
  const collections = new Set(plan.collections.map(formatCollectionPath));
  const others: StoredObject[] = [];
  const stages: StoredObject[] = [];
  const rejects = `${migrationFolder(plan.source.id)}/rejects/`;
  let foreign = 0;
  for await (const entry of destination.list('', signal)) {
    const { name } = entry;
    const path = parseEventPath(name);
    const instance = name.startsWith(rejects) ? name.slice(rejects.length, -'.jsonl'.length) : path?.instance;
    if (!outputs.has(name) && instance !== undefined && journal.instances.has(instance)) {
      const first = firstInstance(instance);
      orphans.set(first, [...(orphans.get(first) ?? []), name]);
    }
    // A link or a folder in an output's place is none.
    if (outputs.has(name) && !('oddity' in entry)) sizes.set(name, entry.size);
    if (parseStageRecordPath(name) !== undefined && !('oddity' in entry)) stages.push(entry);
    if (outputs.has(name) || name.startsWith('_migration/')) continue;
    if (instance !== undefined && journal.instances.has(instance)) continue;
    if (instance !== undefined) ours ??= instancesOf(plan);
    if (instance !== undefined && ours?.has(firstInstance(instance)) === true) unowned.push(name);
    else if (path !== undefined && collections.has(formatCollectionPath(path)) && !('oddity' in entry)) {
      others.push(entry);
    } else foreign += 1;
  }
  if (unowned.length > 0) throw notOurs(destination, unowned);
  return { sizes, orphans, others, stages, foreign };
}

function instancesOf({ files, source: { container } }: Plan): ReadonlySet<string> {
  return new Set(files.values().map(({ source }) => instanceName(container, source)));
}

function notOurs(destination: Storage, names: readonly string[]): MdcBridgeError {
  const more = names.length > MAX_LISTED ? `\n  ... and ${names.length - MAX_LISTED} more` : '';
  return new MdcBridgeError(
    'conflict',
    `DEST holds ${names.length} file(s) under names that this run would write, and no journal says who wrote them:\n  ` +
      names.slice(0, MAX_LISTED).join('\n  ') +
      more,
    { place: { file: destination.url }, remedy: 'convert into another DEST, or move these files away' },
  );
}
