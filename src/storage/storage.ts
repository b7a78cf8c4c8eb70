import { StorageError } from '../errors.js';
import type { StorageSettings } from './storage-options.js';

/** An object as a listing shows it. */
export interface StoredObject {
  /** Within the storage's root, `/` between segments, never a leading one. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Changes when the content does; compared, never parsed. */
  readonly etag: string;
  /** In the archive tier: it can't be read until somebody rehydrates it. */
  readonly archived?: true;
}

/** Something in the listing that is no readable object, and why; it is counted, never silently left out. */
export interface ListedOddity {
  readonly name: string;
  readonly oddity: 'symlink' | 'name-not-utf8' | 'not-a-file' | 'not-addressable';
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

/** `file`: where it lies, for people. */
export function changedError(name: string, file?: string): StorageError {
  return new StorageError(CHANGED, `can't read ${name}: it has changed meanwhile`, {
    ...(file === undefined ? {} : { place: { file } }),
    remedy: 'run the same command again, with a new plan',
  });
}

export function isChanged(error: unknown): boolean {
  return error instanceof StorageError && error.reason === CHANGED;
}

/** An address with all that it was opened with. It may hold credentials: for threads, never to be shown or written. */
export interface StorageAccess {
  readonly address: string;
  readonly side: 'legacy' | 'v2';
  readonly settings: StorageSettings;
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
  /** How another thread opens the same; absent where only this object will do. */
  readonly access?: StorageAccess;
  /**
   * From the firing of this signal on, in place of an earlier one's, nothing that fails is repeated, and no call that is under way
   * lasts more than a second: for whoever has yet to put things in order. Absent where calls wait for nobody.
   */
  heed?(signal: AbortSignal | undefined): void;
  /**
   * All objects whose name starts with `prefix`, ordered by the UTF-8 bytes of their names (a service may order characters beyond
   * U+FFFF otherwise). Nothing there: no items. Given
   * `wanted`, what lies below a folder (`a/b/`) that it refuses is not listed; not at all, where that saves requests.
   */
  list(
    prefix: string,
    signal?: AbortSignal,
    wanted?: (folder: string) => boolean,
  ): AsyncIterable<StoredObject | ListedOddity>;
  /** Absent: `undefined`. */
  stat(name: string): Promise<StoredObject | undefined>;
  /** Chunks of the content; each is valid until the next is asked for. Absent: `ENOENT`, or `ECHANGED` where an etag is asked for. */
  read(name: string, range?: ReadRange, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** A new object's content, invisible under any listed name until it is published. */
  stage(name: string): Promise<StagedObject>;
  /**
   * Makes one object of contents that were released, in this order, visible in one step, under the `name` that they were staged
   * for. Their tokens are void afterwards.
   */
  publishParts(name: string, tokens: readonly string[]): Promise<void>;
  /** Forgets contents that were released; those that are gone already, too. */
  discardParts(tokens: readonly string[]): Promise<void>;
  /**
   * Adds bytes to the end of an object, durably; makes the object if it is absent. Any object that was published here may be
   * appended to, and one that was appended to replaced. For journals, not for data.
   */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /** Absent: done already. */
  remove(name: string): Promise<void>;
  /**
   * Removes whatever is staged and not published: what killed writers left, and at a run's end the place itself. Not to be called
   * while anybody writes here.
   */
  sweep(): Promise<void>;
  /**
   * Takes the lock of this name for `holder`. Held by another: `MdcBridgeError` `conflict`, which names that holder, since when
   * it has it, and what to do. While it is held, a listing may show an object of its name, or one that begins with it, whose
   * content is the driver's own.
   */
  lock(name: string, holder: LockHolder): Promise<Lock>;
  /** Who holds the lock of this name. Nobody, or somebody who has been silent for a minute: `undefined`. */
  lockedBy(name: string): Promise<LockHolder | undefined>;
}

/** Held by one process, of any machine, until it is released or its holder has been silent for a minute. */
export interface Lock {
  /** Fires if the lock was lost: somebody else may write now. Its reason is the error that says why. */
  readonly lost: AbortSignal;
  /** Lets others have it; done already, or lost: nothing. */
  release(): Promise<void>;
}

/** Whom people ask when they are told that a lock is held. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
  /** UTC, `2026-11-22T07:40:00.000Z`. */
  readonly since: string;
  /** What it does, for people; without credentials. */
  readonly command: string;
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
export async function readWhole(
  storage: Pick<Storage, 'stat' | 'read'>,
  name: string,
): Promise<Buffer | undefined> {
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
