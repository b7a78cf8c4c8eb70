/** Beyond this many digits a number is not written out: no double and no sensible integer needs them. */
const MAX_DIGITS = 2000;
const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const [SMALLEST, LARGEST] = [1e-15, 1e16];
const TENTHS = 1e10;
const SIGNIFICANT = 10;

/**
 * A JSON number token as the one text that all tokens of its value share: no exponent, no zeros that say nothing, no sign at zero.
 * `1e-07`, `0.00000010` → `0.0000001`.
 */
export function plainDecimal(token: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = PARTS.exec(token) ?? [];
  const shift = Number(exponent);
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return '0';
  const point = digits.length - fraction.length + shift;
  if (Math.abs(point) + digits.length > MAX_DIGITS) {
    return `${sign}${digits.replace(/0+$/, '')}e${point}`;
  }
  const before = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const behind = (point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point)).replace(/0+$/, '');
  return `${sign}${before}${behind === '' ? '' : `.${behind}`}`;
}

/**
 * A float's token as the one text of what Azure's collector leaves of it, by the steps of pandas' own C code in doubles: ten decimals, a
 * half rounded to the even digit (but from zero up); ten significant digits where it is over 1e16 or under 1e-15. The same for a token
 * that was rounded before.
 */
export function roundedDecimal(token: string): string {
  const value = Number(token);
  const size = Math.abs(value);
  if (size > LARGEST || (size !== 0 && size < SMALLEST)) {
    return Number.isFinite(value) ? plainDecimal(value.toExponential(SIGNIFICANT - 1)) : plainDecimal(token);
  }
  let whole = Math.trunc(size);
  const scaled = (size - whole) * TENTHS;
  let decimals = Math.trunc(scaled);
  const rest = scaled - decimals;
  if (rest > 0.5 || (rest === 0.5 && (decimals === 0 || decimals % 2 === 1))) decimals += 1;
  if (decimals >= TENTHS) {
    decimals = 0;
    whole += 1;
  }
  return plainDecimal(`${value < 0 ? '-' : ''}${whole}.${String(decimals).padStart(10, '0')}`);
}
