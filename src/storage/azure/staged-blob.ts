import { randomBytes } from 'node:crypto';
import type { BlobRequestConditions, BlockBlobClient } from '@azure/storage-blob';
import type { StagedObject } from '../storage.js';
import { quotedEtag } from './blob-listing.js';
import { lookAt } from './blob-reader.js';
import type { ByteBudget } from './byte-budget.js';
import { codeOf, statusOf } from './request-failure.js';
import type { Requests } from './requests.js';

/** 50,000 of them are a blob of 100 GB. */
const BLOCK_BYTES = 2 * 1024 * 1024;
/** Names the content that a request put there, so that a repeated one knows its own. */
export const MARK = 'mdcbridge';
/** Others that write the same blob at the same time win at most so often. */
const MAX_ROUNDS = 5;

/** How a staged blob reaches the service. */
export interface BlobWriting {
  readonly requests: Requests;
  readonly budget: ByteBudget;
  /** The error for people. */
  failure(verb: string, name: string, error: unknown): Error;
  /** Told each token that is given out. */
  released(token: string): void;
}

/** A block blob being written: its blocks go out while it grows, and are nothing to be seen until one request makes a blob of them. */
export class StagedBlob implements StagedObject {
  readonly name: string;
  readonly #blob: BlockBlobClient;
  readonly #writing: BlobWriting;
  readonly #mark: string = newMark();
  readonly #uploads = new Set<Promise<void>>();
  #chunks: Buffer[] = [];
  #bytes = 0;
  #blocks = 0;
  #failure: unknown;

  constructor(name: string, blob: BlockBlobClient, writing: BlobWriting) {
    this.name = name;
    this.#blob = blob;
    this.#writing = writing;
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const part = Buffer.from(bytes.subarray(at, at + BLOCK_BYTES - this.#bytes));
      at += part.length;
      this.#chunks.push(part);
      this.#bytes += part.length;
      if (this.#bytes === BLOCK_BYTES) await this.#sendBlock();
    }
  }

  async rest(): Promise<void> {}

  async publish(): Promise<void> {
    // What fits into one request needs no blocks.
    const whole = this.#blocks === 0 ? Buffer.concat(this.#chunks) : undefined;
    if (whole === undefined) await this.#finishBlocks();
    try {
      if (whole === undefined)
        await commit(this.#blob, blockIds(this.#mark, this.#blocks), this.#mark, this.#writing);
      else await put(this.#blob, whole, this.#mark, this.#writing);
    } catch (error) {
      throw this.#writing.failure('publish', this.name, error);
    }
    this.#chunks = [];
  }

  async discard(): Promise<void> {
    this.#chunks = [];
    this.#bytes = 0;
    await Promise.all(this.#uploads);
  }

  async release(): Promise<string> {
    await this.#finishBlocks();
    const token = `${this.#mark}-${this.#blocks}`;
    this.#writing.released(token);
    return token;
  }

  async #finishBlocks(): Promise<void> {
    if (this.#bytes > 0) await this.#sendBlock();
    await Promise.all(this.#uploads);
    if (this.#failure !== undefined) throw this.#writing.failure('write', this.name, this.#failure);
  }

  /** Returns when the block has room in the budget; its failure is the next call's. */
  async #sendBlock(): Promise<void> {
    if (this.#failure !== undefined) throw this.#writing.failure('write', this.name, this.#failure);
    const { requests, budget } = this.#writing;
    const body = Buffer.concat(this.#chunks);
    const id = blockId(this.#mark, this.#blocks);
    this.#blocks += 1;
    this.#chunks = [];
    this.#bytes = 0;
    await budget.take(body.length);
    const upload = requests
      .send((abortSignal) => this.#blob.stageBlock(id, body, body.length, { abortSignal }), {
        bytes: body.length,
      })
      .then(
        () => undefined,
        (error: unknown) => {
          this.#failure ??= error;
        },
      )
      .finally(() => {
        budget.give(body.length);
        this.#uploads.delete(upload);
      });
    this.#uploads.add(upload);
  }
}

/** The blocks of released contents, in order; `undefined` if a token is none. */
export function blocksOf(tokens: readonly string[]): string[] | undefined {
  const ids: string[] = [];
  for (const token of tokens) {
    const [, mark, count] = /^([0-9a-f]{12})-(\d+)$/.exec(token) ?? [];
    if (mark === undefined) return undefined;
    ids.push(...blockIds(mark, Number(count)));
  }
  return ids;
}

export function newMark(): string {
  return randomBytes(6).toString('hex');
}

/** Makes a blob of its blocks, in place of what is there. */
export async function commit(
  blob: BlockBlobClient,
  ids: string[],
  mark: string,
  { requests }: BlobWriting,
): Promise<void> {
  await replace(blob, mark, requests, (conditions, metadata) =>
    requests.send((abortSignal) => blob.commitBlockList(ids, { conditions, metadata, abortSignal })),
  );
}

async function put(
  blob: BlockBlobClient,
  body: Buffer,
  mark: string,
  { requests }: BlobWriting,
): Promise<void> {
  await replace(blob, mark, requests, (conditions, metadata) =>
    requests.send((abortSignal) => blob.upload(body, body.length, { conditions, metadata, abortSignal }), {
      bytes: body.length,
    }),
  );
}

/**
 * Writes under a condition, so that nobody's newer content is lost, and a request that was repeated because its answer got lost
 * finds its own mark rather than a conflict.
 */
async function replace(
  blob: BlockBlobClient,
  mark: string,
  requests: Requests,
  write: (conditions: BlobRequestConditions, metadata: Record<string, string>) => Promise<unknown>,
): Promise<void> {
  let conditions: BlobRequestConditions = { ifNoneMatch: '*' };
  for (let round = 1; ; round += 1) {
    try {
      await write(conditions, { [MARK]: mark });
      return;
    } catch (error) {
      if (!isTaken(error) || round === MAX_ROUNDS) throw error;
      const there = await lookAt(blob, requests);
      if (there?.metadata[MARK] === mark) return;
      conditions = there === undefined ? { ifNoneMatch: '*' } : { ifMatch: quotedEtag(there.etag) };
    }
  }
}

/** Something else is there, or something else than a moment ago. */
export function isTaken(error: unknown): boolean {
  return statusOf(error) === 412 ? codeOf(error) !== 'LeaseIdMissing' : codeOf(error) === 'BlobAlreadyExists';
}

/** Of so many blocks, in their order. */
export function blockIds(mark: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => blockId(mark, n));
}

/** All of a blob have one length. */
function blockId(mark: string, n: number): string {
  return Buffer.from(`${mark}${String(n).padStart(6, '0')}`).toString('base64');
}
