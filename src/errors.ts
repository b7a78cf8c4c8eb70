/** Where something was found wrong: all parts are optional, so that a message names exactly what is known. */
export interface Place {
  /** A source's or destination object's name, or a path on this machine. */
  readonly file?: string;
  /** Byte offset from the file's first byte. */
  readonly offset?: number;
  /** 1-based line number, for files that people edit. */
  readonly line?: number;
}

/**
 * What went wrong, as a stable word that programs may switch on.
 *
 * - `usage`: an option or argument is wrong; nothing was done.
 * - `source`: SRC can't be read as a legacy tree.
 * - `plan`: the tree needs a decision before it can be converted (identity, clash of names, ...).
 * - `plan-file`: a plan file is not one, is of another tree, or of a later version.
 * - `conflict`: DEST holds something that is not ours, or that was made with other columns or types.
 * - `storage`: a file system or service refused.
 * - `aborted`: the caller's `AbortSignal` fired.
 * - `internal`: an invariant of ours is broken; always a bug.
 */
export type ErrorCode =
  | 'usage'
  | 'source'
  | 'plan'
  | 'plan-file'
  | 'conflict'
  | 'storage'
  | 'aborted'
  | 'internal';

export interface ErrorDetails {
  readonly place?: Place;
  /** What the reader of the message can do next, as a sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** The base of every error this package throws: what (message), where (place), why (cause), what to do (remedy). */
export class MdcBridgeError extends Error {
  readonly code: ErrorCode;
  readonly place: Place | undefined;
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'MdcBridgeError';
    this.code = code;
    this.place = details.place;
    this.remedy = details.remedy;
  }
}

/** The storage refused or failed. `reason` is the driver's own code, such as `ENOSPC` or `EACCES`. */
export class StorageError extends MdcBridgeError {
  readonly reason: string;

  constructor(reason: string, message: string, details: ErrorDetails = {}) {
    super('storage', message, details);
    this.name = 'StorageError';
    this.reason = reason;
  }
}

/** An error as plain data, for worker threads and JSON output. Secrets are kept out where errors are made. */
export interface SerializedError {
  readonly code: ErrorCode;
  readonly reason?: string;
  readonly message: string;
  readonly place?: Place;
  readonly remedy?: string;
}

export function serializeError(error: unknown): SerializedError {
  if (!(error instanceof MdcBridgeError)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { code: 'internal', message };
  }
  return {
    code: error.code,
    message: error.message,
    ...(error instanceof StorageError ? { reason: error.reason } : {}),
    ...(error.place === undefined ? {} : { place: error.place }),
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  };
}

export function deserializeError(data: SerializedError): MdcBridgeError {
  return data.reason === undefined
    ? new MdcBridgeError(data.code, data.message, data)
    : new StorageError(data.reason, data.message, data);
}

/** Throws the `aborted` error if the signal has fired: called between units of work, never inside one. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedError(signal);
}

export function abortedError(signal: AbortSignal): MdcBridgeError {
  return new MdcBridgeError('aborted', 'interrupted', { cause: signal.reason });
}
