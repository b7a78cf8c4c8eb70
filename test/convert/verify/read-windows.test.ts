import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReadWindows } from '../../../src/convert/verify/read-windows.js';
import { MemoryStorage } from '../../../src/storage/memory-storage.js';

test('windows give the bytes that stand there, whatever was read before (property)', async () => {
  const storage = new MemoryStorage('v2');
  const contents = Array.from({ length: 20 }, (_, n) =>
    Buffer.from(Array.from({ length: 60_000 }, (_, i) => `${n}:${i} `).join('')),
  );
  for (const [n, content] of contents.entries()) storage.put(`${n}`, content);
  const range = fc.tuple(fc.nat(19), fc.nat(400_000), fc.integer({ min: 1, max: 300_000 }));
  await fc.assert(
    fc.asyncProperty(fc.array(range, { maxLength: 60 }), async (ranges) => {
      const windows = new ReadWindows(storage);
      for (const [n, start, length] of ranges) {
        const content = contents[n]!;
        const end = Math.min(content.length, start + length);
        const read = await windows.read(`${n}`, start, end, content.length);
        expect(read.equals(content.subarray(start, end))).toBe(true);
      }
    }),
    { numRuns: 30 },
  );
});

test('ranges in their order need few reads', async () => {
  const storage = new MemoryStorage('v2');
  storage.put('a', Buffer.alloc(1_000_000));
  let reads = 0;
  const read = storage.read.bind(storage);
  storage.read = (...given) => {
    reads += 1;
    return read(...given);
  };
  const windows = new ReadWindows(storage);
  for (let at = 0; at < 1_000_000; at += 500) await windows.read('a', at, at + 500, 1_000_000);
  expect(reads).toBeLessThanOrEqual(4);
});
