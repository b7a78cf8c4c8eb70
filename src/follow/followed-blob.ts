import { createHash, type Hash } from 'node:crypto';
import type { Split } from '../convert/plan-file.js';
import type { Storage, StoredObject } from '../storage/storage.js';
import { RowRuns } from './row-runs.js';

/** What is looked at again whenever a blob has grown: a header that was put in front shows at the head, other content at both. */
const HEAD_BYTES = 4 * 1024;
const TAIL_BYTES = 16 * 1024;

/** What became of a blob since it was read last. */
export type Growth = 'grown' | 'replaced';

export interface BlobOptions {
  readonly verdict: 'present' | 'absent' | 'auto';
  /** Where the parts end that an earlier run has done for good. */
  readonly frozenEnd: number;
  readonly partBytes?: number;
}

/**
 * One blob that grows, read once as it comes. Memory: see `RowRuns`, and 20 KiB of its beginning and its end, by which content is
 * known again.
 */
export class FollowedBlob {
  readonly object: string;
  readonly runs: RowRuns;
  etag = '';
  /** So much of it was read. */
  seen = 0;
  readonly #options: BlobOptions;
  #head: Buffer = Buffer.alloc(0);
  #tail: Buffer = Buffer.alloc(0);
  /** Of what lies before `#frozenEnd`. */
  #frozen: Hash = createHash('sha256');
  #frozenEnd: number;

  constructor(object: string, options: BlobOptions) {
    this.object = object;
    this.#options = options;
    this.#frozenEnd = options.frozenEnd;
    this.runs = new RowRuns(options.verdict, options.frozenEnd, options.partBytes);
  }

  /** SHA-256 of the parts that are done for good, in hex. */
  get frozenSha256(): string {
    return this.#frozen.copy().digest('hex');
  }

  /** The same blob, read from its beginning again. */
  again(frozenEnd: number): FollowedBlob {
    return new FollowedBlob(this.object, { ...this.#options, frozenEnd });
  }

  /**
   * Reads what has come. `replaced`: it is not what was read before, so nothing that is known of it counts.
   *
   * @throws StorageError `ECHANGED` if it changes meanwhile; what was read until then counts.
   */
  async read(
    storage: Storage,
    { size, etag }: Pick<StoredObject, 'size' | 'etag'>,
    signal: AbortSignal | undefined,
  ): Promise<Growth> {
    if (size < this.seen || !(await this.#beginsAsBefore(storage, etag, signal))) return 'replaced';
    // What was read last is read once more, in the same request.
    let known: Buffer = this.#tail;
    const start = this.seen - known.length;
    for await (const chunk of storage.read(this.object, { start, end: size, etag }, signal)) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const same = Math.min(known.length, bytes.length);
      if (known.compare(bytes, 0, same, 0, same) !== 0) return 'replaced';
      known = known.subarray(same);
      if (same < bytes.length) this.#take(bytes.subarray(same));
    }
    this.etag = etag;
    return 'grown';
  }

  /** Makes the cut: what lies before it is done for good. */
  async freeze(storage: Storage, { offset }: Split, signal: AbortSignal | undefined): Promise<void> {
    const range = { start: this.#frozenEnd, end: offset, etag: this.etag };
    const frozen = this.#frozen.copy();
    for await (const chunk of storage.read(this.object, range, signal)) frozen.update(chunk);
    this.#frozen = frozen;
    this.#frozenEnd = offset;
    this.runs.freeze();
  }

  /** Nothing is done for good any more. */
  thaw(): void {
    this.#frozen = createHash('sha256');
    this.#frozenEnd = 0;
    this.runs.thaw();
  }

  async #beginsAsBefore(storage: Storage, etag: string, signal: AbortSignal | undefined): Promise<boolean> {
    // The tail is all of it, or reaches back to the head.
    if (this.seen <= this.#tail.length) return true;
    const found: Buffer[] = [];
    const range = { end: this.#head.length, etag };
    for await (const chunk of storage.read(this.object, range, signal)) found.push(Buffer.from(chunk));
    return Buffer.concat(found).equals(this.#head);
  }

  #take(bytes: Buffer): void {
    if (this.seen < this.#frozenEnd) this.#frozen.update(bytes.subarray(0, this.#frozenEnd - this.seen));
    if (this.#head.length < HEAD_BYTES) {
      this.#head = Buffer.concat([this.#head, bytes.subarray(0, HEAD_BYTES - this.#head.length)]);
    }
    const tail = bytes.length < TAIL_BYTES ? Buffer.concat([this.#tail, bytes]) : bytes;
    this.#tail = Buffer.from(tail.subarray(-TAIL_BYTES));
    this.seen += bytes.length;
    this.runs.push(bytes);
  }
}
