import { readWhole, type Storage } from '../../storage/storage.js';
import { inLanes } from '../lanes.js';
import type { Lineage } from '../plan-file.js';
import { type IdentifiedSource, identityKey } from './identities.js';
import type { SourceListing } from './list-sources.js';

/** Telemetry files are two lines; anything longer is not read. */
const MAX_TELEMETRY_BYTES = 64 * 1024;
const READS_AT_ONCE = 16;

/**
 * What the telemetry files say about the workspace, service and compute that collected the data. Names and values are
 * separated by `, `; most real files have no value at all, and then there is nothing to tell.
 */
export async function readLineage(
  storage: Storage,
  telemetry: SourceListing['telemetry'],
  files: readonly IdentifiedSource[],
): Promise<Lineage[]> {
  const owners = new Map(files.map((file) => [file.path.before.join('/'), file.identity]));
  const texts: string[] = [];
  await inLanes(READS_AT_ONCE, telemetry, async ({ object, size, before }, i) => {
    if (size > MAX_TELEMETRY_BYTES || !owners.has(before.join('/'))) return;
    texts[i] = (await readWhole(storage, object))?.toString('utf8') ?? '';
  });
  const found = new Map<string, Lineage>();
  for (const [i, { before }] of telemetry.entries()) {
    const identity = owners.get(before.join('/'));
    const values = parseTelemetry(texts[i] ?? '');
    if (identity === undefined || Object.keys(values).length === 0) continue;
    const key = JSON.stringify([identityKey(identity), values]);
    found.set(key, { ...identity, values, files: (found.get(key)?.files ?? 0) + 1 });
  }
  return [...found.values()];
}

function parseTelemetry(text: string): Record<string, string> {
  const [names = [], cells = []] = text.split('\n').map((line) => line.split(',').map((cell) => cell.trim()));
  const named = names.map((name, i) => [name, cells[i] ?? ''] as const);
  return Object.fromEntries(named.filter(([name, value]) => name !== '' && value !== ''));
}
