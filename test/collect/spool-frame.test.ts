import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_HEAD, FRAME_KINDS, type Frame, type FrameKind } from '../../src/collect/spool/spool-frame.js';
import { FrameScan, type TornFrame } from '../../src/collect/spool/spool-scan.js';
import { SpoolTail } from '../../src/collect/spool/spool-tail.js';

interface Written {
  readonly kind: FrameKind;
  readonly batch: number;
  readonly rows: number;
  readonly payload: string;
}

/** What a file's bytes are read as. */
interface Reading {
  readonly frames: Written[];
  damagedBytes: number;
  torn: TornFrame | undefined;
}

const SEED = 0x1234_5678;

const anyFrame: fc.Arbitrary<Written> = fc.oneof(
  fc.record({
    kind: fc.constant(FRAME_KINDS.rows),
    batch: fc.nat(1000),
    rows: fc.nat(1000),
    payload: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  }),
  fc.record({
    kind: fc.constantFrom(FRAME_KINDS.file, FRAME_KINDS.batch, FRAME_KINDS.done),
    batch: fc.nat(1000),
    rows: fc.constant(0),
    payload: fc.string({ maxLength: 50 }).map((text) => Buffer.from(text).toString('latin1')),
  }),
);
const someFrames = fc.array(anyFrame, { minLength: 1, maxLength: 8 });

/** Each as a frame of its own. */
function written(frames: readonly Written[], seed = SEED): Buffer {
  const parts = frames.map(({ kind, batch, rows, payload }) => {
    const tail = new SpoolTail(seed);
    const bytes = Buffer.from(payload, 'latin1');
    if (kind === FRAME_KINDS.rows) tail.putRows(batch, bytes, rows);
    else tail.put(kind, batch, bytes);
    return Buffer.from(tail.frames());
  });
  return Buffer.concat(parts);
}

/** Reads a file in pieces of this many bytes, longer ones only where a frame needs them. */
function read(file: Buffer, pieceBytes = file.length + 1, seed = SEED): Reading {
  const reading: Reading = { frames: [], damagedBytes: 0, torn: undefined };
  const scan = new FrameScan(seed, {
    frame: ({ kind, batch, rows, start, end }: Frame, bytes) => {
      reading.frames.push({ kind, batch, rows, payload: bytes.toString('latin1', start, end) });
    },
    damage: (bytes) => {
      reading.damagedBytes += bytes;
    },
  });
  let length = pieceBytes;
  for (let at = 0; ; ) {
    const piece = file.subarray(at, at + length);
    const used = scan.take(piece);
    at += used;
    if (used > 0) continue;
    if (piece.length < length) {
      reading.torn = scan.end(piece);
      return reading;
    }
    length *= 2;
  }
}

/** Where each frame begins, and the last one ends. */
function bounds(frames: readonly Written[]): number[] {
  const at = [0];
  for (const { payload } of frames) at.push((at.at(-1) ?? 0) + FRAME_HEAD + payload.length);
  return at;
}

describe('frames of a spool file', () => {
  it('are read as they were written, whatever their bytes and in pieces of any length', () => {
    fc.assert(
      fc.property(someFrames, fc.integer({ min: 1, max: 500 }), (frames, pieceBytes) => {
        expect(read(written(frames), pieceBytes)).toEqual({ frames, damagedBytes: 0, torn: undefined });
      }),
    );
  });

  it('are known to be cut short wherever the file ends, and all before are read', () => {
    fc.assert(
      fc.property(someFrames, fc.nat(), fc.integer({ min: 1, max: 500 }), (frames, cut, pieceBytes) => {
        const file = written(frames);
        const end = cut % file.length;
        const starts = bounds(frames);
        const whole = starts.filter((at) => at <= end).length - 1;
        const { torn, ...rest } = read(file.subarray(0, end), pieceBytes);
        expect(rest).toEqual({ frames: frames.slice(0, whole), damagedBytes: 0 });
        const bytes = end - starts[whole]!;
        const rows = bytes < FRAME_HEAD ? 0 : frames[whole]!.rows;
        expect(torn).toEqual(bytes === 0 ? undefined : { bytes, rows });
      }),
    );
  });

  it('are known to be damaged by any other byte, and all others are read', () => {
    fc.assert(
      fc.property(
        someFrames,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.integer({ min: 1, max: 500 }),
        (frames, where, flip, pieceBytes) => {
          const file = written(frames);
          const at = where % file.length;
          file[at]! ^= flip;
          const starts = bounds(frames);
          const hit = starts.findLastIndex((start) => start <= at);
          const damagedBytes = starts[hit + 1]! - starts[hit]!;
          expect(read(file, pieceBytes)).toEqual({
            frames: frames.toSpliced(hit, 1),
            damagedBytes,
            torn: undefined,
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are not found in rows that hold the frames of another file', () => {
    const [frame] = [{ kind: FRAME_KINDS.rows, batch: 1, rows: 1, payload: 'made up\r\n' }];
    const payload = written([frame!], SEED + 1).toString('latin1');
    const file = written([{ ...frame!, payload }, frame!]);
    file[3]! ^= 1;
    expect(read(file)).toEqual({
      frames: [frame],
      damagedBytes: FRAME_HEAD + payload.length,
      torn: undefined,
    });
  });

  it('of rows of one batch that follow each other are one', () => {
    const tail = new SpoolTail(SEED);
    for (const [batch, text] of [
      [1, 'a\r\n'],
      [1, 'b\r\nc\r\n'],
      [2, 'd\r\n'],
      [1, 'e\r\n'],
    ] as const) {
      tail.putRows(batch, Buffer.from(text), text.split('\n').length - 1);
    }
    tail.put(FRAME_KINDS.done, 2);
    tail.putRows(1, Buffer.from('f\r\n'), 1);
    const { frames } = read(Buffer.from(tail.frames()));
    expect(frames.map(({ kind, batch, rows, payload }) => [kind, batch, rows, payload])).toEqual([
      [FRAME_KINDS.rows, 1, 3, 'a\r\nb\r\nc\r\n'],
      [FRAME_KINDS.rows, 2, 1, 'd\r\n'],
      [FRAME_KINDS.rows, 1, 1, 'e\r\n'],
      [FRAME_KINDS.done, 2, 0, ''],
      [FRAME_KINDS.rows, 1, 1, 'f\r\n'],
    ]);
  });
});
