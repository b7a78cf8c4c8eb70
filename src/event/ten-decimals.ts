const [SMALLEST, LARGEST] = [1e-15, 1e16];
const TENTHS = 1e10;

/** Digits of a float that pandas' `to_json` writes where it does not write ten decimals. */
export const SIGNIFICANT_DIGITS = 10;

/**
 * A float to ten decimals, all of them written, as pandas' own C code finds them, by the same steps in doubles: a half is rounded to the
 * even digit (but from zero up), and a sign stays when all else rounds away. `undefined` for those so large or small that pandas
 * writes them as `%.10g`.
 */
export function tenDecimals(x: number): string | undefined {
  const size = Math.abs(x);
  if (size > LARGEST || (size !== 0 && size < SMALLEST)) return undefined;
  let whole = Math.trunc(size);
  const scaled = (size - whole) * TENTHS;
  let decimals = Math.trunc(scaled);
  const rest = scaled - decimals;
  if (rest > 0.5 || (rest === 0.5 && (decimals === 0 || decimals % 2 === 1))) decimals += 1;
  if (decimals >= TENTHS) {
    decimals = 0;
    whole += 1;
  }
  return `${x < 0 ? '-' : ''}${whole}.${String(decimals).padStart(10, '0')}`;
}
