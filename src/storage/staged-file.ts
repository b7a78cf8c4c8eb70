import { basename, dirname } from 'node:path';
import type { StorageError } from '../errors.js';
import type { FileCalls, OpenFile } from './file-calls.js';
import { failureAt, isAbsent } from './file-failure.js';
import type { StagedObject } from './storage.js';

/** A file being written under a hidden name. */
export class StagedFile implements StagedObject {
  readonly name: string;
  readonly #hidden: string;
  readonly #target: string;
  readonly #calls: FileCalls;
  #file: OpenFile | undefined;
  #created = false;

  constructor(name: string, hidden: string, target: string, calls: FileCalls) {
    this.name = name;
    this.#hidden = hidden;
    this.#target = target;
    this.#calls = calls;
  }

  async append(bytes: Uint8Array): Promise<void> {
    try {
      await writeAll(await this.#open(), bytes);
    } catch (error) {
      throw this.#failure('write', error);
    }
  }

  async rest(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async publish(): Promise<void> {
    try {
      await this.#open();
      await this.rest();
      await moveTo(this.#calls, this.#hidden, this.#target);
    } catch (error) {
      throw this.#failure('publish', error);
    }
  }

  async discard(): Promise<void> {
    await this.rest();
    await this.#calls.remove(this.#hidden).catch(() => undefined);
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

  async #open(): Promise<OpenFile> {
    if (this.#file !== undefined) return this.#file;
    const open = (): Promise<OpenFile> => this.#calls.open(this.#hidden, this.#created ? 'a' : 'w');
    this.#file = this.#created ? await open() : await inFolder(this.#calls, this.#hidden, open);
    this.#created = true;
    return this.#file;
  }

  #failure(verb: string, cause: unknown): StorageError {
    return failureAt(this.#target, verb, this.name, cause);
  }
}

/** In one step. */
export async function moveTo(calls: FileCalls, hidden: string, target: string): Promise<void> {
  await inFolder(calls, target, () => calls.rename(hidden, target));
}

/** Makes the folder of `path` only if it turns out to be missing: it is there already for all its files but the first. */
async function inFolder<T>(calls: FileCalls, path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isAbsent(error)) throw error;
    await calls.mkdir(dirname(path));
    return await act();
  }
}

export async function writeAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) written += await file.write(bytes, written);
}
