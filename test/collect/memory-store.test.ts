import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/collect/delivery/batch.js';
import { MemoryStore } from '../../src/collect/delivery/memory-store.js';

const HEADER = Buffer.from('a\r\n');

function textOf(batches: readonly Batch[]): string {
  return batches.map(({ bytes }) => Buffer.from(bytes).toString('latin1')).join('');
}

describe('rows in memory', () => {
  it('wait for their blob in the order in which they came, until they are done', () => {
    const store = new MemoryStore(1000);
    expect(store.add({ name: 'x' }, Buffer.from('1\n'), 1)).toBe(true);
    expect(store.add({ name: 'y' }, Buffer.from('2\n'), 1)).toBe(true);
    expect(store.add({ name: 'x' }, Buffer.from('3\n4\n'), 2)).toBe(true);
    expect(store.bytes).toBe(8);
    expect(store.waiting().map(({ name }) => name)).toEqual(['x', 'y']);
    const batches = store.seal('x');
    expect(batches.map(({ rows }) => rows)).toEqual([3]);
    expect(textOf(batches)).toBe('1\n3\n4\n');
    store.done('x', batches);
    expect(store.bytes).toBe(2);
    expect(store.waiting().map(({ name }) => name)).toEqual(['y']);
    expect(store.seal('x')).toEqual([]);
  });

  it('are copied', () => {
    const store = new MemoryStore(1000);
    const rows = Buffer.from('1\n');
    store.add({ name: 'x' }, rows, 1);
    rows.fill(0);
    expect(textOf(store.seal('x'))).toBe('1\n');
  });

  it('are sealed once: the same batches under the same ids, and later rows in others behind them', () => {
    const store = new MemoryStore(1000);
    store.add({ name: 'x' }, Buffer.from('1\n'), 1);
    const [first] = store.seal('x');
    store.add({ name: 'x' }, Buffer.from('2\n'), 1);
    const both = store.seal('x');
    expect(both[0]).toEqual(first);
    expect(textOf(both)).toBe('1\n2\n');
    store.done('x', both.slice(0, 1));
    expect(textOf(store.seal('x'))).toBe('2\n');
    expect(store.bytes).toBe(2);
  });

  it('are refused when they are more than the store takes, and nothing of them stays', () => {
    const store = new MemoryStore(5);
    expect(store.add({ name: 'x' }, Buffer.from('123\n'), 1)).toBe(true);
    expect(store.add({ name: 'x' }, Buffer.from('4\n'), 1)).toBe(false);
    expect(store.add({ name: 'y' }, Buffer.from('4\n'), 1)).toBe(false);
    expect(store.bytes).toBe(4);
    expect(store.waiting()).toHaveLength(1);
    store.done('x', store.seal('x'));
    expect(store.add({ name: 'y' }, Buffer.from('1234\n'), 1)).toBe(true);
  });

  it('have the header that their blob was last given; rows without one take it from nobody', () => {
    const store = new MemoryStore(1000);
    store.add({ name: 'x' }, Buffer.from('1\n'), 1);
    expect(store.waiting()).toEqual([{ name: 'x' }]);
    store.add({ name: 'x', header: HEADER }, Buffer.from('1\n'), 1);
    store.add({ name: 'x' }, Buffer.from('1\n'), 1);
    expect(store.waiting()).toEqual([{ name: 'x', header: HEADER }]);
  });

  it('are counted when nobody will send them, and then are gone', () => {
    const store = new MemoryStore(1000);
    store.add({ name: 'x' }, Buffer.from('1\n'), 1);
    store.seal('x');
    store.add({ name: 'x' }, Buffer.from('1\n2\n'), 2);
    store.add({ name: 'y' }, Buffer.from('1\n2\n'), 2);
    expect(store.abandon()).toBe(5);
    expect(store.abandon()).toBe(0);
    expect([store.bytes, store.waiting().length]).toEqual([0, 0]);
  });

  it('come in batches of 4 MiB at most, but for one longer call', () => {
    const store = new MemoryStore(64 * 2 ** 20);
    for (let i = 0; i < 9; i += 1) store.add({ name: 'x' }, Buffer.alloc(2 ** 20, 'r'), 1);
    store.add({ name: 'x' }, Buffer.alloc(5 * 2 ** 20, 'l'), 1);
    store.add({ name: 'x' }, Buffer.alloc(1, 's'), 1);
    const sizes = store.seal('x').map(({ bytes }) => bytes.length);
    expect(sizes).toEqual([4 * 2 ** 20, 4 * 2 ** 20, 2 ** 20, 5 * 2 ** 20, 1]);
  });

  it('for very many blobs take little more than their own room', () => {
    const before = process.memoryUsage().arrayBuffers;
    const store = new MemoryStore(64 * 2 ** 20);
    for (let i = 0; i < 10_000; i += 1) store.add({ name: `blob-${i}` }, Buffer.from('row\r\n'), 1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000 * 2048);
  });

  it('come out once and in order, whatever is added, sealed and done when (property)', () => {
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          add: fc.nat(2),
          size: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant(3_000_000)),
        }),
      },
      { weight: 2, arbitrary: fc.record({ seal: fc.nat(2), take: fc.nat(3) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const store = new MemoryStore(32 * 2 ** 20);
        const [given, sent] = [
          ['', '', ''],
          ['', '', ''],
        ];
        const send = (blob: number, take: number): void => {
          const batches = store.seal(`${blob}`).slice(0, take);
          sent[blob] += textOf(batches);
          store.done(`${blob}`, batches);
        };
        let next = 0;
        for (const one of steps) {
          if ('seal' in one) {
            send(one.seal, one.take);
            continue;
          }
          next += 1;
          const rows = Buffer.alloc(one.size, `${next},`);
          if (store.add({ name: `${one.add}` }, rows, 1)) given[one.add] += rows.toString('latin1');
        }
        for (const blob of [0, 1, 2]) send(blob, Number.POSITIVE_INFINITY);
        for (const blob of [0, 1, 2]) expect(sent[blob] === given[blob]).toBe(true);
        expect(store.bytes).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
