import type { Batch, BlobTarget } from './batch.js';

/** Where accepted rows wait until the sink has them. */
export interface RowStore {
  /** Bytes that wait, headers aside. */
  readonly bytes: number;
  /** Bytes that may wait. */
  readonly capacity: number;
  /** Whether so many bytes of rows would be taken now. */
  fits(bytes: number): boolean;
  /**
   * Takes one call's rows, all or none. Copies them: the caller's buffer is used again.
   *
   * @returns false if they don't fit.
   */
  add(target: BlobTarget, rows: Uint8Array, count: number): boolean;
  /** Blobs that rows wait for, oldest first; a blob's header is the last one it was given. */
  waiting(): readonly BlobTarget[];
  /** All that waits for a blob, as batches; the same ones, in the same order, until they are `done`. */
  seal(name: string): readonly Batch[];
  /** These are in the blob: they are forgotten. */
  done(name: string, batches: readonly Batch[]): void;
  /** Nobody will send what waits: it is forgotten where it would be lost anyway. @returns so many rows are lost. */
  abandon(): number;
  /** Takes over what processes that have ended left, where that is possible. */
  adopt?(): Promise<unknown>;
  close(): Promise<void>;
}
