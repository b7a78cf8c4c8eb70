/** A blob that rows go to, and the line of names that stands first in it. */
export interface BlobTarget {
  /** Its name within the container: `sub/rg/ws/service/model/1/inputs/2026/11/22/data.csv`. */
  readonly name: string;
  /** With its CRLF; absent where no names are known. Only used while the blob has no committed content. */
  readonly header?: Uint8Array;
}

/** Whole rows for one blob, whole calls. Sent under one id for good, so that a batch sent again is known again. */
export interface Batch {
  /** UUID: the block's id in Azure (base64 of these 36 characters). */
  readonly id: string;
  /** May be read from a disk each time it is asked for. */
  readonly bytes: Uint8Array;
  /** Of `bytes`, which need not be read for it. */
  readonly size: number;
  readonly rows: number;
  /** What `bytes` gave is needed no more, and is something else's from now on; `bytes` would read it again. */
  release?(): void;
  /** Absent where a batch does not outlive its process. */
  readonly trace?: BatchTrace;
}

/** What is remembered of a batch's writing beyond its process's end: for sinks that can't tell by an id what they have. */
export interface BatchTrace {
  /** Where in the blob the first attempt began, or later, if others wrote just then; `undefined`: there was none. */
  readonly begunAt: number | undefined;
  /** To be called before the first attempt. Never throws: a disk that is full must not keep rows from being sent. */
  begin(at: number): void;
}

/** One target for each blob, oldest first, with the last header that it was given: rows without one take it from nobody. */
export function oneForEachBlob(targets: Iterable<BlobTarget>): BlobTarget[] {
  const blobs = new Map<string, BlobTarget>();
  for (const target of targets) {
    if (target.header !== undefined || !blobs.has(target.name)) blobs.set(target.name, target);
  }
  return [...blobs.values()];
}
