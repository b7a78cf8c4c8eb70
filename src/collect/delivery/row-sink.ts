import { READ_BYTES } from '../spool/read-buffers.js';
import type { Batch, BlobTarget } from './batch.js';

/** Where batches become content: a folder, or a container. Knows nothing of timers, buffers and retries. */
export interface RowSink {
  /** Without credentials. */
  readonly url: string;
  /**
   * Appends these batches to the blob, each once: a batch that is there already, because an earlier answer was lost, is not
   * written again. Returns when every one of them has been seen in the blob's content.
   *
   * @throws StorageError (or the signal's `aborted` error): what was not seen there must be given again, under the same ids.
   */
  write(target: BlobTarget, batches: readonly Batch[], signal?: AbortSignal): Promise<Written>;
  /**
   * As `write`, before it returns: for the last rows of a process that ends. Absent where it can't be done.
   */
  writeNow?(target: BlobTarget, batches: readonly Batch[]): void;
  close(): Promise<void>;
}

export interface Written {
  /** The blob that took them: `{file}-1.csv` once the named one is full. */
  readonly name: string;
  /** Blocks that it has, of the 50,000 it may have; absent for files. */
  readonly blocks?: number;
}

const FLUSH_MS = { local: 1000, azure: 30_000 } as const;

/** Rows wait so long at most, unless told otherwise: a folder takes them at once, a container by requests. */
export function usualFlushMs({ writeNow }: RowSink): number {
  return writeNow === undefined ? FLUSH_MS.azure : FLUSH_MS.local;
}

const BATCH_BYTES = { local: READ_BYTES, azure: 2 ** 22 } as const;

/**
 * A spool's batches are so long at most. Each is read from the disk in one go, for which a service's requests wait: a millisecond
 * with these. A folder takes any number; of a blob's 50,000 blocks each should be a large one.
 */
export function spoolBatchBytes({ writeNow }: RowSink): number {
  return writeNow === undefined ? BATCH_BYTES.azure : BATCH_BYTES.local;
}
