import { randomUUID } from 'node:crypto';
import { StorageError } from '../../errors.js';
import type { BlobTarget } from '../delivery/batch.js';
import { giveBuffer, READ_BYTES, takeBuffer } from './read-buffers.js';
import { type BatchFile, formatBatch, formatBegun, SpooledBatch } from './spool-batch.js';
import { formatFileFrame, type SpoolContents } from './spool-contents.js';
import type { SpoolFile } from './spool-file.js';
import { FRAME_KINDS } from './spool-frame.js';
import { seedOf } from './spool-name.js';
import { FrameScan } from './spool-scan.js';
import { SpoolTail } from './spool-tail.js';

export interface SegmentSettings {
  /** Where the rows go, without credentials. */
  readonly url: string;
  /** A batch takes no more, but for one longer call. */
  readonly batchBytes: number;
}

/** One call's rows, or those of several that followed each other. */
export interface SpooledRows {
  readonly target: BlobTarget;
  readonly rows: Uint8Array;
  readonly count: number;
}

/**
 * The rows of one spool file, written and not yet written. Each frame of rows names its batch, and a batch's id stands before
 * its first row: what is handed out under an id is in the file under the same id, without any further writing.
 */
export class SpoolSegment implements BatchFile {
  readonly file: SpoolFile;
  readonly #settings: SegmentSettings;
  readonly #seed: number;
  readonly #tail: SpoolTail;
  /** Those that are not done, oldest first. */
  readonly #batches: Map<number, SpooledBatch>;
  /** By blob: those that still take rows. */
  readonly #open = new Map<string, OpenBatch>();
  #last: number;
  /** Of all rows that wait. */
  #waiting = 0;
  #isDamaged: boolean;

  /** @param held what is in the file already. */
  constructor(file: SpoolFile, settings: SegmentSettings, held?: SpoolContents) {
    this.file = file;
    this.#settings = settings;
    this.#seed = seedOf(file.name);
    this.#tail = new SpoolTail(this.#seed);
    this.#batches = held?.batches ?? new Map();
    this.#last = held?.last ?? 0;
    this.#isDamaged = (held?.damaged.bytes ?? 0) > 0;
    for (const { size } of this.#batches.values()) this.#waiting += size;
  }

  /** In bytes, with what is not written yet. */
  get length(): number {
    return this.file.size + this.#tail.length;
  }

  get unwritten(): number {
    return this.#tail.length;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get isSpent(): boolean {
    return this.#batches.size === 0;
  }

  /** Everything in it that could be read is done, but not everything could. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  /** Takes rows into memory, to be written by the next `write`. */
  add(target: BlobTarget, rows: Uint8Array, count: number): void {
    const batch = this.#openBatch(target, rows.length);
    const start = this.#tail.putRows(batch.number, rows, count);
    batch.grow(this.file.size + start, this.length, rows.length, count);
    this.#waiting += rows.length;
  }

  /** @throws StorageError: nothing is in the file then, and all still in memory. */
  write(fsync: boolean): void {
    if (this.#tail.length === 0 || this.file.isLost) return;
    this.file.append(this.#tail.frames(), fsync);
    this.#tail.clear();
  }

  batches(): Iterable<SpooledBatch> {
    return this.#batches.values();
  }

  /** What waits for this blob; later rows go to other batches. */
  seal(name: string): SpooledBatch[] {
    this.#open.delete(name);
    return [...this.#batches.values()].filter(({ target }) => target.name === name);
  }

  done(ids: ReadonlySet<string>): void {
    for (const [number, { id, size, target }] of this.#batches) {
      if (!ids.has(id)) continue;
      this.#batches.delete(number);
      if (this.#open.get(target.name)?.batch.number === number) this.#open.delete(target.name);
      this.#waiting -= size;
      this.#tail.put(FRAME_KINDS.done, number);
    }
  }

  /** Takes the rows back that are not written, where the file is another's by now. */
  takeUnwritten(): SpooledRows[] {
    const taken: SpooledRows[] = [];
    const scan = new FrameScan(this.#seed, {
      frame: ({ kind, batch: number, rows: count, start, end }, bytes) => {
        const batch = this.#batches.get(number);
        if (kind !== FRAME_KINDS.rows || batch === undefined) return;
        taken.push({ target: batch.target, rows: Buffer.from(bytes.subarray(start, end)), count });
        batch.shrink(this.file.size, end - start, count);
        this.#waiting -= end - start;
        if (batch.size === 0) this.#batches.delete(number);
      },
      damage: () => undefined,
    });
    scan.take(this.#tail.frames());
    this.#tail.clear();
    this.#open.clear();
    return taken;
  }

  /** A batch's rows. @throws StorageError */
  read({ number, size, extents }: SpooledBatch): Buffer {
    // Whoever takes larger ones does not say when it needs them no more.
    const isGivenBack = this.#settings.batchBytes <= READ_BYTES;
    const bytes = isGivenBack ? takeBuffer(size) : Buffer.allocUnsafeSlow(size);
    let length = 0;
    const scan = new FrameScan(
      this.#seed,
      {
        frame: ({ start, end }, piece) => {
          length += piece.copy(bytes, length, start, end);
        },
        damage: () => {
          this.#isDamaged = true;
        },
      },
      ({ kind, batch }) => kind === FRAME_KINDS.rows && batch === number,
      // An adopted file was checked as a whole.
      this.#isDamaged,
    );
    for (let i = 0; i + 1 < extents.length; i += 2) this.#scan(scan, extents[i] ?? 0, extents[i + 1] ?? 0);
    return length === size ? bytes : bytes.subarray(0, length);
  }

  noteBegin({ number }: SpooledBatch, at: number): void {
    this.#tail.put(FRAME_KINDS.begun, number, formatBegun(at));
    try {
      this.write(false);
    } catch (error) {
      // On a full disk nothing would get less if it were not sent; the frame waits in memory as rows do.
      if (!(error instanceof StorageError)) throw error;
    }
  }

  #openBatch(target: BlobTarget, bytes: number): SpooledBatch {
    const { url, batchBytes } = this.#settings;
    const open = this.#open.get(target.name);
    if (open !== undefined && open.batch.size + bytes <= batchBytes && hasHeader(open, target.header)) {
      return open.batch;
    }
    if (this.#last === 0) this.#tail.put(FRAME_KINDS.file, 0, formatFileFrame(url));
    this.#last += 1;
    const { name, header } = target;
    // The caller's buffer is used again.
    const copy = header === undefined ? { name } : { name, header: Buffer.from(header) };
    const batch = new SpooledBatch(randomUUID(), this.#last, copy, this);
    this.#tail.put(FRAME_KINDS.batch, batch.number, formatBatch(batch));
    this.#batches.set(batch.number, batch);
    this.#open.set(name, { batch, given: header });
    return batch;
  }

  /** From one frame's beginning to another one's end. */
  #scan(scan: FrameScan, start: number, end: number): void {
    const { size } = this.file;
    const onDisk = Math.min(end, size);
    let piece = takeBuffer(READ_BYTES);
    for (let at = start; at < onDisk; ) {
      const length = this.file.read(piece, Math.min(piece.length, onDisk - at), at);
      const used = scan.take(piece.subarray(0, length));
      at += used;
      if (used > 0) continue;
      if (length < piece.length) break;
      piece = Buffer.allocUnsafeSlow(2 * piece.length);
    }
    giveBuffer(piece);
    if (end > size) scan.take(this.#tail.frames().subarray(Math.max(0, start - size), end - size));
  }
}

/** The header as the caller gave it: mostly the same object again. */
interface OpenBatch {
  readonly batch: SpooledBatch;
  readonly given: Uint8Array | undefined;
}

function hasHeader({ batch, given }: OpenBatch, other: Uint8Array | undefined): boolean {
  if (given === other) return true;
  const { header } = batch.target;
  if (header === undefined || other === undefined) return header === other;
  return header.length === other.length && Buffer.compare(header, other) === 0;
}
