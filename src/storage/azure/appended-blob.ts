import type { AppendBlobClient } from '@azure/storage-blob';
import { lookAt, readSmall } from './blob-reader.js';
import { codeOf, statusOf } from './request-failure.js';
import type { Requests } from './requests.js';

/** The most that one request appends, in every version of the service. */
const MAX_APPEND = 4 * 1024 * 1024;

/**
 * An append blob that one process writes. Each request says where it appends, so one that is repeated because its answer got lost
 * appends once.
 */
export class AppendedBlob {
  readonly #blob: AppendBlobClient;
  readonly #requests: Requests;
  #size: number | undefined;

  constructor(blob: AppendBlobClient, requests: Requests) {
    this.#blob = blob;
    this.#requests = requests;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#size ??= await this.#open();
    for (let at = 0; at < bytes.length; at += MAX_APPEND) {
      await this.#appendBlock(Buffer.from(bytes.subarray(at, at + MAX_APPEND)), this.#size);
      this.#size += Math.min(MAX_APPEND, bytes.length - at);
    }
  }

  async #open(): Promise<number> {
    const there = await lookAt(this.#blob, this.#requests);
    if (there !== undefined) return there.size;
    await this.#requests
      .send((abortSignal) => this.#blob.create({ conditions: { ifNoneMatch: '*' }, abortSignal }))
      // Made by a request whose answer got lost.
      .catch((error: unknown) => {
        if (codeOf(error) !== 'BlobAlreadyExists' && statusOf(error) !== 412) throw error;
      });
    return 0;
  }

  async #appendBlock(body: Buffer, appendPosition: number): Promise<void> {
    try {
      await this.#requests.send((abortSignal) =>
        this.#blob.appendBlock(body, body.length, { conditions: { appendPosition }, abortSignal }),
      );
    } catch (error) {
      if (statusOf(error) !== 412 || !(await this.#has(body, appendPosition))) throw error;
    }
  }

  /** Whether the blob ends with these bytes, from there on. */
  async #has(body: Buffer, start: number): Promise<boolean> {
    const there = await lookAt(this.#blob, this.#requests);
    const end = start + body.length;
    if (there?.size !== end) return false;
    return (await readSmall(this.#blob, { start, end, etag: there.etag }, this.#requests)).equals(body);
  }
}
