import { expect, it } from 'vitest';
import { READ_BYTES } from '../../src/collect/spool/read-buffers.js';
import { SpoolStore } from '../../src/collect/spool/spool.js';
import { temporaryFolder } from '../support/temporary-folder.js';

async function storeWith(
  rows: Readonly<Record<string, string>>,
  batchBytes: number = READ_BYTES,
): Promise<SpoolStore> {
  const store = new SpoolStore({ folder: await temporaryFolder(), url: 'file:///tree', batchBytes });
  for (const [name, text] of Object.entries(rows)) store.add({ name }, Buffer.from(text), 1);
  store.writeNow();
  return store;
}

it('memory that a batch was read into is used again once it is released, and the batch can be read again', async () => {
  const store = await storeWith({ a: 'first\r\n', b: 'second\r\n' });
  const [[a], [b]] = [store.seal('a'), store.seal('b')];
  const memory = a?.bytes.buffer;
  expect(a?.bytes.toString()).toBe('first\r\n');
  a?.release();
  expect(b?.bytes.buffer).toBe(memory);
  expect(b?.bytes.toString()).toBe('second\r\n');
  expect(a?.bytes.buffer).not.toBe(memory);
  expect([a?.bytes.toString(), b?.bytes.toString()]).toEqual(['first\r\n', 'second\r\n']);
  await store.close();
});

it('a batch that is not released keeps its memory for itself', async () => {
  const store = await storeWith({ a: 'first\r\n', b: 'second\r\n' });
  const [[a], [b]] = [store.seal('a'), store.seal('b')];
  const bytes = a?.bytes;
  expect(b?.bytes.buffer).not.toBe(bytes?.buffer);
  expect(a?.bytes).toBe(bytes);
  await store.close();
});

it('a spool of larger batches has new memory for each', async () => {
  const store = await storeWith({ a: 'first\r\n', b: 'second\r\n' }, 2 * READ_BYTES);
  const [[a], [b]] = [store.seal('a'), store.seal('b')];
  expect(a?.bytes.buffer.byteLength).toBe('first\r\n'.length);
  expect(b?.bytes.toString()).toBe('second\r\n');
  await store.close();
});

it('a long batch has memory of its own, which is not kept', async () => {
  const long = 'x'.repeat(300 * 1024);
  const store = await storeWith({ a: long, b: long });
  const [[a], [b]] = [store.seal('a'), store.seal('b')];
  const memory = a?.bytes.buffer;
  a?.release();
  expect(b?.bytes.buffer).not.toBe(memory);
  expect(b?.bytes.toString()).toBe(long);
  await store.close();
});
