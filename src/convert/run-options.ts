import type { StorageOptions } from '../storage/storage-options.js';

/** How to run, as opposed to what to decide: nothing here changes a byte of the result, but for which sources are taken. */
export interface RunOptions {
  /** What stands before SRC within its container, when SRC is a folder inside one. */
  readonly prefix?: string;
  /** The container's name, when SRC is a copy under another name. */
  readonly sourceName?: string;
  /** Patterns on the source's name; only matching sources are taken. */
  readonly include?: readonly string[];
  /** Patterns on the source's name; matching sources are left out. */
  readonly exclude?: readonly string[];
  /** Worker threads; 0 works in the calling thread. As many as there are cores unless told. */
  readonly workers?: number;
  /** How blob storage is reached, where SRC or DEST lies there. */
  readonly storage?: StorageOptions;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** What has been done so far in one phase; `repair` reads outputs. `filesTotal` and `bytesTotal` grow while SRC is still being listed. */
export interface Progress {
  readonly phase: 'plan' | 'repair' | 'convert' | 'verify' | 'compare';
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly rows: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly seconds: number;
}
