import * as waiting from 'node:fs';
import * as promised from 'node:fs/promises';

/** A file with an open descriptor. */
export interface OpenFile {
  /** Bytes read into the start of `buffer`; 0 at the end. */
  read(buffer: Uint8Array, length: number, at: number): Promise<number>;
  /** Bytes written of `bytes` from `offset` on, at the descriptor's place; perhaps not all. */
  write(bytes: Uint8Array, offset: number): Promise<number>;
  stat(): Promise<waiting.Stats>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What a local storage asks of the operating system. Failures are Node's own (`ErrnoException`). */
export interface FileCalls {
  open(path: string, flags: 'r' | 'a' | 'w'): Promise<OpenFile>;
  stat(path: string): Promise<waiting.Stats>;
  /** Of a file, in place of whatever is there. */
  rename(from: string, to: string): Promise<void>;
  /** With its parents; a folder that is there is no error. */
  mkdir(path: string): Promise<void>;
  /** A file; absent is no error. */
  remove(path: string): Promise<void>;
  /** A folder with all that is in it; absent is no error. */
  removeFolder(path: string): Promise<void>;
}

/** The calling thread goes on with other work meanwhile. For the main thread, which has other work. */
export const PROMISED_CALLS: FileCalls = {
  open: async (path, flags) => new PromisedFile(await promised.open(path, flags)),
  stat: (path) => promised.stat(path),
  rename: (from, to) => promised.rename(from, to),
  mkdir: async (path) => void (await promised.mkdir(path, { recursive: true })),
  remove: (path) => promised.rm(path, { force: true }),
  removeFolder: (path) => promised.rm(path, { recursive: true, force: true }),
};

/**
 * The calling thread waits in each call. For a worker thread, which has nothing else to do: a call through libuv's threads
 * costs two wake-ups of another core, as much as reading 100 KiB from the page cache.
 */
export const WAITING_CALLS: FileCalls = {
  open: async (path, flags) => new WaitingFile(waiting.openSync(path, flags)),
  stat: async (path) => waiting.statSync(path),
  rename: async (from, to) => waiting.renameSync(from, to),
  mkdir: async (path) => void waiting.mkdirSync(path, { recursive: true }),
  remove: async (path) => waiting.rmSync(path, { force: true }),
  removeFolder: async (path) => waiting.rmSync(path, { recursive: true, force: true }),
};

class PromisedFile implements OpenFile {
  readonly #handle: promised.FileHandle;

  constructor(handle: promised.FileHandle) {
    this.#handle = handle;
  }

  async read(buffer: Uint8Array, length: number, at: number): Promise<number> {
    return (await this.#handle.read(buffer, 0, length, at)).bytesRead;
  }

  async write(bytes: Uint8Array, offset: number): Promise<number> {
    return (await this.#handle.write(bytes, offset, bytes.length - offset)).bytesWritten;
  }

  stat(): Promise<waiting.Stats> {
    return this.#handle.stat();
  }

  sync(): Promise<void> {
    return this.#handle.sync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

class WaitingFile implements OpenFile {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  async read(buffer: Uint8Array, length: number, at: number): Promise<number> {
    return waiting.readSync(this.#descriptor, buffer, 0, length, at);
  }

  async write(bytes: Uint8Array, offset: number): Promise<number> {
    return waiting.writeSync(this.#descriptor, bytes, offset, bytes.length - offset);
  }

  async stat(): Promise<waiting.Stats> {
    return waiting.fstatSync(this.#descriptor);
  }

  async sync(): Promise<void> {
    waiting.fsyncSync(this.#descriptor);
  }

  async close(): Promise<void> {
    waiting.closeSync(this.#descriptor);
  }
}
