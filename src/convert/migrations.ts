import type { Storage } from '../storage/storage.js';

/** The ids of all source trees that were converted into a destination, or are being so, in the order of its listing. */
export async function listMigrations(destination: Storage, signal?: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  for await (const { name } of destination.list('_migration/', signal)) {
    const [, id] = /^_migration\/([^/]+)\/plan\.json$/.exec(name) ?? [];
    if (id !== undefined) ids.push(id);
  }
  return ids;
}
