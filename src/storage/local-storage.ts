import type { Stats } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StorageError, throwIfAborted } from '../errors.js';
import { listFolder } from './list-folder.js';
import type { ListedOddity, ReadRange, StagedObject, Storage, StoredObject } from './storage.js';

/** Hidden from consumers by its first character, and on the same file system as everything that is renamed out of it. */
const STAGING_FOLDER = '_staging';
const CHUNK_BYTES = 1024 * 1024;

/** A folder of this machine. Objects are files; publishing is a rename, so a reader never sees half of one. */
export class LocalStorage implements Storage {
  readonly url: string;
  readonly container: string;
  readonly #root: string;
  #staged = 0;

  constructor(root: string) {
    this.#root = root;
    this.url = pathToFileURL(root).href;
    this.container = basename(root);
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncGenerator<StoredObject | ListedOddity, void, void> {
    for await (const entry of listFolder(this.#root, prefix, signal)) {
      if ('oddity' in entry || entry.name.startsWith(`${STAGING_FOLDER}/`)) {
        if ('oddity' in entry) yield entry;
        continue;
      }
      const found = await this.stat(entry.name);
      // Gone between the listing and the look: as if it had never been listed.
      if (found !== undefined) yield found;
    }
  }

  async stat(name: string): Promise<StoredObject | undefined> {
    try {
      const stats = await stat(this.#path(name), { bigint: false });
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
    const { start = 0, end = Number.POSITIVE_INFINITY } = range;
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path(name), 'r');
      // One buffer for all chunks: allocating each costs more than reading it.
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, Math.max(0, end - start)));
      for (let at = start; at < end; ) {
        throwIfAborted(signal);
        const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - at), at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } catch (error) {
      throwIfAborted(signal);
      throw this.#failure('read', name, error);
    } finally {
      await file?.close();
    }
  }

  async stage(name: string): Promise<StagedObject> {
    this.#staged += 1;
    const hidden = this.#hidden(`${process.pid}-${stagingTag}-${this.#staged}`);
    return new StagedFile(name, hidden, this.#path(name), (verb, error) => this.#failure(verb, name, error));
  }

  async publishParts(name: string, [first, ...others]: readonly string[]): Promise<void> {
    if (first === undefined) throw new RangeError('an object has at least one part');
    try {
      if (others.length > 0)
        await appendParts(
          this.#hidden(first),
          others.map((token) => this.#hidden(token)),
        );
      await mkdir(dirname(this.#path(name)), { recursive: true });
      await rename(this.#hidden(first), this.#path(name));
    } catch (error) {
      throw this.#failure('publish', name, error);
    }
    await this.discardParts(others);
  }

  async discardParts(tokens: readonly string[]): Promise<void> {
    for (const token of tokens) await rm(this.#hidden(token), { force: true }).catch(() => undefined);
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(name);
    try {
      await mkdir(dirname(path), { recursive: true });
      const handle = await open(path, 'a');
      try {
        await writeAll(handle, bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw this.#failure('append to', name, error);
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await rm(this.#path(name), { force: true });
    } catch (error) {
      throw this.#failure('remove', name, error);
    }
  }

  async sweep(): Promise<void> {
    try {
      await rm(join(this.#root, STAGING_FOLDER), { recursive: true, force: true });
    } catch (error) {
      throw this.#failure('clear', STAGING_FOLDER, error);
    }
  }

  /** Where the content of this token lies. */
  #hidden(token: string): string {
    return join(this.#root, STAGING_FOLDER, token);
  }

  #path(name: string): string {
    return join(this.#root, name);
  }

  #failure(verb: string, name: string, cause: unknown): StorageError {
    if (cause instanceof StorageError) return cause;
    const reason = reasonOf(cause);
    const remedy = REMEDIES[reason];
    return new StorageError(reason, `can't ${verb} ${name}: ${explain(reason)}`, {
      place: { file: this.#path(name) },
      cause,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
}

/** Tells apart the staged files of several threads of one process. */
const stagingTag: string = Math.random().toString(36).slice(2, 10);

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space and run the same command again: what is done is kept',
  EACCES: 'give this user the right to read SRC and to write DEST, then run the same command again',
  EPERM: 'give this user the right to read SRC and to write DEST, then run the same command again',
  EROFS: 'choose a DEST on a file system that can be written',
  ENOTDIR: 'a file stands where a folder is needed; choose another DEST or move that file away',
  EMFILE: 'raise the limit on open files (ulimit -n) or use fewer --workers',
};

function explain(reason: string): string {
  const known: Readonly<Record<string, string>> = {
    ENOSPC: 'the disk is full',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'it is not there',
    EROFS: 'the file system is read-only',
    ENOTDIR: 'a part of its path is a file',
    EISDIR: 'it is a folder',
  };
  return known[reason] === undefined ? reason : `${known[reason]} (${reason})`;
}

/** A file being written under a hidden name. */
class StagedFile implements StagedObject {
  readonly name: string;
  readonly #hidden: string;
  readonly #target: string;
  readonly #failure: (verb: string, error: unknown) => StorageError;
  #handle: FileHandle | undefined;
  #created = false;

  constructor(
    name: string,
    hidden: string,
    target: string,
    failure: (verb: string, error: unknown) => StorageError,
  ) {
    this.name = name;
    this.#hidden = hidden;
    this.#target = target;
    this.#failure = failure;
  }

  async append(bytes: Uint8Array): Promise<void> {
    try {
      await writeAll(await this.#open(), bytes);
    } catch (error) {
      throw this.#failure('write', error);
    }
  }

  async rest(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async publish(): Promise<void> {
    try {
      await this.#open();
      await this.rest();
      await mkdir(dirname(this.#target), { recursive: true });
      await rename(this.#hidden, this.#target);
    } catch (error) {
      throw this.#failure('publish', error);
    }
  }

  async discard(): Promise<void> {
    await this.rest();
    await rm(this.#hidden, { force: true }).catch(() => undefined);
  }

  async release(): Promise<string> {
    try {
      await this.#open();
      await this.rest();
      return basename(this.#hidden);
    } catch (error) {
      throw this.#failure('write', error);
    }
  }

  async #open(): Promise<FileHandle> {
    if (this.#handle !== undefined) return this.#handle;
    if (!this.#created) await mkdir(dirname(this.#hidden), { recursive: true });
    this.#handle = await open(this.#hidden, this.#created ? 'a' : 'w');
    this.#created = true;
    return this.#handle;
  }
}

/** Adds the content of files to the end of another. */
async function appendParts(first: string, others: readonly string[]): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const target = await open(first, 'a');
  try {
    for (const path of others) {
      const part = await open(path, 'r');
      try {
        for (;;) {
          const { bytesRead } = await part.read(buffer, 0, buffer.length, null);
          if (bytesRead === 0) break;
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

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await handle.write(bytes, written, bytes.length - written)).bytesWritten;
  }
}

function etagOf(stats: Stats): string {
  return `${stats.size}-${Math.round(stats.mtimeMs * 1000)}`;
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : 'EUNKNOWN';
}

function isAbsent(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === 'ENOENT' || reason === 'ENOTDIR';
}
