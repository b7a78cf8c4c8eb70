import type { MdcBridgeError } from '../../errors.js';
import type { WriteCall } from './spool-file.js';

export interface SpoolOptions {
  /** Several collectors, and several processes, may share it: each has files of its own. Made by the first rows. */
  readonly folder: string;
  /** Where the rows go, without credentials: kept in the files, and only files of this one are adopted. */
  readonly url: string;
  /** A batch is at most so long, but for one longer call. 4 MiB unless told. */
  readonly batchBytes?: number;
  /** The next file begins at this size. 64 MiB unless told. */
  readonly fileBytes?: number;
  /** Of this store's files on the disk; beyond it `add` takes nothing. 1 GiB unless told. */
  readonly maxSpoolBytes?: number;
  /** In memory while the disk takes nothing; beyond it `add` takes nothing. 64 MiB unless told. */
  readonly maxUnwrittenBytes?: number;
  /** Waits for the disk itself at the end of each tick: for a machine that may lose its power. */
  readonly fsync?: boolean;
  /** Files of any destination are adopted. */
  readonly adoptAny?: boolean;
  /** What the disk refused, once when it begins to: the rows stay in memory and are tried again. */
  readonly onError?: (error: MdcBridgeError) => void;
  /** For tests. */
  readonly write?: WriteCall;
}

/** `SpoolOptions`, resolved once. */
export interface SpoolSettings extends Required<Omit<SpoolOptions, 'write'>> {
  readonly write: WriteCall | undefined;
}

export function spoolSettings({ write, ...options }: SpoolOptions): SpoolSettings {
  return {
    batchBytes: 4 * 2 ** 20,
    fileBytes: 64 * 2 ** 20,
    maxSpoolBytes: 2 ** 30,
    maxUnwrittenBytes: 64 * 2 ** 20,
    fsync: false,
    adoptAny: false,
    onError: () => undefined,
    ...options,
    write,
  };
}
