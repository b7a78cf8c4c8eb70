import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { StorageError } from '../../errors.js';
import type { Blocks } from '../packed-list.js';

/** Blocks of a `PackedList` one behind the other in a temporary file. */
export class BlocksOnDisk implements Blocks {
  readonly #path: string;
  #file: number | undefined;
  /** Where each block begins, and behind the last one where the next will. */
  readonly #bounds = [0];

  /** Of a file that is not there yet; whoever owns its folder removes it. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, 'wx+', 0o600);
    } catch (cause) {
      throw notWritable(path, cause);
    }
  }

  add(block: Uint8Array): void {
    const file = this.#open();
    const at = this.#bounds.at(-1) ?? 0;
    try {
      for (let done = 0; done < block.length; ) {
        done += writeSync(file, block, done, block.length - done, at + done);
      }
    } catch (cause) {
      throw notWritable(this.#path, cause);
    }
    this.#bounds.push(at + block.length);
  }

  get(index: number): Uint8Array {
    const [start = 0, end = 0] = [this.#bounds[index], this.#bounds[index + 1]];
    const file = this.#open();
    const block = new Uint8Array(end - start);
    for (let done = 0; done < block.length; ) {
      const read = readSync(file, block, done, block.length - done, start + done);
      if (read === 0) throw new RangeError(`a temporary file ends at ${start + done} bytes, too early`);
      done += read;
    }
    return block;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** After a failure others may still bring what they had in hand: its number may be another file's by then. */
  #open(): number {
    if (this.#file === undefined) throw new RangeError('a temporary file was used after it was closed');
    return this.#file;
  }
}

function notWritable(path: string, cause: unknown): StorageError {
  const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  return new StorageError(reason, `can't write to the temporary folder (${reason})`, {
    place: { file: path },
    cause,
    remedy: 'make room there (about 200 bytes a source), or name another folder in TMPDIR',
  });
}
