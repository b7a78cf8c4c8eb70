/** Below this a float32 has fewer than 24 bits, and six decimal digits no longer survive it. */
const MIN_NORMAL = 2 ** -126;

/**
 * The double that is written with a float32's shortest digits: 0.1 for `Math.fround(0.1)`, which is 0.10000000149011612. They are
 * the fewest that read back as the same float32, and of those the nearest, as numpy finds them. Other numbers are
 * rounded to a float32 first.
 */
export function shortestOfFloat32(x: number): number {
  const single = Math.fround(x);
  const size = Math.abs(single);
  if (single === 0 || !Number.isFinite(single)) return single;
  const shortest = size >= 1e-4 && size < 1e6 ? byScaling(size) : byText(size);
  return single < 0 ? -shortest : shortest;
}

/**
 * Tries six digits, then more. All products are exact: 24 bits by 10^12 at most, which is 28 bits and a power of two; and a
 * whole number divided by an exact power of ten is the double nearest to the decimal.
 */
function byScaling(size: number): number {
  let scale = 1;
  while (size * scale < 1e5) scale *= 10;
  for (; ; scale *= 10) {
    const decimal = roundToEven(size * scale) / scale;
    if (Math.fround(decimal) === size) return decimal;
  }
}

function roundToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

function byText(size: number): number {
  // If fewer than six digits suffice, six are them and zeros.
  for (let decimals = size < MIN_NORMAL ? 0 : 5; decimals < 8; decimals += 1) {
    const text = nearest(size, decimals);
    if (readsBack(text, size)) return Number(text);
    // Below a power of two the float32s stand twice as close: the next text may do where the nearest doesn't.
    const above = next(text, decimals);
    if (readsBack(above, size)) return Number(above);
  }
  return Number(nearest(size, 8));
}

function readsBack(text: string, size: number): boolean {
  return Math.fround(Number(text)) === size;
}

/** Of two texts that are as near, toExponential gives the greater, and numpy the one whose last digit is even. */
function nearest(size: number, decimals: number): string {
  const text = size.toExponential(decimals);
  const [half = ''] = size.toExponential(decimals + 1).split('e');
  if (!half.endsWith('5')) return text;
  const [exact = ''] = size.toExponential(100).split('e');
  if (exact !== half.padEnd(exact.length, '0')) return text;
  return text.replace(/[13579]e/, (odd) => `${Number(odd[0]) - 1}e`);
}

/** One more in the last digit. */
function next(text: string, decimals: number): string {
  const [mantissa = '', exponent = ''] = text.split('e');
  return `${(Number(mantissa) + 10 ** -decimals).toFixed(decimals)}e${exponent}`;
}
