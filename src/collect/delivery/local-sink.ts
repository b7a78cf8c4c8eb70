import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { abortedError, StorageError } from '../../errors.js';
import { failureAt, isAbsent } from '../../storage/file-failure.js';
import { type AskedWrite, isAppended } from './asked-write.js';
import type { Batch, BlobTarget } from './batch.js';
import type { RowSink, Written } from './row-sink.js';
import { writtenLength } from './written-batch.js';

const close = promisify(fs.close);
const fstat = promisify(fs.fstat);
const open = promisify(fs.open);

const APPEND = fs.constants.O_APPEND | fs.constants.O_WRONLY;

/** What the sink asks of the operating system. Failures are Node's own. */
export interface AppendCalls {
  /** Gives a file a second name, if nothing has it. */
  link(from: string, to: string): void;
  /** Bytes written at the file's end, of `bytes` from `offset` on: perhaps not all. */
  write(file: number, bytes: Uint8Array, offset: number): Promise<number>;
  writeNow(file: number, bytes: Uint8Array, offset: number): number;
}

const write = promisify(fs.write);
const SYSTEM: AppendCalls = {
  link: fs.linkSync,
  write: async (file, bytes, offset) =>
    (await write(file, bytes, offset, bytes.length - offset, null)).bytesWritten,
  writeNow: (file, bytes, offset) => fs.writeSync(file, bytes, offset),
};

/**
 * A folder of this machine. Several processes may append to one file: it appears with its header in one step, and each batch
 * is one write at its end.
 */
export class LocalSink implements RowSink {
  readonly url: string;
  readonly #root: string;
  readonly #calls: AppendCalls;
  /** Bytes that are in the file, of batches that are to be given again: what failed was another one, or their own end. */
  readonly #written = new Map<string, number>();
  /** The operating system's answer is outstanding. */
  #asked: AskedWrite | undefined;

  /** @param calls for tests. */
  constructor(folder: string, calls: AppendCalls = SYSTEM) {
    this.#root = resolve(folder);
    this.#calls = calls;
    this.url = pathToFileURL(this.#root).href;
  }

  async write(target: BlobTarget, batches: readonly Batch[], signal?: AbortSignal): Promise<Written> {
    const path = join(this.#root, target.name);
    let file: number | undefined;
    try {
      file = await open(path, APPEND).catch((error) => this.#createAt(path, target.header, error));
      for (const batch of batches) {
        if (signal?.aborted === true) throw abortedError(signal);
        await this.#append(path, file, batch);
      }
    } catch (error) {
      throw signal?.aborted === true ? abortedError(signal) : refused(path, target.name, error);
    } finally {
      if (file !== undefined) await close(file);
    }
    for (const { id } of batches) this.#written.delete(id);
    return { name: target.name };
  }

  /** Also while a `write` is under way, of which the process will not see the end. */
  writeNow(target: BlobTarget, batches: readonly Batch[]): void {
    const path = join(this.#root, target.name);
    let file: number | undefined;
    try {
      this.#awaitAsked(batches);
      file = this.#openNow(path, target.header);
      for (const batch of batches) {
        const { id, bytes } = batch;
        const from = this.#begin(path, batch, fs.fstatSync(file).size);
        for (let at = from; at < bytes.length; this.#written.set(id, at)) {
          at += this.#calls.writeNow(file, bytes, at);
        }
      }
    } catch (error) {
      throw refused(path, target.name, error);
    } finally {
      if (file !== undefined) fs.closeSync(file);
    }
    if (this.#asked === undefined) for (const { id } of batches) this.#written.delete(id);
  }

  async close(): Promise<void> {}

  /** Whole, or taken back; a batch of which something had to stay is gone on with where it ended. */
  async #append(path: string, file: number, batch: Batch): Promise<void> {
    const { id, bytes } = batch;
    const size = (await fstat(file)).size;
    const from = this.#begin(path, batch, size);
    let at = from;
    try {
      while (at < bytes.length) {
        this.#asked = { id, path, size: size + at - from, bytes, at };
        at += await this.#calls.write(file, bytes, at);
        this.#written.set(id, at);
      }
    } catch (error) {
      // At once, before another process appends to what is taken back.
      const isLast = at > from && fs.fstatSync(file).size === size + at - from;
      if (isLast) fs.ftruncateSync(file, size);
      if (isLast) this.#written.set(id, from);
      throw error;
    } finally {
      this.#asked = undefined;
      batch.release?.();
    }
  }

  /** Notes that the batch is written from here on. @returns how much of it is in the file already, from earlier attempts. */
  #begin(path: string, { id, bytes, trace }: Batch, size: number): number {
    const known = this.#written.get(id);
    if (known !== undefined) return known;
    if (trace?.begunAt === undefined) {
      trace?.begin(size);
      return 0;
    }
    const file = fs.openSync(path, 'r');
    try {
      return writtenLength(file, trace.begunAt, bytes);
    } finally {
      fs.closeSync(file);
    }
  }

  #openNow(path: string, header: Uint8Array | undefined): number {
    try {
      return fs.openSync(path, APPEND);
    } catch (error) {
      return this.#createAt(path, header, error);
    }
  }

  /**
   * A file appears with its header, or not at all: another process may append to it at once. Once a day, and waited for.
   *
   * @param why it could not be opened: anything but its absence is thrown again.
   */
  #createAt(path: string, header: Uint8Array | undefined, why: unknown): number {
    if (!isAbsent(why)) throw why;
    fs.mkdirSync(dirname(path), { recursive: true });
    if (header === undefined) return fs.openSync(path, 'a');
    const hidden = `${path}.${randomUUID()}`;
    try {
      fs.writeFileSync(hidden, header);
      this.#calls.link(hidden, path);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (NO_LINKS.has(code)) createInSteps(path, header);
      else if (code !== 'EEXIST') throw error;
    } finally {
      fs.rmSync(hidden, { force: true });
    }
    return fs.openSync(path, APPEND);
  }

  /** What the operating system was asked to write can't be called back, and must not be written twice. */
  #awaitAsked(batches: readonly Batch[]): void {
    const asked = this.#asked;
    if (asked === undefined || batches.every(({ id }) => id !== asked.id)) return;
    if (!isAppended(asked)) throw Object.assign(new Error('the disk does not answer'), { code: 'ETIMEDOUT' });
    this.#written.set(asked.id, asked.bytes.length);
  }
}

/** As file systems say that they have no second names: those of some mounted shares and containers. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Where nothing better can be had: a process that comes in between appends before the header. */
function createInSteps(path: string, header: Uint8Array): void {
  try {
    fs.writeFileSync(path, header, { flag: 'ax' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function refused(path: string, name: string, cause: unknown): StorageError {
  const { reason, message, place } = failureAt(path, 'append to', name, cause);
  return new StorageError(reason, message, {
    cause,
    ...(place === undefined ? {} : { place }),
    remedy: 'the rows are kept in memory and tried again; see to the disk before its buffer is full',
  });
}
