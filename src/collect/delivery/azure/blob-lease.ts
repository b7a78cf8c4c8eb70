import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BlobLeaseClient, BlockBlobClient } from '@azure/storage-blob';
import { throwIfAborted } from '../../../errors.js';
import type { Requests } from '../../../storage/azure/requests.js';
import { Heartbeat } from '../../../storage/heartbeat.js';
import { isLeased } from './blob-trouble.js';

/** As the Python collector takes it. */
const LEASE_SECONDS = 30;
/** Several of them may fail before the lease is over. */
const RENEW_MS = 7000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
/** A lease that can't be given back ends by itself: not worth a long wait. */
const RELEASE_MS = 2000;

/** The right to write a blob, held for the moments of one commit, so that writers of several processes take turns. */
export class BlobLease {
  readonly id: string;
  readonly #client: BlobLeaseClient;
  readonly #requests: Requests;
  readonly #heartbeat: Heartbeat;
  readonly #released = new AbortController();

  private constructor(client: BlobLeaseClient, requests: Requests) {
    this.id = client.leaseId;
    this.#client = client;
    this.#requests = requests;
    this.#heartbeat = new Heartbeat(RENEW_MS, () => this.#renew());
  }

  /**
   * Waits its turn while another writer has the blob, for `patienceMs` at most.
   *
   * @throws the SDK's errors; the `aborted` error.
   */
  static async acquire(
    blob: BlockBlobClient,
    requests: Requests,
    patienceMs: number,
    signal: AbortSignal | undefined,
  ): Promise<BlobLease> {
    // Chosen by us: a repeated request whose first answer got lost asks for the same lease.
    const client = blob.getBlobLeaseClient(randomUUID());
    const end = performance.now() + patienceMs;
    for (let tries = 1; ; tries += 1) {
      try {
        await requests.send((abortSignal) => client.acquireLease(LEASE_SECONDS, { abortSignal }), { signal });
        return new BlobLease(client, requests);
      } catch (error) {
        if (!isLeased(error) || performance.now() > end) throw error;
      }
      await sleep(pauseAfter(tries), undefined, { signal }).catch(() => throwIfAborted(signal));
    }
  }

  /** Never fails: a lease that is lost already, or can't be given back, ends by itself. */
  async release(): Promise<void> {
    this.#released.abort();
    await this.#heartbeat.end();
    const signal = AbortSignal.timeout(RELEASE_MS);
    await this.#requests
      .send((abortSignal) => this.#client.releaseLease({ abortSignal }), { signal })
      .catch(() => undefined);
  }

  /** Past the queue of requests, where long uploads stand. A lost lease is told by the next request that needs it. */
  async #renew(): Promise<void> {
    const abortSignal = AbortSignal.any([this.#released.signal, AbortSignal.timeout(RENEW_MS)]);
    await this.#client.renewLease({ abortSignal }).catch(() => undefined);
  }
}

/** Random between half and all, so that writers who wait for the same lease don't ask at once again and again. */
function pauseAfter(tries: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 1.5 ** (tries - 1)) * (0.5 + Math.random() / 2);
}
