import { firstInstance, instanceName, parseEventPath } from '../../event/event-path.js';
import { parseDataPath } from '../../legacy/data-path.js';
import type { Storage, StoredObject } from '../../storage/storage.js';
import { folderFilter } from '../folder-filter.js';
import { folderRange } from '../folder-range.js';
import type { Plan } from '../plan-file.js';
import { sourceFilter } from '../source.js';

/** What the v2 tree holds, by whose it is. */
export interface DestinationListing {
  /** A source's first instance → its files, in the order of their names. */
  readonly outputs: ReadonlyMap<string, readonly StoredObject[]>;
  /** Event files of other instances, and files of rows that an event may point to. */
  readonly others: readonly StoredObject[];
}

/** Memory: the names of all files in the v2 tree. */
export async function listDestination(
  destination: Storage,
  plan: Plan,
  signal: AbortSignal | undefined,
): Promise<DestinationListing> {
  const outputs = new Map<string, StoredObject[]>(
    plan.files.values().map(({ source }) => [instanceName(plan.source.container, source), []]),
  );
  const others: StoredObject[] = [];
  for await (const entry of destination.list('', signal)) {
    if ('oddity' in entry || entry.name.startsWith('_')) continue;
    // By the file's own name: a file of ours must be found wherever it was moved to.
    const instance = /([^/]+)\.jsonl$/.exec(entry.name)?.[1];
    const ours = instance === undefined ? undefined : outputs.get(firstInstance(instance));
    if (ours !== undefined) ours.push(entry);
    else if (parseEventPath(entry.name) !== undefined || /\/files\/[^/]+\.json$/.test(entry.name)) {
      others.push(entry);
    }
  }
  return { outputs, others };
}

/** How the legacy tree differs from what the plan saw. */
export interface SourceChanges {
  /** Size now, by name within the container. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Data files that the plan does not have, though its patterns and its range would take them. */
  readonly unplanned: readonly string[];
}

export async function listSource(
  source: Storage,
  plan: Plan,
  isWanted: (name: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<SourceChanges> {
  const planned = new Set(plan.files.values().map((file) => file.source));
  const sizes = new Map<string, number>();
  const unplanned: string[] = [];
  const isPlanned = sourceFilter(plan.source);
  const isInRange = folderRange(plan.settings);
  const asked = folderFilter({ ...plan.settings, ...plan.source });
  const descend = asked && ((folder: string): boolean => asked(plan.source.prefix + folder));
  for await (const entry of source.list('', signal, descend)) {
    if ('oddity' in entry) continue;
    const name = plan.source.prefix + entry.name;
    if (planned.has(name)) sizes.set(name, entry.size);
    else {
      const path = parseDataPath(name);
      if (path.kind !== 'data' || !isWanted(name) || !isPlanned(name)) continue;
      if (isInRange(path.date)) unplanned.push(name);
    }
  }
  return { sizes, unplanned };
}
