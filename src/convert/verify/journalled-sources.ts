import { readWhole, type Storage } from '../../storage/storage.js';
import { migrationFolder } from '../source.js';

/** The sources that any run has converted into this destination, by the journal. Only read: it may be in use. */
export async function journalledSources(destination: Storage, sourceId: string): Promise<string[]> {
  const content = await readWhole(destination, `${migrationFolder(sourceId)}/journal.jsonl`);
  const sources = new Set<string>();
  // What follows the last newline was cut short, and is none.
  for (const line of (content?.toString('utf8') ?? '').split('\n').slice(0, -1)) {
    const entry = JSON.parse(line) as { readonly kind?: string; readonly source?: string };
    if (entry.kind === 'source' && entry.source !== undefined) sources.add(entry.source);
  }
  return [...sources];
}
