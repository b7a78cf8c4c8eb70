import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  append,
  concat,
  EMPTY_SEQUENCE,
  isSameSequence,
  type SequenceDigest,
} from '../../../src/convert/census/sequence-digest.js';

const digest = (values: readonly number[]): SequenceDigest => values.reduce(append, EMPTY_SEQUENCE);
const sequence = fc.array(fc.nat(5), { maxLength: 12 });

describe('the digest of a sequence', () => {
  it('has its length and its sum', () => {
    expect(digest([3, 0, 4])).toMatchObject({ count: 3, sum: 7 });
    expect(EMPTY_SEQUENCE).toMatchObject({ count: 0, sum: 0 });
  });

  it('is the same for the same sequence, and for no other (property)', () => {
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        const same = a.length === b.length && a.every((value, i) => value === b[i]);
        expect(isSameSequence(digest(a), digest(b))).toBe(same);
      }),
      { numRuns: 3000 },
    );
  });

  it('tells orders apart, and zeros before from zeros behind', () => {
    expect(isSameSequence(digest([1, 2]), digest([2, 1]))).toBe(false);
    expect(isSameSequence(digest([0, 1]), digest([1, 0]))).toBe(false);
    expect(isSameSequence(digest([0]), digest([0, 0]))).toBe(false);
  });

  it('of a whole is that of its parts, joined in order (property)', () => {
    fc.assert(
      fc.property(sequence, sequence, sequence, (a, b, c) => {
        const whole = digest([...a, ...b, ...c]);
        expect(concat(concat(digest(a), digest(b)), digest(c))).toEqual(whole);
        expect(concat(digest(a), concat(digest(b), digest(c)))).toEqual(whole);
      }),
    );
  });

  it('of a long sequence is that of its parts too', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => i % 1013);
    expect(concat(digest(values.slice(0, 70_001)), digest(values.slice(70_001)))).toEqual(digest(values));
  });
});
