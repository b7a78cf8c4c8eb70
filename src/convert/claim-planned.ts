import { formatCollectionPath, instanceName } from '../event/event-path.js';
import type { Journal, JournalEntry } from './journal.js';
import type { LiveTree } from './live/live-tree.js';
import type { Plan } from './plan-file.js';

/** An entry is one line, to be written in one request. */
const CLAIMED_AT_ONCE = 10_000;

/** Journals what the run is about to write, before it writes: columns, range, watermarks, and the names of its files. */
export async function claimPlanned(plan: Plan, journal: Journal, live: LiveTree): Promise<void> {
  const collections = plan.collections
    .map((collection) => ({
      kind: 'collection' as const,
      path: formatCollectionPath(collection),
      columns: collection.columns.map(({ name, type }) => [name, type] as const),
    }))
    .filter(({ path, columns }) => JSON.stringify(journal.collections.get(path)) !== JSON.stringify(columns));
  const { since, until } = plan.settings;
  const range = {
    kind: 'range' as const,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  const sameRange = journal.range?.since === since && journal.range?.until === until;
  let entries: JournalEntry[] = [
    ...collections,
    ...(journal.range !== undefined && sameRange ? [] : [range]),
    ...live
      .watermarks()
      .filter(({ path, hour }) => journal.watermarks.get(path) !== hour)
      .map(({ path, hour }) => ({ kind: 'watermark' as const, path, hour })),
  ];
  for (const instances of unclaimed(plan, journal)) {
    await journal.append(...entries, { kind: 'claim', instances });
    entries = [];
  }
  await journal.append(...entries);
}

function* unclaimed(
  { files, source: { container } }: Plan,
  { instances }: Journal,
): Generator<string[], void, void> {
  let some: string[] = [];
  for (const { source } of files) {
    const instance = instanceName(container, source);
    if (!instances.has(instance)) some.push(instance);
    if (some.length < CLAIMED_AT_ONCE) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
