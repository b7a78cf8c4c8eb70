import { formatCollectionPath, parseEventPath } from '../../event/event-path.js';
import type { Storage } from '../../storage/storage.js';
import type { LeftOut } from '../plan-file.js';
import type { StageRecords } from '../stage-records.js';
import { type CompareRules, type EventsTask, isInReach, MARGIN_MS } from './compare-task.js';
import { areStaged, eventSpans } from './stage-spans.js';

export interface ListedEvents {
  /** The largest first. */
  readonly files: readonly EventsTask[];
  /** By the tasks' `file`. */
  readonly names: readonly string[];
  readonly bytes: number;
  readonly leftOut: readonly LeftOut[];
}

const HOUR = /(?:^|\/)(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\/$/;
const MOST_EXAMPLES = 3;

/** The event files of the collections that legacy files become, in reach of the range. Memory: their names. */
export async function listEvents(
  v2: Storage,
  stages: StageRecords,
  rules: CompareRules,
  collections: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ListedEvents> {
  const numbers = new Map(collections.map((path, number) => [path, number]));
  const writers = collections.map((path) => stages.writers(path));
  const staged = writers.map((all) => areStaged(all.values()));
  const files: EventsTask[] = [];
  const others = new Map<string, LeftOut>();
  const wanted = (folder: string): boolean =>
    !/(?:^|\/)[_.][^/]*\/$/.test(folder) && isHourInReach(folder, rules);
  for await (const entry of v2.list('', signal, wanted)) {
    if ('oddity' in entry) continue;
    const path = parseEventPath(entry.name);
    if (path === undefined || !isHourInReach(`${path.hour}/`, rules)) continue;
    const collection = numbers.get(formatCollectionPath(path));
    if (collection !== undefined && entry.archived !== true) {
      const spans = eventSpans(writers[collection]?.get(path.instance) ?? [], staged[collection] ?? false);
      files.push({
        file: files.length,
        collection,
        object: entry.name,
        size: entry.size,
        stages: spans,
      });
      continue;
    }
    const why =
      collection === undefined
        ? `of the v2 collection ${formatCollectionPath(path)}, which no legacy file is of`
        : "of the v2 tree's archive tier, which can't be read";
    const known = others.get(why) ?? { why, count: 0, bytes: 0, examples: [] };
    const examples = [...known.examples, entry.name].slice(0, MOST_EXAMPLES);
    others.set(why, { why, count: known.count + 1, bytes: known.bytes + entry.size, examples });
  }
  return {
    files: files.toSorted((a, b) => b.size - a.size || a.file - b.file),
    names: files.map(({ object }) => object),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    leftOut: [...others.values()],
  };
}

/** Of any other folder: yes. */
function isHourInReach(folder: string, rules: CompareRules): boolean {
  const [, year, month, day, hour] = HOUR.exec(folder) ?? [];
  if (year === undefined) return true;
  const start = Date.parse(`${year}-${month}-${day}T${hour}:00:00Z`);
  return Number.isNaN(start) || isInReach(rules, start) || isInReach(rules, start + MARGIN_MS - 1);
}
