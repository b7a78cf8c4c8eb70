import type { BlockBlobClient } from '@azure/storage-blob';
import { bareEtag } from '../../../storage/azure/blob-listing.js';
import { readSmall } from '../../../storage/azure/blob-reader.js';
import type { Requests } from '../../../storage/azure/requests.js';
import type { BlobLease } from './blob-lease.js';
import type { BlockList } from './block-list.js';

/** As the Python collector's blobs have it. */
const CONTENT_TYPE = 'application/octet-stream';

/**
 * Requests to a blob that hold only as long as its lease does: one that is late, or repeated, can't harm the turn of another writer.
 * A lease may be missing, for a blob that can't have one yet. All throw the SDK's errors, and the `aborted` error.
 */
export class LeasedBlob {
  readonly #blob: BlockBlobClient;
  readonly #requests: Requests;
  readonly #leased: { readonly leaseId?: string };
  readonly #signal: AbortSignal | undefined;

  constructor(
    blob: BlockBlobClient,
    requests: Requests,
    lease: BlobLease | undefined,
    signal: AbortSignal | undefined,
  ) {
    this.#blob = blob;
    this.#requests = requests;
    this.#leased = lease === undefined ? {} : { leaseId: lease.id };
    this.#signal = signal;
  }

  async list(): Promise<BlockList> {
    const conditions = this.#leased;
    const {
      committedBlocks = [],
      uncommittedBlocks = [],
      blobContentLength: contentLength,
      etag,
    } = await this.#send((abortSignal) => this.#blob.getBlockList('all', { conditions, abortSignal }));
    return {
      committed: committedBlocks,
      uncommitted: uncommittedBlocks,
      contentLength,
      etag: bareEtag(etag),
    };
  }

  /** Without the content's blocks, of which there may be many: only its etag, which tells whether they are those of before. */
  async listStaged(): Promise<Pick<BlockList, 'uncommitted' | 'etag'>> {
    const conditions = this.#leased;
    const { uncommittedBlocks = [], etag } = await this.#send((abortSignal) =>
      this.#blob.getBlockList('uncommitted', { conditions, abortSignal }),
    );
    return { uncommitted: uncommittedBlocks, etag: bareEtag(etag) };
  }

  /** Under an id that is staged already: in its place. */
  async stage(id: string, bytes: Uint8Array): Promise<void> {
    const conditions = this.#leased;
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    await this.#send(
      (abortSignal) => this.#blob.stageBlock(id, body, body.length, { conditions, abortSignal }),
      body.length,
    );
  }

  /** Makes these blocks the content, those that are staged rather than those that are committed, and deletes all others. Gives its etag. */
  async commit(ids: readonly string[]): Promise<string> {
    return await this.#commit(ids, this.#leased);
  }

  /** As `commit`, if there is no content yet. */
  async create(ids: readonly string[]): Promise<void> {
    await this.#commit(ids, { ...this.#leased, ifNoneMatch: '*' });
  }

  /** A small part of the content; `end` is one past its last byte. */
  async read(range: {
    readonly start: number;
    readonly end: number;
    readonly etag: string;
  }): Promise<Buffer> {
    return await readSmall(this.#blob, range, this.#requests);
  }

  async #commit(
    ids: readonly string[],
    conditions: { readonly leaseId?: string; readonly ifNoneMatch?: string },
  ): Promise<string> {
    const blobHTTPHeaders = { blobContentType: CONTENT_TYPE };
    const { etag } = await this.#send((abortSignal) =>
      this.#blob.commitBlockList([...ids], { conditions, blobHTTPHeaders, abortSignal }),
    );
    return bareEtag(etag);
  }

  async #send<T>(act: (signal: AbortSignal) => Promise<T>, bytes = 0): Promise<T> {
    return await this.#requests.send(act, { signal: this.#signal, bytes });
  }
}
