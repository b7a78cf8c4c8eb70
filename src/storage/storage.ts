import { StorageError } from '../errors.js';

/** An object as a listing shows it. */
export interface StoredObject {
  /** Within the storage's root, `/` between segments, never a leading one. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Changes when the content does; compared, never parsed. */
  readonly etag: string;
}

/** Something in the listing that is no readable object, and why; it is counted, never silently left out. */
export interface ListedOddity {
  readonly name: string;
  readonly oddity: 'symlink' | 'name-not-utf8' | 'not-a-file';
}

export interface ReadRange {
  /** First byte, 0 unless told. */
  readonly start?: number;
  /** One past the last byte; to the end unless told. */
  readonly end?: number;
  /** Only of this content: `ECHANGED` if the object has another, or is gone, before the last byte is read. */
  readonly etag?: string;
}

/** The reason of the error of a read whose object no longer has the `etag` that was asked for: what was read of it is void. */
export const CHANGED = 'ECHANGED';

export function isChanged(error: unknown): boolean {
  return error instanceof StorageError && error.reason === CHANGED;
}

/**
 * Bytes somewhere, under names. Every failure is a `StorageError`; what an absent object means is said for each method,
 * and is never confused with "can't be read".
 */
export interface Storage {
  /** Where this is, without credentials: `file:///...` for folders; fit for messages and for the journal. */
  readonly url: string;
  /** The blob container's name; a local folder's own name. */
  readonly container: string;
  /** All objects whose name starts with `prefix`, ordered by the UTF-8 bytes of their names. Nothing there: no items. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject | ListedOddity>;
  /** Absent: `undefined`. */
  stat(name: string): Promise<StoredObject | undefined>;
  /** Chunks of the content; each is valid until the next is asked for. Absent: `ENOENT`, or `ECHANGED` where an etag is asked for. */
  read(name: string, range?: ReadRange, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** A new object's content, invisible under any listed name until it is published. */
  stage(name: string): Promise<StagedObject>;
  /**
   * Makes one object of contents that were released, in this order, visible under `name` in one step. Their tokens are void
   * afterwards.
   */
  publishParts(name: string, tokens: readonly string[]): Promise<void>;
  /** Forgets contents that were released; those that are gone already, too. */
  discardParts(tokens: readonly string[]): Promise<void>;
  /** Adds bytes to the end of an object, durably; makes the object if it is absent. For journals, not for data. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /** Absent: done already. */
  remove(name: string): Promise<void>;
  /**
   * Removes whatever is staged and not published: what killed writers left, and at a run's end the place itself. Not to be called
   * while anybody writes here.
   */
  sweep(): Promise<void>;
}

export interface StagedObject {
  readonly name: string;
  append(bytes: Uint8Array): Promise<void>;
  /** Lets go of the operating system's handle; the next `append` takes it again. */
  rest(): Promise<void>;
  /** Makes the whole content visible under its name in one step, in place of what was there. */
  publish(): Promise<void>;
  /** Forgets the content; nothing was ever visible. */
  discard(): Promise<void>;
  /**
   * Gives the content up, still invisible, to whoever has the token: a text that another thread may hand to `publishParts` or
   * `discardParts` of a storage of the same URL. This object is done with then.
   */
  release(): Promise<string>;
}

/** The whole content of a small object. Absent: `undefined`. */
export async function readWhole(storage: Storage, name: string): Promise<Buffer | undefined> {
  const found = await storage.stat(name);
  if (found === undefined) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of storage.read(name, { end: found.size })) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Replaces an object by this content in one step. */
export async function writeWhole(storage: Storage, name: string, content: string): Promise<void> {
  const staged = await storage.stage(name);
  try {
    await staged.append(Buffer.from(content, 'utf8'));
    await staged.publish();
  } catch (error) {
    await staged.discard();
    throw error;
  }
}
