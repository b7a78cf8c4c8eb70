import type { BlobRequestConditions, BlockBlobClient } from '@azure/storage-blob';
import { bareEtag, quotedEtag } from './blob-listing.js';
import { type BlobRange, lookAt, readBlob, readSmall } from './blob-reader.js';
import { ByteBudget } from './byte-budget.js';
import type { Requests } from './requests.js';
import { blockIds, isTaken, MARK, newMark } from './staged-blob.js';

/** The most that one request sends. */
const MAX_BLOCK = 4 * 1024 * 1024;
/** A last block that is smaller is sent again with what is added: so a blob's 50,000 blocks are 12 GB, however small the appends. */
const FULL_BLOCK = 256 * 1024;

/** The blob as this process left it. */
interface Known {
  /** Absent: there is none yet. */
  readonly etag?: string;
  /** Of its blocks but a small last one, in order. */
  readonly ids: readonly string[];
  /** The content of the small last block. */
  readonly tail: Buffer;
}

/**
 * A block blob that one process appends to. An append puts up one block or more and then, in one request, makes the blob of those
 * that it has and these: it is there whole or not at all, wherever a kill falls. That request is under the condition of the etag
 * that this process left, and puts a mark of its own there: one that is repeated because its answer got lost knows its own
 * success from another's writing, also of the same bytes.
 *
 * Not an append blob, which can't be replaced by a shorter content in one step, takes 50,000 appends of any size, and can't tell
 * whose equal bytes are at its end.
 */
export class AppendedBlob {
  readonly #blob: BlockBlobClient;
  readonly #requests: Requests;
  readonly #fullBlock: number;
  #known: Known | undefined;

  constructor(blob: BlockBlobClient, requests: Requests, fullBlock: number = FULL_BLOCK) {
    this.#blob = blob;
    this.#requests = requests;
    this.#fullBlock = fullBlock;
  }

  /** After a failure, only a new object knows what is there. */
  async append(bytes: Uint8Array): Promise<void> {
    this.#known ??= await this.#look();
    const { etag, ids, tail } = this.#known;
    const parts = inParts(Buffer.concat([tail, bytes]));
    const mark = newMark();
    const added = blockIds(mark, parts.length);
    for (const [n, part] of parts.entries()) await this.#stage(added[n] ?? '', part);
    const all = [...ids, ...added];
    const now = await this.#commit(all, mark, etag);
    const last = parts.at(-1);
    this.#known =
      last !== undefined && last.length < this.#fullBlock
        ? { etag: now, ids: all.slice(0, -1), tail: last }
        : { etag: now, ids: all, tail: Buffer.alloc(0) };
  }

  /** What is there, by its blocks; a content that was put there without any is put up as some, for the next append. */
  async #look(): Promise<Known> {
    const there = await lookAt(this.#blob, this.#requests);
    if (there === undefined) return { ids: [], tail: Buffer.alloc(0) };
    const { etag, size } = there;
    // Of another content by now: then the etag is old, and the commit refused.
    const { committedBlocks = [] } = await this.#requests.send((abortSignal) =>
      this.#blob.getBlockList('committed', { abortSignal }),
    );
    const ids = committedBlocks.map(({ name }) => name);
    if (ids.length === 0) return { etag, ...(await this.#copy({ start: 0, end: size, etag })) };
    const last = committedBlocks.at(-1)?.size ?? 0;
    if (last >= this.#fullBlock) return { etag, ids, tail: Buffer.alloc(0) };
    const tail = await readSmall(this.#blob, { start: size - last, end: size, etag }, this.#requests);
    return { etag, ids: ids.slice(0, -1), tail };
  }

  async #copy(range: BlobRange): Promise<Pick<Known, 'ids' | 'tail'>> {
    const [mark, ids] = [newMark(), [] as string[]];
    if (range.end < this.#fullBlock) return { ids, tail: await readSmall(this.#blob, range, this.#requests) };
    for await (const chunk of readBlob(this.#blob, range, this.#requests, new ByteBudget(0), undefined)) {
      const id = blockIds(mark, ids.length + 1).at(-1) ?? '';
      await this.#stage(id, Buffer.from(chunk));
      ids.push(id);
    }
    return { ids, tail: Buffer.alloc(0) };
  }

  async #stage(id: string, body: Buffer): Promise<void> {
    const options = { bytes: body.length };
    await this.#requests.send(
      (abortSignal) => this.#blob.stageBlock(id, body, body.length, { abortSignal }),
      options,
    );
  }

  /** The new etag. */
  async #commit(ids: string[], mark: string, etag: string | undefined): Promise<string> {
    const conditions: BlobRequestConditions =
      etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: quotedEtag(etag) };
    const metadata = { [MARK]: mark };
    try {
      const { etag: made } = await this.#requests.send((abortSignal) =>
        this.#blob.commitBlockList(ids, { conditions, metadata, abortSignal }),
      );
      return bareEtag(made);
    } catch (error) {
      const there = isTaken(error) ? await lookAt(this.#blob, this.#requests) : undefined;
      if (there?.metadata[MARK] !== mark) throw error;
      return there.etag;
    }
  }
}

function inParts(bytes: Buffer): Buffer[] {
  const count = Math.ceil(bytes.length / MAX_BLOCK);
  return Array.from({ length: count }, (_, n) => bytes.subarray(n * MAX_BLOCK, (n + 1) * MAX_BLOCK));
}
