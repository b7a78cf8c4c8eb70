import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { OutputFiles } from '../../src/convert/output-files.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import type { StagedObject } from '../../src/storage/storage.js';
import { readObjects } from '../support/converted.js';

/** Counts the handles that are open, and the writes. */
class CountingStorage extends MemoryStorage {
  readonly open = new Set<string>();
  most = 0;
  writes = 0;

  override async stage(name: string): Promise<StagedObject> {
    const staged = await super.stage(name);
    return {
      ...staged,
      append: async (bytes) => {
        this.open.add(name);
        this.most = Math.max(this.most, this.open.size);
        this.writes += 1;
        await staged.append(bytes);
      },
      rest: async () => {
        this.open.delete(name);
        await staged.rest();
      },
      publish: async () => {
        this.open.delete(name);
        await staged.publish();
      },
    };
  }
}

describe('the files that one source writes', () => {
  it('are invisible until they are published, then are told in the order in which they began', async () => {
    const storage = new MemoryStorage();
    const files = new OutputFiles(storage);
    await files.append('b', 'one\n');
    await files.append('a', '\xc3\xa9\n');
    await files.append('b', 'two\n');
    expect(await readObjects(storage)).toEqual(new Map());
    const outputs = await files.publish();
    expect([...(await readObjects(storage))]).toEqual([
      ['a', 'é\n'],
      ['b', 'one\ntwo\n'],
    ]);
    expect(outputs).toEqual([
      { name: 'b', size: 8, crc32: crc32('one\ntwo\n').toString(16).padStart(8, '0') },
      { name: 'a', size: 3, crc32: crc32('é\n').toString(16).padStart(8, '0') },
    ]);
  });

  it('may be many: at most 64 are open at once, the others are appended to again', async () => {
    const storage = new CountingStorage();
    const files = new OutputFiles(storage);
    const part = 'x'.repeat(260 * 1024);
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < 70; n += 1) await files.append(`hour-${n}`, `${round}${part}`);
    }
    expect(storage.most).toBeLessThanOrEqual(64);
    const outputs = await files.publish();
    expect(outputs).toHaveLength(70);
    for (const { name, size } of outputs) {
      expect(size).toBe(2 * (part.length + 1));
      expect(storage.get(name)?.toString('latin1')).toBe(`0${part}1${part}`);
    }
  });

  it('are written in large pieces, and hold no more than 8 MiB in memory together', async () => {
    const storage = new CountingStorage();
    const files = new OutputFiles(storage);
    for (let i = 0; i < 1000; i += 1) await files.append('a', 'x'.repeat(1000));
    expect(storage.writes).toBeLessThan(6);
    const small = 'x'.repeat(100 * 1024);
    for (let n = 0; n < 100; n += 1) await files.append(`hour-${n}`, small);
    expect(storage.writes).toBeGreaterThanOrEqual(70);
    await files.discard();
  });

  it('are forgotten when they are discarded', async () => {
    const storage = new MemoryStorage();
    const files = new OutputFiles(storage);
    await files.append('a', 'x'.repeat(1_000_000));
    await files.discard();
    expect(await readObjects(storage)).toEqual(new Map());
  });

  it('copy the bytes that they are given to keep', async () => {
    const storage = new MemoryStorage();
    const files = new OutputFiles(storage);
    const expected: string[] = [];
    const bytes = Buffer.alloc(200 * 1024);
    for (const [i, size] of [10, 70_000, 10, 200_000, 3].entries()) {
      bytes.fill(String(i));
      await files.appendBytes('a', bytes.subarray(0, size));
      await files.append('a', `(${i})`);
      expected.push(`${String(i).repeat(size)}(${i})`);
    }
    bytes.fill('!');
    const [output] = await files.publish();
    expect(storage.get('a')?.toString('latin1')).toBe(expected.join(''));
    expect(output?.crc32).toBe(crc32(expected.join('')).toString(16).padStart(8, '0'));
  });
});
