import { randomUUID } from 'node:crypto';
import type { BlockBlobClient } from '@azure/storage-blob';
import { Heartbeat } from '../heartbeat.js';
import { hasEnded, heldBy, lockLost, parseHolder, unknownHolder } from '../lock-holder.js';
import type { Lock, LockHolder } from '../storage.js';
import { lookAt, readSmall } from './blob-reader.js';
import { codeOf, statusOf } from './request-failure.js';
import type { Requests } from './requests.js';

const LEASE_SECONDS = 60;
const BEAT_MS = 15_000;
/** Others take it, or let go of it, between two of our requests. */
const ROUNDS = 10;

/**
 * Takes a lock that is a blob with a lease of a minute, renewed while it is held. Its content is its holder, and is written before
 * the lease is taken, each under the etag of the step before: so the lease of a holder that lives is never broken for one that
 * has ended.
 *
 * @throws MdcBridgeError `conflict` if another holds it; the SDK's errors as they are.
 */
export async function takeBlobLock(
  blob: BlockBlobClient,
  url: string,
  holder: LockHolder,
  requests: Requests,
  beatMs: number = BEAT_MS,
): Promise<Lock> {
  // Chosen by us: a repeated request whose first answer got lost asks for the same lease.
  const id = randomUUID();
  for (let round = 1; ; round += 1) {
    try {
      const etag = await writeHolder(blob, url, holder, requests);
      const conditions = { ifMatch: etag };
      const lease = blob.getBlobLeaseClient(id);
      await requests.send((abortSignal) => lease.acquireLease(LEASE_SECONDS, { conditions, abortSignal }));
      return new BlobLock(blob, url, id, requests, beatMs);
    } catch (error) {
      const status = statusOf(error);
      const isMoved = status === 404 || status === 409 || status === 412;
      if (!isMoved || codeOf(error) === 'ContainerNotFound' || round === ROUNDS) throw error;
    }
  }
}

/** The etag of the blob with the holder in it, which had no lease at that moment. */
async function writeHolder(
  blob: BlockBlobClient,
  url: string,
  holder: LockHolder,
  requests: Requests,
): Promise<string> {
  const there = await lookAtLease(blob, requests);
  if (there?.leased === true) {
    const other = await readHolder(blob, requests);
    if (other === undefined || !hasEnded(other)) throw heldBy(other ?? unknownHolder(new Date()), url);
    const lease = blob.getBlobLeaseClient();
    const conditions = { ifMatch: there.etag };
    await requests.send((abortSignal) => lease.breakLease(0, { conditions, abortSignal }));
  }
  const text = Buffer.from(`${JSON.stringify(holder)}\n`);
  const conditions = there === undefined ? { ifNoneMatch: '*' } : { ifMatch: there.etag };
  const written = await requests.send((abortSignal) =>
    blob.upload(text, text.length, { conditions, abortSignal }),
  );
  return written.etag ?? '';
}

/** Nobody: `undefined`. */
export async function blobLockHolder(
  blob: BlockBlobClient,
  requests: Requests,
): Promise<LockHolder | undefined> {
  if ((await lookAtLease(blob, requests))?.leased !== true) return undefined;
  const holder = await readHolder(blob, requests);
  if (holder === undefined) return unknownHolder(new Date());
  return hasEnded(holder) ? undefined : holder;
}

async function lookAtLease(
  blob: BlockBlobClient,
  requests: Requests,
): Promise<{ readonly etag: string; readonly leased: boolean } | undefined> {
  try {
    const { etag = '', leaseState } = await requests.send((abortSignal) =>
      blob.getProperties({ abortSignal }),
    );
    return { etag, leased: leaseState === 'leased' || leaseState === 'breaking' };
  } catch (error) {
    if (statusOf(error) === 404 && codeOf(error) !== 'ContainerNotFound') return undefined;
    throw error;
  }
}

class BlobLock implements Lock {
  readonly #blob: BlockBlobClient;
  readonly #url: string;
  readonly #id: string;
  readonly #requests: Requests;
  readonly #lost = new AbortController();
  readonly #heartbeat: Heartbeat;
  #renewed = Date.now();
  #released = false;

  constructor(blob: BlockBlobClient, url: string, id: string, requests: Requests, beatMs: number) {
    this.#blob = blob;
    this.#url = url;
    this.#id = id;
    this.#requests = requests;
    this.#heartbeat = new Heartbeat(beatMs, () => this.#beat());
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await this.#heartbeat.end();
    if (this.lost.aborted) return;
    const conditions = { leaseId: this.#id };
    await this.#requests
      .send((abortSignal) => this.#blob.delete({ conditions, abortSignal }))
      // Gone by a request whose answer got lost, or with the lease: then it is not ours to delete.
      .catch((error: unknown) => {
        if (statusOf(error) !== 404 && !isLeased(error)) throw error;
      });
  }

  async #beat(): Promise<void> {
    const began = Date.now();
    try {
      const lease = this.#blob.getBlobLeaseClient(this.#id);
      await this.#requests.send((abortSignal) => lease.renewLease({ abortSignal }), {
        signal: AbortSignal.timeout(LEASE_SECONDS * 1000),
      });
      this.#renewed = began;
    } catch (error) {
      const isGone = isLeased(error) || statusOf(error) === 404;
      if (isGone || Date.now() - this.#renewed > LEASE_SECONDS * 1000) await this.#lose(isGone, error);
    }
  }

  async #lose(isGone: boolean, error: unknown): Promise<void> {
    this.#heartbeat.stop();
    const holder = await readHolder(this.#blob, this.#requests).catch(() => undefined);
    const cause = isGone ? undefined : (codeOf(error) ?? 'no answer');
    this.#lost.abort(lockLost(holder, this.#url, cause));
  }
}

async function readHolder(blob: BlockBlobClient, requests: Requests): Promise<LockHolder | undefined> {
  const there = await lookAt(blob, requests);
  if (there === undefined) return undefined;
  const range = { start: 0, end: there.size, etag: there.etag };
  return parseHolder((await readSmall(blob, range, requests)).toString('utf8'));
}

/** Refused since another has the lease, or since ours is no more. */
function isLeased(error: unknown): boolean {
  return /^Lease(?:AlreadyPresent|IdMissing|IdMismatch|IsBroken|Lost|NotPresent)/.test(codeOf(error) ?? '');
}
