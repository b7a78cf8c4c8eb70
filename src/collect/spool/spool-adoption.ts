import { MdcBridgeError } from '../../errors.js';
import { claimSegment, listSpoolFolder, readSpoolUrl } from './spool-folder.js';
import type { SpoolSettings } from './spool-options.js';
import { addLosses, tallyOf } from './spool-report.js';
import type { SpoolSegment } from './spool-segment.js';

/** What was found of processes that have ended. */
export interface Adoption {
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** Cut short by a kill in the middle of their writing: rows of calls that had not been durable. */
  readonly torn: { readonly bytes: number; readonly rows: number };
  /** Unreadable; the file stays in the folder as `….damaged` when its other rows are sent. The rows as far as known. */
  readonly damaged: { readonly files: number; readonly bytes: number; readonly rows: number };
  /** Files whose owner lives, as far as can be told. */
  readonly owned: number;
  /** Files that were left, and go elsewhere or don't tell where. */
  readonly foreign: number;
}

export interface Adopted {
  readonly segments: readonly SpoolSegment[];
  readonly adoption: Adoption;
}

/**
 * Claims all files of the folder that were left and go where this store's rows go. One that can't be read is told to `onError`,
 * and keeps none of the others.
 *
 * @throws StorageError of the folder itself
 */
export async function adoptLeftovers(settings: SpoolSettings): Promise<Adopted> {
  const { folder, url, adoptAny, onError } = settings;
  const segments: SpoolSegment[] = [];
  const found = { files: 0, rows: 0, bytes: 0, owned: 0, foreign: 0 };
  const torn = { bytes: 0, rows: 0 };
  const damaged = { files: 0, bytes: 0, rows: 0 };
  for (const entry of await listSpoolFolder(folder)) {
    if (!entry.isLeft) {
      found.owned += 1;
      continue;
    }
    try {
      const goes = await readSpoolUrl(entry);
      if (!adoptAny && goes !== 'empty' && (goes === 'unknown' || goes.url !== url)) {
        found.foreign += 1;
        continue;
      }
      const claimed = await claimSegment(folder, entry, settings);
      if (claimed === undefined) continue;
      const { segment, held } = claimed;
      segments.push(segment);
      found.files += 1;
      const { rows, bytes } = tallyOf(segment.batches());
      found.rows += rows;
      found.bytes += bytes;
      addLosses(torn, damaged, held);
    } catch (error) {
      if (!(error instanceof MdcBridgeError)) throw error;
      onError(error);
    }
  }
  return { segments, adoption: { ...found, torn, damaged } };
}
