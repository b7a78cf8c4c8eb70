import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashSet64 } from '../../../src/convert/census/hash-set.js';

const half = fc.oneof(fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff), fc.nat(3));
const hashes = fc.array(fc.tuple(half, half), { maxLength: 60 });
const joined = (high: number, low: number): bigint => (BigInt(high) << 32n) | BigInt(low);

describe('a set of 64-bit hashes', () => {
  it('does what a Set does, from any capacity on, zero included (property)', () => {
    fc.assert(
      fc.property(hashes, hashes, fc.nat(20), (added, asked, capacity) => {
        const set = new HashSet64(capacity);
        const plain = new Set<bigint>();
        for (const [high, low] of added) {
          expect(set.add(high, low)).toBe(!plain.has(joined(high, low)));
          plain.add(joined(high, low));
        }
        expect(set.size).toBe(plain.size);
        for (const [high, low] of [...added, ...asked])
          expect(set.has(high, low)).toBe(plain.has(joined(high, low)));
        expect([...set.entries()].sort()).toEqual([...plain].sort());
      }),
    );
  });

  it('grows, and is as good as new when it is cleared', () => {
    const set = new HashSet64(8);
    for (let i = 0; i < 100_000; i += 1) set.add(Math.imul(i, 0x9e3779b1) >>> 0, i);
    expect(set.size).toBe(100_000);
    expect(set.has(Math.imul(99_999, 0x9e3779b1) >>> 0, 99_999)).toBe(true);
    set.clear();
    expect([set.size, set.has(0, 0), set.add(0, 0)]).toEqual([0, false, true]);
  });
});
