import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { MdcBridgeError, type StorageError, throwIfAborted } from '../errors.js';
import { turnEventLoop } from './event-loop.js';
import { type FileCalls, type OpenFile, PROMISED_CALLS, WAITING_CALLS } from './file-calls.js';
import { failureAt, isAbsent } from './file-failure.js';
import { listFolder } from './list-folder.js';
import { localLockHolder, takeLocalLock } from './local-lock.js';
import { moveTo, StagedFile, writeAll } from './staged-file.js';
import type {
  ListedOddity,
  Lock,
  LockHolder,
  ReadRange,
  StagedObject,
  Storage,
  StorageAccess,
  StoredObject,
} from './storage.js';
import { changedError } from './storage.js';
import { storageSettings } from './storage-options.js';

/** Hidden from consumers by its first character, and on the same file system as everything that is renamed out of it. */
const STAGING_FOLDER = '_staging';
const CHUNK_BYTES = 1024 * 1024;
const STATS_AT_ONCE = 64;

/** A folder of this machine. Objects are files; publishing is a rename, so a reader never sees half of one. */
export class LocalStorage implements Storage {
  readonly url: string;
  readonly container: string;
  readonly access: StorageAccess;
  readonly #root: string;
  readonly #calls: FileCalls;
  #staged = 0;

  constructor(root: string, calls: FileCalls = isMainThread ? PROMISED_CALLS : WAITING_CALLS) {
    this.#root = root;
    this.#calls = calls;
    this.url = pathToFileURL(root).href;
    this.container = basename(root);
    this.access = { address: this.url, side: 'v2', settings: storageSettings() };
  }

  async *list(
    prefix: string,
    signal?: AbortSignal,
    wanted?: (folder: string) => boolean,
  ): AsyncGenerator<StoredObject | ListedOddity, void, void> {
    let batch: ({ readonly name: string } | ListedOddity)[] = [];
    for await (const entry of listFolder(this.#root, prefix, signal, wanted)) {
      batch.push(entry);
      if (batch.length < STATS_AT_ONCE) continue;
      yield* await this.#look(batch);
      batch = [];
    }
    yield* await this.#look(batch);
  }

  async stat(name: string): Promise<StoredObject | undefined> {
    try {
      const stats = await this.#calls.stat(this.#path(name));
      return stats.isFile() ? { name, size: stats.size, etag: etagOf(stats) } : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw this.#failure('look at', name, error);
    }
  }

  async *read(
    name: string,
    range: ReadRange = {},
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, void> {
    const { start = 0, end = Number.POSITIVE_INFINITY, etag } = range;
    let file: OpenFile | undefined;
    try {
      file = await this.#calls.open(this.#path(name), 'r');
      if (etag !== undefined && etag !== etagOf(await file.stat()))
        throw changedError(name, this.#path(name));
      // One buffer for all chunks: allocating each costs more than reading it.
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, Math.max(0, end - start)));
      for (let at = start; at < end; ) {
        await turnEventLoop();
        throwIfAborted(signal);
        const bytesRead = await file.read(buffer, Math.min(buffer.length, end - at), at);
        if (bytesRead === 0) break;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
      if (etag !== undefined && etag !== etagOf(await file.stat()))
        throw changedError(name, this.#path(name));
    } catch (error) {
      throwIfAborted(signal);
      if (etag !== undefined && isAbsent(error)) throw changedError(name, this.#path(name));
      throw this.#failure('read', name, error);
    } finally {
      await file?.close();
    }
  }

  async stage(name: string): Promise<StagedObject> {
    this.#staged += 1;
    const hidden = this.#hidden(`${process.pid}-${stagingTag}-${this.#staged}`);
    return new StagedFile(name, hidden, this.#path(name), this.#calls);
  }

  async publishParts(name: string, [first, ...others]: readonly string[]): Promise<void> {
    if (first === undefined) throw new RangeError('an object has at least one part');
    try {
      if (others.length > 0) {
        const parts = others.map((token) => this.#hidden(token));
        await appendParts(this.#calls, this.#hidden(first), parts);
      }
      await moveTo(this.#calls, this.#hidden(first), this.#path(name));
    } catch (error) {
      throw this.#failure('publish', name, error);
    }
    await this.discardParts(others);
  }

  async discardParts(tokens: readonly string[]): Promise<void> {
    for (const token of tokens) await this.#calls.remove(this.#hidden(token)).catch(() => undefined);
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(name);
    try {
      await this.#calls.mkdir(dirname(path));
      const file = await this.#calls.open(path, 'a');
      try {
        await writeAll(file, bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw this.#failure('append to', name, error);
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await this.#calls.remove(this.#path(name));
    } catch (error) {
      throw this.#failure('remove', name, error);
    }
  }

  async sweep(): Promise<void> {
    try {
      await this.#calls.removeFolder(join(this.#root, STAGING_FOLDER));
    } catch (error) {
      throw this.#failure('clear', STAGING_FOLDER, error);
    }
  }

  async lock(name: string, holder: LockHolder): Promise<Lock> {
    try {
      return await takeLocalLock(this.#path(name), holder);
    } catch (error) {
      throw error instanceof MdcBridgeError ? error : this.#failure('lock', name, error);
    }
  }

  async lockedBy(name: string): Promise<LockHolder | undefined> {
    try {
      return await localLockHolder(this.#path(name));
    } catch (error) {
      throw this.#failure('look at', name, error);
    }
  }

  async #look(
    entries: readonly ({ readonly name: string } | ListedOddity)[],
  ): Promise<(StoredObject | ListedOddity)[]> {
    const found = await Promise.all(
      entries.map(async (entry) => {
        if ('oddity' in entry) return entry;
        return entry.name.startsWith(`${STAGING_FOLDER}/`) ? undefined : await this.stat(entry.name);
      }),
    );
    // Gone between the listing and the look: as if it had never been listed.
    return found.filter((entry) => entry !== undefined);
  }

  /** Where the content of this token lies. */
  #hidden(token: string): string {
    return join(this.#root, STAGING_FOLDER, token);
  }

  #path(name: string): string {
    return join(this.#root, name);
  }

  #failure(verb: string, name: string, cause: unknown): StorageError {
    return failureAt(this.#path(name), verb, name, cause);
  }
}

/** Tells apart the staged files of several threads of one process. */
const stagingTag: string = Math.random().toString(36).slice(2, 10);

function etagOf(stats: Stats): string {
  return `${stats.size}-${Math.round(stats.mtimeMs * 1000)}`;
}

/** Adds the content of files to the end of another. */
async function appendParts(calls: FileCalls, first: string, others: readonly string[]): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const target = await calls.open(first, 'a');
  try {
    for (const path of others) {
      const part = await calls.open(path, 'r');
      try {
        for (let at = 0; ; ) {
          const bytesRead = await part.read(buffer, buffer.length, at);
          if (bytesRead === 0) break;
          at += bytesRead;
          await writeAll(target, buffer.subarray(0, bytesRead));
        }
      } finally {
        await part.close();
      }
    }
  } finally {
    await target.close();
  }
}
