import { describe, expect, it } from 'vitest';
import { RowEncoder } from '../../src/collect/rows/row-encoder.js';
import { MdcBridgeError } from '../../src/errors.js';
import { type ColumnKinds, formatRow, type RowStyle } from '../../src/legacy/python-csv.js';
import type { Cell } from '../../src/legacy/python-repr.js';
import { compareRandomRows } from './row-encoder-rows.js';

const NO_TAIL = new Uint8Array(0);

function textOf(encoder: RowEncoder): string {
  return Buffer.from(encoder.view()).toString('utf8');
}

function encode(
  cells: ArrayLike<Cell>,
  kinds: ColumnKinds = 'plain',
  style: RowStyle = 'list',
  tail = '',
): string {
  const encoder = new RowEncoder();
  encoder.row(cells, kinds, style, Buffer.from(tail));
  return textOf(encoder);
}

function usageError(work: () => void): MdcBridgeError {
  try {
    work();
  } catch (error) {
    if (error instanceof MdcBridgeError && error.code === 'usage') return error;
    throw error;
  }
  throw new Error('no error was thrown');
}

describe('an encoded row', () => {
  it('is the reference’s, for 20,000 random rows', () => {
    const seed = Date.now() % 2 ** 32;
    expect(compareRandomRows(seed, 20_000), `seed ${seed}`).toEqual([]);
  });

  it('has the tail after its cells, and alone where there are none', () => {
    expect(encode([1, 'a'], 'plain', 'list', 'id,2026')).toBe('1,a,id,2026\r\n');
    expect(encode([0.5, 0.25], 'plain', 'dataframe', 'id,2026')).toBe('0.5,0.25,id,2026\n');
    expect(encode([], 'plain', 'list', 'id,2026')).toBe('id,2026\r\n');
    expect(encode([null], 'plain', 'list', 'id,2026')).toBe(',id,2026\r\n');
  });

  it('is blank for no cells, and not for one empty one', () => {
    expect(encode([])).toBe('\r\n');
    expect(encode([null])).toBe('""\r\n');
    expect(encode([''], 'plain', 'dataframe')).toBe('""\n');
    expect(encode([Number.NaN], 'plain', 'dataframe')).toBe('""\n');
    expect(encode([null, null])).toBe(',\r\n');
  });

  it('takes typed arrays, whose floats have their point', () => {
    expect(encode(Float64Array.of(1, 0.1, -0, 1e-7, 2 ** 40), 'float')).toBe(
      '1.0,0.1,-0.0,1e-07,1099511627776.0\r\n',
    );
    expect(encode(Float32Array.of(1, 0.1), 'float')).toBe('1.0,0.10000000149011612\r\n');
    expect(encode(Float32Array.of(1, 0.1), 'float32')).toBe('1.0,0.1\r\n');
    expect(encode(Int8Array.of(1, -128))).toBe('1,-128\r\n');
    expect(encode(BigInt64Array.of(2n ** 53n + 1n))).toBe('9007199254740993\r\n');
  });

  it('has each column’s own kind, and plain ones beyond the kinds', () => {
    expect(encode([1, 1, 0.1, 1], ['float', 'plain', 'float32'])).toBe('1.0,1,0.1,1\r\n');
    const date = new Date('2024-02-29T12:30:05.120Z');
    expect(encode([date, date, date, date], ['date', 'seconds', 'millis'])).toBe(
      '2024-02-29,2024-02-29 12:30:05,2024-02-29 12:30:05.120,2024-02-29 12:30:05.120000\r\n',
    );
  });

  it('is the same for wide rows, and for ints and texts of every length', () => {
    const wide = Array.from({ length: 5000 }, (_, i) => i / 7);
    expect(encode(wide)).toBe(formatRow(wide, 'plain', 'list'));
    const ints = Array.from({ length: 54 }, (_, i) => [2 ** i - 1, -(2 ** i) + 1, 10 ** (i % 16)]).flat();
    expect(encode(ints)).toBe(formatRow(ints, 'plain', 'list'));
    for (const letter of ['x', '"', 'é', '😀']) {
      const texts = Array.from({ length: 200 }, (_, i) => letter.repeat(i));
      expect(encode(texts)).toBe(formatRow(texts, 'plain', 'list'));
    }
  });

  it('is refused if it has more or fewer numbers the second time that it is read, as shared memory may', () => {
    for (const values of [
      [1, 0.25],
      [0.25, 1],
    ]) {
      let reads = 0;
      const cells = {
        length: 3,
        0: 'a',
        1: 0.5,
        get 2() {
          reads += 1;
          return values[reads - 1];
        },
      };
      expect(usageError(() => encode(cells)).message).toContain('changed while it was written');
      expect(reads).toBe(2);
    }
  });
});

describe('an encoder', () => {
  it('appends rows until it is reset, to nothing or to a length', () => {
    const encoder = new RowEncoder();
    encoder.row([0.5], 'plain', 'list', NO_TAIL);
    const { length } = encoder;
    encoder.row([0.25, 'é'], 'plain', 'list', NO_TAIL);
    expect(textOf(encoder)).toBe('0.5\r\n0.25,é\r\n');
    expect(encoder.length).toBe(length + 9);
    encoder.reset(length);
    expect(textOf(encoder)).toBe('0.5\r\n');
    encoder.reset();
    expect([encoder.length, textOf(encoder)]).toEqual([0, '']);
  });

  it('writes the fields of a tail', () => {
    const encoder = new RowEncoder();
    encoder.fields(['corr,with comma', '', 'a"b', 'x'], 'list');
    expect(textOf(encoder)).toBe('"corr,with comma",,"a""b",x');
  });

  it('grows to any row within its limit, and keeps what it has', () => {
    const encoder = new RowEncoder();
    const long = 'é'.repeat(1_000_000);
    encoder.row([0.5], 'plain', 'list', NO_TAIL);
    encoder.row([long], 'plain', 'list', NO_TAIL);
    expect(textOf(encoder)).toBe(`0.5\r\n${long}\r\n`);
  });

  it('takes exactly as many bytes as its limit, and refuses one more', () => {
    for (const cell of ['x'.repeat(9998), 'é'.repeat(4999), `,${'x'.repeat(9995)}`]) {
      const encoder = new RowEncoder(10_000);
      encoder.row([cell], 'plain', 'list', NO_TAIL);
      expect(encoder.length).toBe(10_000);
      encoder.reset();
      encoder.row([0.5], 'plain', 'list', NO_TAIL);
      const error = usageError(() => encoder.row([cell], 'plain', 'list', NO_TAIL));
      expect(error.message).toContain('10000 bytes');
      expect(textOf(encoder)).toBe('0.5\r\n');
    }
    const encoder = new RowEncoder(20);
    for (let i = 0; i < 4; i += 1) encoder.row([0.5], 'plain', 'list', NO_TAIL);
    usageError(() => encoder.row([0.5], 'plain', 'list', NO_TAIL));
    usageError(() => encoder.row(Float64Array.of(0.1, 0.2), 'float', 'list', NO_TAIL));
    usageError(() => encoder.row([], 'plain', 'list', Buffer.from('tail')));
    usageError(() => encoder.fields(['a'], 'list'));
    expect(encoder.length).toBe(20);
  });

  it('is as before the row after one that has no cell’s value, and names its column', () => {
    const encoder = new RowEncoder();
    encoder.row([0.5], 'plain', 'list', NO_TAIL);
    const wrong: readonly unknown[] = [
      () => 1,
      Symbol('s'),
      new Map(),
      [new Set()],
      { a: { b: () => 1 } },
      Buffer.from('x'),
      'half \ud83d',
      new Date(Date.UTC(10_000, 0)),
    ];
    for (const value of wrong) {
      const error = usageError(() => encoder.row([1, 'a', value as Cell], 'plain', 'list', NO_TAIL));
      expect(error.message).toMatch(/^column 2: /);
      expect(error.remedy).toBeDefined();
      expect(textOf(encoder)).toBe('0.5\r\n');
    }
    usageError(() => encoder.fields(['a', '\udc00'], 'list'));
    expect(textOf(encoder)).toBe('0.5\r\n');
  });
});
