/**
 * A sequence of numbers by its length, sum and a hash of its order: enough to tell that the widths of a day's prediction rows
 * are the sizes of its calls, without keeping either. Digests of parts join into that of the whole.
 */
export interface SequenceDigest {
  readonly count: number;
  readonly sum: number;
  /** Two polynomial hashes modulo 2^32. */
  readonly hash: readonly [number, number];
}

export const EMPTY_SEQUENCE: SequenceDigest = { count: 0, sum: 0, hash: [0, 0] };

const BASES = [0x01000193, 0x9e3779b1] as const;

export function append(digest: SequenceDigest, value: number): SequenceDigest {
  return {
    count: digest.count + 1,
    sum: digest.sum + value,
    hash: [step(digest.hash[0], BASES[0], value), step(digest.hash[1], BASES[1], value)],
  };
}

export function concat(a: SequenceDigest, b: SequenceDigest): SequenceDigest {
  const shift = (hash: number, base: number, tail: number): number =>
    (Math.imul(hash, power(base, b.count)) + tail) | 0;
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    hash: [shift(a.hash[0], BASES[0], b.hash[0]), shift(a.hash[1], BASES[1], b.hash[1])],
  };
}

export function isSameSequence(a: SequenceDigest, b: SequenceDigest): boolean {
  return a.count === b.count && a.sum === b.sum && a.hash[0] === b.hash[0] && a.hash[1] === b.hash[1];
}

/** Values start at 1, so that a leading value can't vanish in a product with zero. */
function step(hash: number, base: number, value: number): number {
  return (Math.imul(hash, base) + value + 1) | 0;
}

function power(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let n = exponent; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result = Math.imul(result, square);
    square = Math.imul(square, square);
  }
  return result;
}
