import { formatCollectionPath, instanceName } from '../event/event-path.js';
import { CLAIMED_AT_ONCE, type Journal, type JournalEntry } from './journal.js';
import type { LiveTree } from './live/live-tree.js';
import type { Plan } from './plan-file.js';

/** Journals what the run is about to write, before it writes: columns, range, watermarks, and the names of its files. */
export async function claimPlanned(plan: Plan, journal: Journal, live: LiveTree): Promise<void> {
  const watermarks = live
    .watermarks()
    .filter(({ path, hour }) => journal.watermarks.get(path) !== hour)
    .map(({ path, hour }) => ({ kind: 'watermark' as const, path, hour }));
  const sources = plan.files.values().map(({ source }) => source);
  await claimSources(plan.source.container, sources, journal, [
    ...newDecisions(plan, journal),
    ...watermarks,
  ]);
}

/** What the plan says of columns and range, where the journal does not say so yet. */
export function newDecisions(
  { collections, settings: { since, until } }: Pick<Plan, 'collections' | 'settings'>,
  journal: Journal,
): JournalEntry[] {
  const isSameRange =
    journal.range !== undefined && journal.range.since === since && journal.range.until === until;
  const range = {
    kind: 'range' as const,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  return [
    ...collections
      .map((collection) => ({
        kind: 'collection' as const,
        path: formatCollectionPath(collection),
        columns: collection.columns.map(({ name, type }) => [name, type] as const),
      }))
      .filter(
        ({ path, columns }) => JSON.stringify(journal.collections.get(path)) !== JSON.stringify(columns),
      ),
    ...(isSameRange ? [] : [range]),
  ];
}

/** The names of these sources' files are ours from here on. `entries` become durable with the first of them. */
export async function claimSources(
  container: string,
  sources: Iterable<string>,
  journal: Journal,
  entries: readonly JournalEntry[] = [],
): Promise<void> {
  let first = entries;
  for (const instances of unclaimed(container, sources, journal)) {
    await journal.append(...first, { kind: 'claim', instances });
    first = [];
  }
  if (first.length > 0) await journal.append(...first);
}

function* unclaimed(
  container: string,
  sources: Iterable<string>,
  { instances }: Journal,
): Generator<string[], void, void> {
  let some: string[] = [];
  for (const source of sources) {
    const instance = instanceName(container, source);
    if (!instances.has(instance)) some.push(instance);
    if (some.length < CLAIMED_AT_ONCE) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
