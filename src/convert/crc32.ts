/** The polynomial of CRC-32, bits reversed. */
const POLYNOMIAL = 0xedb88320;

/**
 * The CRC-32 of `a` followed by `b`, from theirs: that of `a` is carried over as many zero bytes as `b` is long. A step over
 * zeros is linear over GF(2), so it is a 32 × 32 matrix of bits, which squared is a step twice as long.
 */
export function combineCrc32(a: number, b: number, bytesOfB: number): number {
  let step = Array.from({ length: 32 }, (_, bit) => (bit === 0 ? POLYNOMIAL : 1 << (bit - 1)));
  // A step of one bit, thrice doubled, is one of a byte.
  for (let doubled = 0; doubled < 3; doubled += 1) step = square(step);
  let crc = a;
  for (let rest = bytesOfB; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) crc = times(step, crc);
    step = square(step);
  }
  return (crc ^ b) >>> 0;
}

function times(matrix: readonly number[], vector: number): number {
  let sum = 0;
  for (let bit = 0; bit < 32; bit += 1) if ((vector >>> bit) & 1) sum ^= matrix[bit] ?? 0;
  return sum;
}

function square(matrix: readonly number[]): number[] {
  return matrix.map((column) => times(matrix, column));
}
