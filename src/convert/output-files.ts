import { crc32 } from 'node:zlib';
import type { StagedObject, Storage } from '../storage/storage.js';
import { inLanes } from './lanes.js';
import type { Output } from './report.js';

const FLUSH_BYTES = 256 * 1024;
/** So many bytes at once are worth a write of their own, rather than a copy. */
const DIRECT_BYTES = 64 * 1024;
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
/** So many files are open at once; the others rest and are appended to again under their hidden names. */
const MAX_OPEN = 64;
/** Each may be a request that takes its time. */
export const PUBLISHED_AT_ONCE = 16;

interface OpenFile {
  readonly staged: StagedObject;
  crc: number;
  size: number;
  /** Byte strings, or bytes of our own. */
  buffered: (string | Buffer)[];
  bufferedBytes: number;
}

/** What a part of a source adds to an output file: content that was released to whoever publishes it. */
export interface StagedPart {
  readonly name: string;
  readonly token: string;
  readonly size: number;
  readonly crc: number;
}

/** The files that one source writes: hidden until all of them are made visible together. */
export class OutputFiles {
  readonly #storage: Storage;
  readonly #files = new Map<string, OpenFile>();
  /** Names of files with an open handle, least recently used first. */
  readonly #open = new Set<string>();
  #bufferedBytes = 0;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Adds a byte string to the end of a file, which begins with its first. */
  async append(name: string, text: string): Promise<void> {
    const file = this.#files.get(name) ?? (await this.#begin(name));
    file.buffered.push(text);
    file.bufferedBytes += text.length;
    this.#bufferedBytes += text.length;
    if (file.bufferedBytes >= FLUSH_BYTES) await this.#flush(name, file);
    if (this.#bufferedBytes >= MAX_BUFFERED_BYTES) await this.#flushAll();
  }

  /** As `append`, of bytes that may change once they are taken. Many at once are written as they are, without a copy. */
  async appendBytes(name: string, bytes: Uint8Array): Promise<void> {
    const file = this.#files.get(name) ?? (await this.#begin(name));
    if (bytes.length < DIRECT_BYTES && file.bufferedBytes + bytes.length < FLUSH_BYTES) {
      file.buffered.push(Buffer.from(bytes));
      file.bufferedBytes += bytes.length;
      this.#bufferedBytes += bytes.length;
      if (this.#bufferedBytes >= MAX_BUFFERED_BYTES) await this.#flushAll();
      return;
    }
    await this.#flush(name, file);
    await this.#write(name, file, bytes);
  }

  /** Makes all files visible, some at once; told in the order in which they began. */
  async publish(): Promise<Output[]> {
    await this.#flushAll();
    const files = [...this.#files];
    await inLanes(PUBLISHED_AT_ONCE, files, ([, { staged }]) => staged.publish());
    return files.map(([name, { size, crc }]) => ({ name, size, crc32: crc.toString(16).padStart(8, '0') }));
  }

  /** Gives all files up, invisible, in the order in which they began: parts of files that another thread makes visible. */
  async release(): Promise<StagedPart[]> {
    await this.#flushAll();
    const parts: StagedPart[] = [];
    for (const [name, { staged, size, crc }] of this.#files) {
      parts.push({ name, token: await staged.release(), size, crc });
    }
    return parts;
  }

  async discard(): Promise<void> {
    for (const file of this.#files.values()) await file.staged.discard();
  }

  async #begin(name: string): Promise<OpenFile> {
    const staged = await this.#storage.stage(name);
    const file = { staged, crc: 0, size: 0, buffered: [], bufferedBytes: 0 };
    this.#files.set(name, file);
    return file;
  }

  async #flushAll(): Promise<void> {
    for (const [name, file] of this.#files) await this.#flush(name, file);
  }

  async #flush(name: string, file: OpenFile): Promise<void> {
    if (file.bufferedBytes === 0) return;
    const bytes = joined(file.buffered);
    this.#bufferedBytes -= file.bufferedBytes;
    file.buffered = [];
    file.bufferedBytes = 0;
    await this.#write(name, file, bytes);
  }

  async #write(name: string, file: OpenFile, bytes: Uint8Array): Promise<void> {
    file.size += bytes.length;
    file.crc = crc32(bytes, file.crc);
    await this.#use(name);
    await file.staged.append(bytes);
  }

  async #use(name: string): Promise<void> {
    this.#open.delete(name);
    this.#open.add(name);
    if (this.#open.size <= MAX_OPEN) return;
    const [oldest = name] = this.#open;
    this.#open.delete(oldest);
    await this.#files.get(oldest)?.staged.rest();
  }
}

function joined(parts: readonly (string | Buffer)[]): Buffer {
  if (parts.every((part) => typeof part === 'string')) return Buffer.from(parts.join(''), 'latin1');
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
}
