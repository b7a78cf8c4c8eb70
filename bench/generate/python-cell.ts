import type { Random } from './random.ts';

/**
 * Values as Python writes them with `csv.writer`, minimal quoting. Own code, not `src/legacy/python-csv.ts`: a generator that
 * shared the product's encoder would hide its mistakes.
 */

/** `repr(float)`: the same digits as JavaScript's, other exponents. Only for magnitudes that need none, or zero. */
export function pythonFloat(value: number): string {
  const text = String(value);
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e16)) return exponentFloat(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** `1e-7` is `1e-07`, and 0.00001 is `1e-05`. */
function exponentFloat(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${mantissa}e${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
}

export function pythonText(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** A standardised feature as scikit-learn's are: near zero, all its digits. */
export function feature(random: Random): string {
  // The sum of four is close enough to a bell, and cheap.
  const bell = random.fraction() + random.fraction() + random.fraction() + random.fraction() - 2;
  return pythonFloat(bell * 0.1);
}
