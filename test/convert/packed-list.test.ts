import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Blocks, PackedList } from '../../src/convert/packed-list.js';
import { BlocksOnDisk } from '../../src/convert/plan/blocks-on-disk.js';
import { errorOf } from '../support/error-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Counts what is read, and holds copies: a list may not rely on what it gave away. */
class WatchedBlocks implements Blocks {
  readonly blocks: Uint8Array[] = [];
  reads = 0;

  add(block: Uint8Array): void {
    this.blocks.push(Uint8Array.from(block));
  }

  get(index: number): Uint8Array {
    this.reads += 1;
    return this.blocks[index] ?? new Uint8Array(0);
  }
}

const ITEM = { source: 'a/b/c.csv', text: 'x'.repeat(1000) };

function longList(length: number, blocks?: Blocks): PackedList<typeof ITEM & { n: number }> {
  const list = new PackedList<typeof ITEM & { n: number }>(blocks);
  for (let n = 0; n < length; n += 1) list.push({ ...ITEM, n });
  return list;
}

test('has what an array of the same JSON values has, at every index and in order', () => {
  const values = fc.array(fc.oneof(fc.jsonValue(), fc.string({ minLength: 3000, maxLength: 9000 })), {
    maxLength: 120,
  });
  fc.assert(
    fc.property(values, fc.array(fc.integer({ min: -130, max: 130 })), (items, indexes) => {
      const array = JSON.parse(JSON.stringify(items)) as unknown[];
      const list = PackedList.from(items);
      expect(list).toHaveLength(array.length);
      expect([...list]).toEqual(array);
      expect(list.values().toArray()).toEqual(array);
      for (const index of indexes) expect(list.at(index)).toEqual(array.at(index));
      expect(JSON.stringify({ list })).toBe(JSON.stringify({ list: array }));
    }),
  );
});

test('may be read while it grows, over the ends of blocks', () => {
  const list = longList(1);
  let last = 0;
  for (const { n } of list) {
    last = n;
    if (n < 300) list.push({ ...ITEM, n: n + 1 });
  }
  expect(last).toBe(300);
});

test('a changed item is not the list’s', () => {
  const list = longList(200);
  for (const item of list) item.source = 'changed';
  expect(list.values().every(({ source }) => source === ITEM.source)).toBe(true);
});

test('neighbours that differ in little take little', () => {
  const blocks = new WatchedBlocks();
  longList(10_000, blocks);
  const bytes = blocks.blocks.reduce((sum, { length }) => sum + length, 0);
  expect(bytes / 10_000).toBeLessThan(30);
});

test('parts that are read side by side are unpacked once each', () => {
  const blocks = new WatchedBlocks();
  const list = longList(2000, blocks);
  const half = 1000;
  for (let n = 0; n < half; n += 1) {
    expect(list.at(n)?.n).toBe(n);
    expect(list.at(half + n)?.n).toBe(half + n);
  }
  // One is read from both sides of the middle.
  expect(blocks.reads).toBeLessThanOrEqual(blocks.blocks.length + 1);
});

describe('on disk', () => {
  test('is the same', async () => {
    const blocks = new BlocksOnDisk(join(await temporaryFolder(), 'list'));
    const list = longList(1000, blocks);
    expect([...list]).toEqual([...longList(1000)]);
    expect(list.at(-1)).toEqual({ ...ITEM, n: 999 });
    blocks.close();
  });

  test('says where it can’t be written, and what to do', async () => {
    const path = join(await temporaryFolder(), 'gone', 'list');
    const error = await errorOf((async () => new BlocksOnDisk(path))());
    expect(error).toMatchObject({ code: 'storage', reason: 'ENOENT', place: { file: path } });
    expect(error.remedy).toContain('TMPDIR');
  });

  test('is not read or written once it is closed: its number may be another file’s', async () => {
    const blocks = new BlocksOnDisk(join(await temporaryFolder(), 'list'));
    const list = longList(1000, blocks);
    blocks.close();
    blocks.close();
    expect(() => list.at(0)).toThrow('after it was closed');
    expect(() => longList(1000, blocks)).toThrow('after it was closed');
  });
});
