import { MdcBridgeError, type Place } from '../../errors.js';
import { firstInstance } from '../../event/event-path.js';
import type { Storage } from '../../storage/storage.js';
import { listMigrations } from '../migrations.js';
import { migrationFolder } from '../source.js';
import { linesOf, readStored } from '../stored-text.js';

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
  const sources = new Map<string, JournalledSource>();
  for await (const { kind, source, live } of journalLines(destination, sourceId)) {
    if (kind === 'source' && source !== undefined) sources.set(source, { heedsLive: live !== undefined });
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
    for await (const { kind, instances = [] } of journalLines(destination, id)) {
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

/** A million sources' are longer than a string may be. What follows the last newline was cut short, and is none. */
async function* journalLines(storage: Storage, sourceId: string): AsyncGenerator<JournalLine, void, void> {
  const name = `${migrationFolder(sourceId)}/journal.jsonl`;
  let line = 0;
  for await (const { text, isWhole } of linesOf(readStored({ storage, name }))) {
    line += 1;
    if (isWhole) yield parseLine(text, { file: name, line });
  }
}

function parseLine(text: string, place: Place): JournalLine {
  try {
    return JSON.parse(text) as JournalLine;
  } catch (cause) {
    throw new MdcBridgeError('conflict', 'the journal has a line that is no JSON', {
      place,
      cause,
      remedy: 'restore the journal, or convert into an empty DEST',
    });
  }
}
