import * as fs from 'node:fs';
import { rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { failureAt } from '../../storage/file-failure.js';
import { damagedName, formatSpoolName, ownedByNobody, type SpoolName } from './spool-name.js';

const closeDescriptor = promisify(fs.close);

/** Bytes written, perhaps not all: as `fs.writeSync`. */
export type WriteCall = (
  descriptor: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => number;

/** `gone`: all in it is sent. `damaged`: all of it that can be read. `left`: whoever comes next may have it. */
export type SpoolFileEnd = 'gone' | 'damaged' | 'left';

/** One file that is only ever appended to, made by its first bytes. Its writing is waited for: that is what a spool promises. */
export class SpoolFile {
  readonly name: SpoolName;
  readonly path: string;
  readonly #folder: string;
  readonly #write: WriteCall;
  #descriptor: number | undefined;
  #size: number;
  #isMade: boolean;
  #isLost = false;

  /** @param size of a file that is there. */
  constructor(folder: string, name: SpoolName, size?: number, write: WriteCall = fs.writeSync) {
    this.name = name;
    this.path = join(folder, formatSpoolName(name));
    this.#folder = folder;
    this.#size = size ?? 0;
    this.#isMade = size !== undefined;
    this.#write = write;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * All of the bytes or none: what a full disk has cut short is taken back.
   *
   * @throws StorageError
   */
  append(bytes: Uint8Array, fsync: boolean): void {
    try {
      const descriptor = this.#open();
      let written = 0;
      try {
        while (written < bytes.length) {
          const at = this.#size + written;
          written += this.#write(descriptor, bytes, written, bytes.length - written, at);
        }
      } catch (error) {
        if (written > 0) fs.ftruncateSync(descriptor, this.#size);
        throw error;
      }
      this.#size += bytes.length;
      if (fsync) fs.fdatasyncSync(descriptor);
    } catch (cause) {
      throw failureAt(this.path, 'write', 'the spool file', cause);
    }
  }

  /** @throws StorageError */
  read(into: Uint8Array, length: number, at: number): number {
    try {
      return fs.readSync(this.#open(), into, 0, length, at);
    } catch (cause) {
      throw failureAt(this.path, 'read', 'the spool file', cause);
    }
  }

  /** False: another process took this one for dead and has the file now, or someone removed it; once `lose` says so, all is well. */
  isOurs(): boolean {
    return this.#isLost || !this.#isMade || fs.existsSync(this.path);
  }

  /** It is another's by now: it can still be read, and that is all. */
  lose(): void {
    this.#isLost = true;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** Tells others that its owner lives. */
  async touch(): Promise<void> {
    const now = new Date();
    if (this.#isMade && !this.#isLost) await utimes(this.path, now, now).catch(() => undefined);
  }

  async end(end: SpoolFileEnd): Promise<void> {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    try {
      if (this.#isLost || !this.#isMade) return;
      if (end === 'gone' || this.#size === 0) await rm(this.path, { force: true });
      else await rename(this.path, join(this.#folder, this.#nameAtEnd(end)));
    } catch (cause) {
      throw failureAt(this.path, end === 'gone' ? 'remove' : 'rename', 'the spool file', cause);
    } finally {
      if (descriptor !== undefined) await closeDescriptor(descriptor);
    }
  }

  #nameAtEnd(end: SpoolFileEnd): string {
    return end === 'damaged' ? damagedName(this.name) : formatSpoolName(ownedByNobody(this.name));
  }

  #open(): number {
    if (this.#descriptor !== undefined) return this.#descriptor;
    if (!this.#isMade) fs.mkdirSync(this.#folder, { recursive: true });
    // Rows are nobody else's business.
    this.#descriptor = fs.openSync(this.path, this.#isMade ? 'r+' : 'wx+', 0o600);
    this.#isMade = true;
    return this.#descriptor;
  }
}
