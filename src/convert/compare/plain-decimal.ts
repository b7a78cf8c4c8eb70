import { SIGNIFICANT_DIGITS, tenDecimals } from '../../event/ten-decimals.js';

/** Beyond this many digits a number is not written out: no double and no sensible integer needs them. */
const MAX_DIGITS = 2000;
const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

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
 * A float's token as the one text of what Azure's collector leaves of it: ten decimals, or ten significant digits where it is very large
 * or small. The same for a token that was rounded before.
 */
export function roundedDecimal(token: string): string {
  const value = Number(token);
  if (!Number.isFinite(value)) return plainDecimal(token);
  return plainDecimal(tenDecimals(value) ?? value.toExponential(SIGNIFICANT_DIGITS - 1));
}
