import type { Batch, BlobTarget } from '../delivery/batch.js';

/** Reading so many bytes of other frames costs less than another place in memory and another read. */
const NEAR_BYTES = 64 * 1024;

/** A batch whose rows lie in a spool file, between other frames. Its bytes are read when they are asked for. */
export class SpooledBatch implements Batch {
  readonly id: string;
  /** Within its file. */
  readonly number: number;
  readonly target: BlobTarget;
  /** Where in the file its frames are: start and end, start and end ... */
  readonly extents: number[] = [];
  rows = 0;
  /** Of its rows, in bytes. */
  size = 0;
  readonly #read: (batch: SpooledBatch) => Buffer;
  /** As long as somebody has them. */
  #bytes: WeakRef<Buffer> | undefined;

  constructor(id: string, number: number, target: BlobTarget, read: (batch: SpooledBatch) => Buffer) {
    this.id = id;
    this.number = number;
    this.target = target;
    this.#read = read;
  }

  /** @throws StorageError when the file can't be read. */
  get bytes(): Buffer {
    let bytes = this.#bytes?.deref();
    if (bytes?.length !== this.size) {
      bytes = this.#read(this);
      this.#bytes = new WeakRef(bytes);
    }
    return bytes;
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

/** A frame's payload that is JSON. */
export function parseObject(payload: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
