import { firstInstance } from '../../event/event-path.js';
import { readWhole, type Storage } from '../../storage/storage.js';
import { listMigrations } from '../migrations.js';
import { migrationFolder } from '../source.js';

/** What the journal says of a source that a run has converted into this destination. */
export interface JournalledSource {
  /** What live collection had was left out of it. */
  readonly heedsLive: boolean;
}

/** By source, whichever run converted it. Only read: it may be in use. */
export async function journalledSources(
  destination: Storage,
  sourceId: string,
): Promise<ReadonlyMap<string, JournalledSource>> {
  const content = await readWhole(destination, `${migrationFolder(sourceId)}/journal.jsonl`);
  const sources = new Map<string, JournalledSource>();
  // What follows the last newline was cut short, and is none.
  for (const line of (content?.toString('utf8') ?? '').split('\n').slice(0, -1)) {
    const entry = JSON.parse(line) as JournalLine;
    if (entry.kind !== 'source' || entry.source === undefined) continue;
    sources.set(entry.source, { heedsLive: entry.live !== undefined });
  }
  return sources;
}

/** The instances that any migration into this destination has claimed for its sources. */
export async function claimedInstances(
  destination: Storage,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const claimed = new Set<string>();
  for (const id of await listMigrations(destination, signal)) {
    const content = await readWhole(destination, `${migrationFolder(id)}/journal.jsonl`);
    for (const line of (content?.toString('utf8') ?? '').split('\n').slice(0, -1)) {
      const { kind, instances = [] } = JSON.parse(line) as JournalLine;
      if (kind === 'claim') for (const instance of instances) claimed.add(firstInstance(instance));
    }
  }
  return claimed;
}

interface JournalLine {
  readonly kind?: string;
  readonly source?: string;
  readonly live?: unknown;
  readonly instances?: readonly string[];
}
