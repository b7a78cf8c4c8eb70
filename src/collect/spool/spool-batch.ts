import type { Batch, BatchTrace, BlobTarget } from '../delivery/batch.js';
import { giveBuffer } from './read-buffers.js';

/** Reading so many bytes of other frames costs less than another place in memory and another read. */
const NEAR_BYTES = 64 * 1024;

/** The file that a batch lies in. */
export interface BatchFile {
  /** @throws StorageError */
  read(batch: SpooledBatch): Buffer;
  /** Writes down that the batch is written from there on. */
  noteBegin(batch: SpooledBatch, at: number): void;
}

/** A batch whose rows lie in a spool file, between other frames. Its bytes are read when they are asked for. */
export class SpooledBatch implements Batch, BatchTrace {
  readonly id: string;
  /** Within its file. */
  readonly number: number;
  readonly target: BlobTarget;
  /** Where in the file its frames are: start and end, start and end ... */
  readonly extents: number[] = [];
  rows = 0;
  /** Of its rows, in bytes. */
  size = 0;
  begunAt: number | undefined;
  readonly #file: BatchFile;
  /** As long as somebody has them. */
  #bytes: WeakRef<Buffer> | undefined;

  constructor(id: string, number: number, target: BlobTarget, file: BatchFile) {
    this.id = id;
    this.number = number;
    this.target = target;
    this.#file = file;
  }

  get trace(): BatchTrace {
    return this;
  }

  /** @throws StorageError when the file can't be read. */
  get bytes(): Buffer {
    let bytes = this.#bytes?.deref();
    if (bytes?.length !== this.size) {
      bytes = this.#file.read(this);
      this.#bytes = new WeakRef(bytes);
    }
    return bytes;
  }

  release(): void {
    const bytes = this.#bytes?.deref();
    this.#bytes = undefined;
    if (bytes !== undefined) giveBuffer(bytes);
  }

  begin(at: number): void {
    this.begunAt = at;
    this.#file.noteBegin(this, at);
  }

  /** One more frame of it, or a frame that has grown. */
  grow(start: number, end: number, bytes: number, rows: number): void {
    const last = this.extents.length - 1;
    const lastEnd = this.extents[last];
    if (lastEnd !== undefined && start - lastEnd <= NEAR_BYTES) this.extents[last] = end;
    else this.extents.push(start, end);
    this.size += bytes;
    this.rows += rows;
  }

  /** Rows are taken from it that lie behind this end of the file. */
  shrink(end: number, bytes: number, rows: number): void {
    while ((this.extents.at(-2) ?? 0) >= end && this.extents.length > 0) this.extents.length -= 2;
    const last = this.extents.length - 1;
    if (last > 0) this.extents[last] = Math.min(end, this.extents[last] ?? end);
    this.size -= bytes;
    this.rows -= rows;
  }
}

/** What a frame of the kind `batch` has as its payload. */
export function formatBatch({ id, target: { name, header } }: SpooledBatch): Buffer {
  const text = header === undefined ? undefined : Buffer.from(header).toString('base64');
  return Buffer.from(JSON.stringify({ id, name, header: text }));
}

/** `undefined` for what no spool has written. */
export function parseBatch(payload: Buffer): { id: string; target: BlobTarget } | undefined {
  const { id, name, header } = parseObject(payload);
  if (typeof id !== 'string' || typeof name !== 'string') return undefined;
  const target = typeof header === 'string' ? { name, header: Buffer.from(header, 'base64') } : { name };
  return { id, target };
}

/** What a frame of the kind `begun` has as its payload. */
export function formatBegun(at: number): Buffer {
  return Buffer.from(JSON.stringify({ at }));
}

/** `undefined` for what no spool has written. */
export function parseBegun(payload: Buffer): number | undefined {
  const { at } = parseObject(payload);
  return typeof at === 'number' ? at : undefined;
}

/** A frame's payload that is JSON. */
export function parseObject(payload: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
