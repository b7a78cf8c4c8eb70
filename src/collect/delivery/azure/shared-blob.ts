import { setTimeout as sleep } from 'node:timers/promises';
import type { BlockBlobClient } from '@azure/storage-blob';
import { throwIfAborted } from '../../../errors.js';
import type { Requests } from '../../../storage/azure/requests.js';
import type { Batch } from '../batch.js';
import { BlobLease } from './blob-lease.js';
import { isAbsent, isLeased, isOvertaken } from './blob-trouble.js';
import { type Appended, type BlobMemory, takeTurn } from './blob-turn.js';
import { blockId, HEADER_BLOCK, idsToCommit } from './block-list.js';
import { LeasedBlob } from './leased-blob.js';

/** Others that delete the blob, break the lease or commit without one get in between at most so often. */
const MAX_ROUNDS = 8;
const LONGEST_PAUSE_MS = 2000;

export interface SharedBlobSettings {
  readonly requests: Requests;
  /** So long another writer's lease is waited for, in milliseconds. */
  readonly patienceMs: number;
  /** Of the 50,000 that the service allows, so many blocks are used. */
  readonly maxBlocks: number;
}

/**
 * A block blob that several processes write, those of the Python collector among them: each takes the lease, stages its blocks, and
 * commits them with all that the others have committed and staged.
 */
export class SharedBlob {
  readonly #blob: BlockBlobClient;
  readonly #settings: SharedBlobSettings;
  readonly #memory: BlobMemory = { header: undefined, content: undefined };

  constructor(blob: BlockBlobClient, settings: SharedBlobSettings) {
    this.#blob = blob;
    this.#settings = settings;
  }

  /**
   * Returns when each batch is left or was seen in the content under its id.
   *
   * @throws ForeignContent, VanishedBlocks, the SDK's errors, the `aborted` error: what has become of the batches is not known then,
   *   and they are to be given again.
   */
  async append(
    header: Uint8Array | undefined,
    batches: readonly Batch[],
    signal?: AbortSignal,
  ): Promise<Appended> {
    for (let round = 1; ; round += 1) {
      try {
        return await this.#takeTurn(header, batches, signal);
      } catch (error) {
        throwIfAborted(signal);
        // A lease has been waited for long enough.
        if (isLeased(error) || !isOvertaken(error) || round === MAX_ROUNDS) throw error;
      }
      const pause = Math.min(LONGEST_PAUSE_MS, 50 * 2 ** round) * Math.random();
      await sleep(pause, undefined, { signal }).catch(() => throwIfAborted(signal));
    }
  }

  async #takeTurn(
    header: Uint8Array | undefined,
    batches: readonly Batch[],
    signal: AbortSignal | undefined,
  ): Promise<Appended> {
    const lease = await this.#acquire(header, batches, signal);
    try {
      const appending = { header, batches, maxBlocks: this.#settings.maxBlocks };
      return await takeTurn(this.#open(lease, signal), this.#memory, appending);
    } finally {
      await lease.release();
    }
  }

  /** A blob that isn't there is made first, by a block without a lease. */
  async #acquire(
    header: Uint8Array | undefined,
    batches: readonly Batch[],
    signal: AbortSignal | undefined,
  ): Promise<BlobLease> {
    const { requests, patienceMs } = this.#settings;
    for (let absences = 1; ; absences += 1) {
      try {
        return await BlobLease.acquire(this.#blob, requests, patienceMs, signal);
      } catch (error) {
        if (!isAbsent(error) || absences > 2) throw error;
      }
      const unleased = this.#open(undefined, signal);
      const made = absences === 1 ? this.#begin(unleased, header, batches) : create(unleased);
      await made.catch((error: unknown) => {
        // Others have made it meanwhile, and have their turn.
        if (!isOvertaken(error)) throw error;
      });
    }
  }

  async #begin(blob: LeasedBlob, header: Uint8Array | undefined, [first]: readonly Batch[]): Promise<void> {
    if (header !== undefined) {
      await blob.stage(HEADER_BLOCK, header);
      this.#memory.header = header;
    } else if (first !== undefined) await blob.stage(blockId(first.id), first.bytes);
  }

  #open(lease: BlobLease | undefined, signal: AbortSignal | undefined): LeasedBlob {
    return new LeasedBlob(this.#blob, this.#settings.requests, lease, signal);
  }
}

/** Where a blob of uncommitted blocks alone can't have a lease. */
async function create(blob: LeasedBlob): Promise<void> {
  await blob.create(idsToCommit(await blob.list(), []));
}
