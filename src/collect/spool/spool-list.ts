import { resolve } from 'node:path';
import { MdcBridgeError, StorageError } from '../../errors.js';
import type { SpooledBatch } from './spool-batch.js';
import { readSpoolContents, SpoolContents } from './spool-contents.js';
import { hasSpoolFolder, listSpoolFolder, type SpoolEntry } from './spool-folder.js';
import { seedOf } from './spool-name.js';
import { addLosses, type OwnedSpoolFile, type SpoolReport, tallyOf } from './spool-report.js';

const NOTHING = { blobs: 0, rows: 0, bytes: 0 };

/**
 * What processes that have ended left in a spool folder. Changes nothing.
 *
 * @throws MdcBridgeError `usage` if there is no such folder; StorageError
 */
export async function listSpool(folder: string): Promise<SpoolReport> {
  if (!(await hasSpoolFolder(folder))) throw noSuchFolder(folder);
  const entries = await listSpoolFolder(folder);
  const torn = { bytes: 0, rows: 0 };
  const damaged = { files: 0, bytes: 0, rows: 0 };
  const byUrl = new Map<string | null, { files: number; batches: SpooledBatch[] }>();
  for (const entry of entries.filter(({ isLeft }) => isLeft)) {
    const held = await readContents(entry);
    addLosses(torn, damaged, held);
    const isEmpty = held.batches.size === 0 && held.damaged.bytes === 0;
    if (isEmpty) continue;
    const url = held.url ?? null;
    const found = byUrl.get(url) ?? { files: 0, batches: [] };
    byUrl.set(url, { files: found.files + 1, batches: [...found.batches, ...held.batches.values()] });
  }
  const destinations = [...byUrl].map(([url, { files, batches }]) => {
    return { url, files, sent: NOTHING, left: tallyOf(batches) };
  });
  const head = { kind: 'mdc-bridge spool', version: 1, action: 'list' } as const;
  return { ...head, folder: resolve(folder), destinations, owned: ownedOf(entries), torn, damaged };
}

/** A file that can't be read is damaged as a whole; one that is gone was sent meanwhile, and held nothing. */
async function readContents({ name, path, size }: SpoolEntry): Promise<SpoolContents> {
  const unread = { read: () => Buffer.alloc(0), noteBegin: () => undefined };
  try {
    return await readSpoolContents(path, seedOf(name), unread);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const held = new SpoolContents(unread);
    if (error.reason !== 'ENOENT') held.damage(size, 0);
    return held;
  }
}

function noSuchFolder(file: string): MdcBridgeError {
  return new MdcBridgeError('usage', 'there is no such spool folder', {
    place: { file },
    remedy: 'give the folder that the collector has as its option spoolFolder',
  });
}

function ownedOf(entries: readonly SpoolEntry[]): OwnedSpoolFile[] {
  return entries
    .filter(({ isLeft }) => !isLeft)
    .map(({ path, size, name: { owner } }) => ({
      file: path,
      host: owner.host,
      pid: owner.pid,
      bytes: size,
    }));
}
