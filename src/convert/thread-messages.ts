import type { SerializedError } from '../errors.js';

/** The work of a pool: in each of its threads, or in the calling one. */
export interface ThreadWork<Job, Result> {
  perform(job: Job, signal: AbortSignal, onChunk: (bytes: number, rows: number) => void): Promise<Result>;
  /** After the last job: puts away what is still held. */
  finish?(): void;
}

/** What a thread is started with: the same `setup` for all of a pool, and its own number. */
export interface ThreadStart<Setup> {
  readonly setup: Setup;
  /** Counts the pool's threads from 0; no two have the same. */
  readonly thread: number;
  /** So many there are. */
  readonly threads: number;
}

export type ToThread<Job> =
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'abort' }
  /** No job follows: finish, and say so. */
  | { readonly kind: 'finish' };

/** With what was read since the message before. */
export type FromThread<Result> = { readonly bytes: number; readonly rows: number } & (
  | { readonly kind: 'progress' }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly error: SerializedError }
);
