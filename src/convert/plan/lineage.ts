import { readWhole, type Storage } from '../../storage/storage.js';
import { inLanes } from '../lanes.js';
import type { Identity, Lineage } from '../plan-file.js';
import { identityKey } from './identities.js';
import type { ListedTelemetry, SourceListing } from './list-sources.js';

/** Telemetry files are two lines; anything longer is not read. */
const MAX_TELEMETRY_BYTES = 64 * 1024;
const READS_AT_ONCE = 16;
/** So many are held as text, before what they say is added up in their order. */
const HELD_AT_ONCE = 256;

/**
 * What the telemetry files say about the workspace, service and compute that collected the data. Names and values are
 * separated by `, `; most real files have no value at all, and then there is nothing to tell. `owners`: folders before a
 * designation, joined by `/`, and whose the sources in them are.
 */
export async function readLineage(
  storage: Pick<Storage, 'stat' | 'read'>,
  telemetry: SourceListing['telemetry'],
  owners: ReadonlyMap<string, Identity>,
): Promise<Lineage[]> {
  const found = new Map<string, Lineage>();
  const files = telemetry.values();
  for (let some = take(files); some.length > 0; some = take(files)) {
    const texts: string[] = [];
    await inLanes(READS_AT_ONCE, some, async ({ object, size, before }, i) => {
      if (size > MAX_TELEMETRY_BYTES || !owners.has(before.join('/'))) return;
      texts[i] = (await readWhole(storage, object))?.toString('utf8') ?? '';
    });
    for (const [i, { before }] of some.entries()) {
      const identity = owners.get(before.join('/'));
      const values = parseTelemetry(texts[i] ?? '');
      if (identity === undefined || Object.keys(values).length === 0) continue;
      const key = JSON.stringify([identityKey(identity), values]);
      found.set(key, { ...identity, values, files: (found.get(key)?.files ?? 0) + 1 });
    }
  }
  return [...found.values()];
}

function take(files: IteratorObject<ListedTelemetry, undefined>): ListedTelemetry[] {
  const some: ListedTelemetry[] = [];
  for (let next = files.next(); next.done !== true; next = files.next()) {
    some.push(next.value);
    if (some.length === HELD_AT_ONCE) break;
  }
  return some;
}

function parseTelemetry(text: string): Record<string, string> {
  const [names = [], cells = []] = text.split('\n').map((line) => line.split(',').map((cell) => cell.trim()));
  const named = names.map((name, i) => [name, cells[i] ?? ''] as const);
  return Object.fromEntries(named.filter(([name, value]) => name !== '' && value !== ''));
}
