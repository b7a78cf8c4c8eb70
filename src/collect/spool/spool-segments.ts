import { MdcBridgeError } from '../../errors.js';
import type { BlobTarget } from '../delivery/batch.js';
import type { SpooledBatch } from './spool-batch.js';
import { SpoolFile, type SpoolFileEnd } from './spool-file.js';
import { newSpoolName } from './spool-name.js';
import type { SpoolSettings } from './spool-options.js';
import { SpoolSegment } from './spool-segment.js';

/** While the disk takes nothing, so much goes to one file that is to be made: its memory is free when its rows are sent. */
const UNMADE_BYTES = 1024 * 1024;

/** The files of one spool: adopted ones, those of this process that are full, and the one that takes new rows. */
export class SpoolSegments {
  readonly #settings: SpoolSettings;
  /** Oldest first. */
  #all: SpoolSegment[] = [];
  /** The last of them, if it takes new rows. */
  #current: SpoolSegment | undefined;
  /** Of all but the current one. */
  #older = { length: 0, unwritten: 0, waiting: 0 };
  readonly #endings = new Set<Promise<void>>();

  constructor(settings: SpoolSettings) {
    this.#settings = settings;
  }

  /** Bytes of rows that wait. */
  get waiting(): number {
    return this.#older.waiting + (this.#current?.waiting ?? 0);
  }

  fits(bytes: number): boolean {
    const { maxSpoolBytes, maxUnwrittenBytes } = this.#settings;
    const { length = 0, unwritten = 0 } = this.#current ?? {};
    return (
      this.#older.length + length + bytes <= maxSpoolBytes &&
      this.#older.unwritten + unwritten + bytes <= maxUnwrittenBytes
    );
  }

  /** False: they don't fit. */
  add(target: BlobTarget, rows: Uint8Array, count: number): boolean {
    if (!this.fits(rows.length)) return false;
    (this.#current ?? this.#begin()).add(target, rows, count);
    return true;
  }

  adopt(segments: readonly SpoolSegment[]): void {
    this.#all.unshift(...segments);
    this.endSpent();
  }

  batches(): SpooledBatch[] {
    return this.#all.flatMap((segment) => [...segment.batches()]);
  }

  seal(name: string): SpooledBatch[] {
    return this.#all.flatMap((segment) => segment.seal(name));
  }

  done(ids: ReadonlySet<string>): void {
    for (const segment of this.#all) segment.done(ids);
  }

  /** All that is in memory. Returns what the disk refused. */
  write(): unknown {
    let failure: unknown;
    for (const segment of this.#all) {
      try {
        segment.write(this.#settings.fsync);
      } catch (error) {
        failure ??= error;
      }
    }
    if (this.#isFull(failure !== undefined)) this.#current = undefined;
    this.#addUp();
    return failure;
  }

  /** Takes back what is not written. */
  abandon(): number {
    this.#current = undefined;
    const lost = this.#all.flatMap((segment) => segment.takeUnwritten());
    this.#addUp();
    return lost.reduce((sum, { count }) => sum + count, 0);
  }

  /** Removes the files in which all is done. */
  endSpent(): void {
    const spent = this.#all.filter(({ isSpent }) => isSpent);
    this.#all = this.#all.filter(({ isSpent }) => !isSpent);
    if (this.#current?.isSpent === true) this.#current = undefined;
    for (const segment of spent) this.#end(segment, segment.isDamaged ? 'damaged' : 'gone');
    this.#addUp();
  }

  /** Leaves all files to whoever comes next. */
  async release(): Promise<void> {
    this.endSpent();
    this.#current = undefined;
    for (const segment of this.#all.splice(0)) this.#end(segment, 'left');
    this.#addUp();
    await Promise.all(this.#endings);
  }

  async touch(): Promise<void> {
    await Promise.all(this.#all.map(({ file }) => file.touch()));
  }

  /**
   * Looks for files that others have taken. What is in such a file is sent by them, or by both under the same ids; what is not in
   * it yet goes to another file, unless it may be on its way already, from memory.
   */
  loseOthers(mayBeSentFromMemory: boolean): void {
    for (const segment of this.#all.filter(({ file }) => !file.isOurs())) {
      segment.file.lose();
      if (segment === this.#current) this.#current = undefined;
      const rows = mayBeSentFromMemory ? [] : segment.takeUnwritten();
      for (const one of rows) (this.#current ?? this.#begin()).add(one.target, one.rows, one.count);
      this.#settings.onError(lostFile(segment.file.path));
    }
    this.#addUp();
  }

  #begin(): SpoolSegment {
    const { folder, write } = this.#settings;
    this.#current = new SpoolSegment(new SpoolFile(folder, newSpoolName(), undefined, write), this.#settings);
    this.#all.push(this.#current);
    return this.#current;
  }

  /** On a full disk later rows go to another file: so this one can be sent and removed, which makes room. */
  #isFull(isRefused: boolean): boolean {
    const { length = 0, unwritten = 0, file } = this.#current ?? {};
    if (!isRefused) return length >= this.#settings.fileBytes;
    return (file?.size ?? 0) > 0 || unwritten >= UNMADE_BYTES;
  }

  #addUp(): void {
    const older = { length: 0, unwritten: 0, waiting: 0 };
    for (const segment of this.#all) {
      if (segment === this.#current) continue;
      older.length += segment.length;
      older.unwritten += segment.unwritten;
      older.waiting += segment.waiting;
    }
    this.#older = older;
  }

  /** Removing a large file takes milliseconds: not of this thread. */
  #end({ file }: SpoolSegment, end: SpoolFileEnd): void {
    const ending = file
      .end(end)
      .catch((error: unknown) => {
        if (error instanceof MdcBridgeError) this.#settings.onError(error);
      })
      .finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }
}

function lostFile(file: string): MdcBridgeError {
  return new MdcBridgeError('conflict', 'another process has taken this spool file, or it was removed', {
    place: { file },
    remedy: 'nothing is lost by it: a process that stood still for a while loses its files to the next one',
  });
}
