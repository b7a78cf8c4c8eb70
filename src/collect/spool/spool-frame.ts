import { crc32 } from 'node:zlib';

/**
 * A spool file is frames, one behind the other. A frame is a head of six little-endian words and its payload:
 *
 * | word | |
 * |---|---|
 * | 0 | `MDC` and the kind |
 * | 1 | number of the batch, counted within the file |
 * | 2 | rows |
 * | 3 | bytes of the payload |
 * | 4 | CRC-32 of the payload |
 * | 5 | checksum of the words before |
 *
 * Both checksums begin with the file's own random seed: rows are other people's data, and none of them can be made to look
 * like a frame.
 */
export const FRAME_HEAD = 24;

/**
 * `file` stands first and says what it is; `batch` opens a batch; `rows` are whole calls of one; `begun` says from where on it is
 * written; `done` ends one.
 */
export const FRAME_KINDS = { file: 1, batch: 2, rows: 3, done: 4, begun: 5 } as const;

export type FrameKind = (typeof FRAME_KINDS)[keyof typeof FRAME_KINDS];

const MAGIC = 0x43_44_4d;
const CHECK = FRAME_HEAD - 4;

export interface Frame {
  readonly kind: FrameKind;
  readonly batch: number;
  readonly rows: number;
  /** Where the frame, its payload and the next frame begin. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

/** Writes a frame's head at `at`, for a payload of `length` bytes that is in its place behind it. */
export function writeFrameHead(
  bytes: Buffer,
  at: number,
  seed: number,
  kind: FrameKind,
  { batch = 0, rows = 0, length = 0 }: { batch?: number; rows?: number; length?: number },
): void {
  const start = at + FRAME_HEAD;
  bytes.writeUInt32LE((MAGIC | (kind << 24)) >>> 0, at);
  bytes.writeUInt32LE(batch, at + 4);
  bytes.writeUInt32LE(rows, at + 8);
  bytes.writeUInt32LE(length, at + 12);
  bytes.writeUInt32LE(crc32(bytes.subarray(start, start + length), seed), at + 16);
  bytes.writeUInt32LE(checkOf(bytes, at, seed), at + CHECK);
}

/** The frame whose head stands at `at`, its payload unchecked and perhaps not all there; `undefined`: no whole head does. */
export function readFrameHead(bytes: Buffer, at: number, seed: number): Frame | undefined {
  if (at + FRAME_HEAD > bytes.length) return undefined;
  const word = bytes.readUInt32LE(at);
  const kind = word >>> 24;
  if ((word & 0xff_ff_ff) !== MAGIC || kind < FRAME_KINDS.file || kind > FRAME_KINDS.begun) return undefined;
  if (bytes.readUInt32LE(at + CHECK) !== checkOf(bytes, at, seed)) return undefined;
  const start = at + FRAME_HEAD;
  return {
    kind: kind as FrameKind,
    batch: bytes.readUInt32LE(at + 4),
    rows: bytes.readUInt32LE(at + 8),
    at,
    start,
    end: start + bytes.readUInt32LE(at + 12),
  };
}

/** Whether the payload, which must be there, is as it was written. */
export function isWhole(bytes: Buffer, { at, start, end }: Frame, seed: number): boolean {
  return bytes.readUInt32LE(at + 16) === crc32(bytes.subarray(start, end), seed);
}

/** Each step is a bijection, so that no change of a single word goes unseen. A CRC's call would cost ten times as much. */
function checkOf(bytes: Buffer, at: number, seed: number): number {
  let mixed = seed;
  for (let word = at; word < at + CHECK; word += 4) {
    mixed = Math.imul(mixed ^ bytes.readUInt32LE(word), 0x85ebca6b);
    mixed ^= mixed >>> 13;
  }
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
