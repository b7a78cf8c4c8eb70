import { SIGNIFICANT_DIGITS, tenDecimals } from '../../event/ten-decimals.js';
import type { ColumnKind, ColumnKinds } from '../../legacy/python-csv.js';
import { kindOf } from '../../legacy/python-csv.js';
import { isPythonInt } from '../../legacy/python-repr.js';
import type { Frame } from '../table.js';
import type { JsonForm } from './cell-json.js';

/** As pandas' `to_json` writes, with its ten decimals and ASCII alone. */
export const PANDAS: JsonForm = {
  number: (x, isFloat) => (isFloat || !isPythonInt(x) ? pandasFloat(x) : String(x)),
  text: (text) =>
    JSON.stringify(text.toWellFormed())
      .replaceAll('/', '\\/')
      .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
};

/** A float as pandas writes it: ten decimals without the zeros at their end, but for one; very small and large ones as `%.10g`. */
export function pandasFloat(x: number): string {
  return tenDecimals(x)?.replace(/(\.\d+?)0+$/, '$1') ?? generalFormat(x);
}

/** C's `%.10g` of a number so large or small that it has an exponent. */
function generalFormat(x: number): string {
  const [mantissa = '', exponent = ''] = toEvenExponential(x).split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return `${short}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** JavaScript takes the greater of two that are as near, C the even one. Only whole numbers can lie between two. */
function toEvenExponential(x: number): string {
  const text = x.toExponential(SIGNIFICANT_DIGITS - 1);
  if (Math.abs(x) < 1) return text;
  const exact = BigInt(Math.abs(x)).toString();
  if (!/^50*$/.test(exact.slice(SIGNIFICANT_DIGITS))) return text;
  const isOdd = Number(exact[SIGNIFICANT_DIGITS - 1]) % 2 === 1;
  if (isOdd) return text;
  const kept = exact.slice(0, SIGNIFICANT_DIGITS);
  return `${x < 0 ? '-' : ''}${kept[0]}.${kept.slice(1)}e+${exact.length - 1}`;
}

/**
 * Which columns pandas makes float columns of: those of nothing but numbers, of which one has a fraction or is missing. In any
 * other column whole numbers stay integers.
 */
export function pandasKinds({ count, names, kinds, row }: Frame): ColumnKinds {
  const isNumeric = names.map(() => true);
  const isFloat = names.map(() => false);
  for (let i = 0; i < count; i += 1) {
    const cells = row(i);
    for (let column = 0; column < names.length; column += 1) {
      const cell = cells[column];
      if (cell === null || cell === undefined) isFloat[column] = true;
      else if (typeof cell !== 'number') isNumeric[column] = false;
      else if (!isPythonInt(cell)) isFloat[column] = true;
    }
  }
  return names.map((_, column): ColumnKind => {
    const kind = kindOf(kinds, column);
    return kind === 'plain' && isNumeric[column] && isFloat[column] ? 'float' : kind;
  });
}
