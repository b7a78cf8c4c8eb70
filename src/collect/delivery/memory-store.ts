import { randomUUID } from 'node:crypto';
import type { Batch, BlobTarget } from './batch.js';
import type { RowStore } from './row-store.js';

/** Of a blob's first buffer, or more where a call needs more: rows for many blobs at once are few for each. */
const FIRST_BYTES = 1024;
/** A buffer is sent when the next call does not fit into it; a longer call has one of its own. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** Rows in memory: what is not sent is lost with the process. */
export class MemoryStore implements RowStore {
  readonly #maxBytes: number;
  readonly #lanes = new Map<string, Lane>();
  /** One buffer that is written to again, so that a steady stream of rows allocates nothing. */
  #spare: Buffer | undefined;
  #bytes = 0;

  /** @param maxBytes more is not taken. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get capacity(): number {
    return this.#maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  fits(bytes: number): boolean {
    return this.#bytes + bytes <= this.#maxBytes;
  }

  add(target: BlobTarget, rows: Uint8Array, count: number): boolean {
    if (!this.fits(rows.length)) return false;
    let lane = this.#lanes.get(target.name);
    if (lane === undefined) {
      lane = { target, buffer: this.#takeSpare(), length: 0, rows: 0, sealed: [] };
      this.#lanes.set(target.name, lane);
    }
    // Data without names takes away no header that was given.
    if (target.header !== undefined) lane.target = target;
    if (lane.length + rows.length > lane.buffer.length) this.#makeRoom(lane, rows.length);
    lane.buffer.set(rows, lane.length);
    lane.length += rows.length;
    lane.rows += count;
    this.#bytes += rows.length;
    return true;
  }

  waiting(): readonly BlobTarget[] {
    return [...this.#lanes.values()].map(({ target }) => target);
  }

  seal(name: string): readonly Batch[] {
    const lane = this.#lanes.get(name);
    if (lane === undefined) return [];
    this.#sealBuffer(lane);
    return [...lane.sealed];
  }

  done(name: string, batches: readonly Batch[]): void {
    const lane = this.#lanes.get(name);
    if (lane === undefined) return;
    const ids = new Set(batches.map(({ id }) => id));
    for (const { id, bytes } of lane.sealed) {
      if (!ids.has(id)) continue;
      this.#bytes -= bytes.length;
      if (bytes.buffer.byteLength === BATCH_BYTES) this.#spare = Buffer.from(bytes.buffer);
    }
    lane.sealed = lane.sealed.filter(({ id }) => !ids.has(id));
    if (lane.sealed.length === 0 && lane.length === 0) this.#lanes.delete(name);
  }

  abandon(): number {
    let rows = 0;
    for (const lane of this.#lanes.values()) {
      rows += lane.rows + lane.sealed.reduce((sum, batch) => sum + batch.rows, 0);
    }
    this.#lanes.clear();
    this.#bytes = 0;
    return rows;
  }

  async close(): Promise<void> {}

  /** Doubles the buffer, or begins another. */
  #makeRoom(lane: Lane, bytes: number): void {
    const needed = lane.length + bytes;
    if (lane.length > 0 && needed > BATCH_BYTES) {
      this.#sealBuffer(lane);
      if (bytes <= lane.buffer.length) return;
    }
    const grown = Buffer.allocUnsafeSlow(
      Math.max(lane.length + bytes, Math.min(BATCH_BYTES, 2 * lane.buffer.length)),
    );
    lane.buffer.copy(grown, 0, 0, lane.length);
    lane.buffer = grown;
  }

  #sealBuffer(lane: Lane): void {
    if (lane.length === 0) return;
    lane.sealed.push({
      id: randomUUID(),
      bytes: lane.buffer.subarray(0, lane.length),
      size: lane.length,
      rows: lane.rows,
    });
    lane.buffer = this.#takeSpare();
    lane.length = 0;
    lane.rows = 0;
  }

  #takeSpare(): Buffer {
    const buffer = this.#spare ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    this.#spare = undefined;
    return buffer;
  }
}

/** What waits for one blob. */
interface Lane {
  target: BlobTarget;
  buffer: Buffer;
  /** Of the buffer. */
  length: number;
  rows: number;
  sealed: Batch[];
}
