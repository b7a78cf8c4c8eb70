import { type FileHandle, open } from 'node:fs/promises';
import { failureAt } from '../../storage/file-failure.js';
import { type BatchFile, parseBatch, parseBegun, parseObject, SpooledBatch } from './spool-batch.js';
import { FRAME_KINDS, type Frame } from './spool-frame.js';
import { FrameScan, type FrameVisitor, type TornFrame } from './spool-scan.js';

const PIECE_BYTES = 1024 * 1024;

/** What stands first in a spool file. */
export function formatFileFrame(url: string): Buffer {
  return Buffer.from(JSON.stringify({ version: 2, url, since: new Date().toISOString() }));
}

/** The destination; `undefined` for a later version's file. */
export function parseFileFrame(payload: Buffer): string | undefined {
  const { version, url } = parseObject(payload);
  return (version === 1 || version === 2) && typeof url === 'string' ? url : undefined;
}

/** What a spool file of another process holds. */
export class SpoolContents implements FrameVisitor {
  /** Where the rows were to go, without credentials; `undefined` if that is damaged. */
  url: string | undefined;
  /** Those that are not done, oldest first. */
  readonly batches: Map<number, SpooledBatch> = new Map();
  /** What is no frame, or rows of a batch whose name is not; the rows as far as they can be told. */
  readonly damaged: { bytes: number; rows: number } = { bytes: 0, rows: 0 };
  torn: TornFrame | undefined;
  /** Bytes up to the torn frame. */
  size = 0;
  /** The highest number of a batch. */
  last = 0;
  readonly #file: BatchFile;
  readonly #done = new Set<number>();

  constructor(file: BatchFile) {
    this.#file = file;
  }

  frame(frame: Frame, bytes: Buffer): void {
    const payload = bytes.subarray(frame.start, frame.end);
    this.last = Math.max(this.last, frame.batch);
    if (frame.kind === FRAME_KINDS.rows) {
      this.#takeRows(frame);
    } else if (frame.kind === FRAME_KINDS.batch) {
      const opened = parseBatch(payload);
      if (opened === undefined) this.damage(frame.end - frame.at, 0);
      else this.batches.set(frame.batch, new SpooledBatch(opened.id, frame.batch, opened.target, this.#file));
    } else if (frame.kind === FRAME_KINDS.begun) {
      const batch = this.batches.get(frame.batch);
      if (batch !== undefined) batch.begunAt ??= parseBegun(payload);
    } else if (frame.kind === FRAME_KINDS.done) {
      this.#done.add(frame.batch);
      this.batches.delete(frame.batch);
    } else {
      this.url = parseFileFrame(payload);
    }
  }

  damage(bytes: number, rows: number): void {
    this.damaged.bytes += bytes;
    this.damaged.rows += rows;
  }

  #takeRows({ batch: number, rows, at, start, end }: Frame): void {
    const batch = this.batches.get(number);
    if (batch !== undefined) batch.grow(this.size + at, this.size + end, end - start, rows);
    else if (!this.#done.has(number)) this.damage(end - at, rows);
  }
}

/**
 * Reads a whole spool file, piece by piece: other work goes on meanwhile.
 *
 * @param from of whom the batches ask their bytes later.
 * @throws StorageError
 */
export async function readSpoolContents(path: string, seed: number, from: BatchFile): Promise<SpoolContents> {
  const contents = new SpoolContents(from);
  const scan = new FrameScan(seed, contents);
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    let piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, piece.length, contents.size);
      const used = scan.take(piece.subarray(0, bytesRead));
      contents.size += used;
      if (used > 0) continue;
      if (bytesRead < piece.length) {
        contents.torn = scan.end(piece.subarray(0, bytesRead));
        if (contents.torn === undefined) contents.size += bytesRead;
        break;
      }
      // One frame is longer than this.
      piece = Buffer.allocUnsafeSlow(2 * piece.length);
    }
  } catch (cause) {
    throw failureAt(path, 'read', 'the spool file', cause);
  } finally {
    await file?.close();
  }
  for (const [number, batch] of contents.batches) if (batch.size === 0) contents.batches.delete(number);
  return contents;
}
