import { endsWithCorrelation, isAmlName } from '../legacy/correlation.js';

const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const INTEGER = /^[+-]?[0-9]+$/;
const VALUES: ReadonlySet<string> = new Set(['', 'True', 'False', 'nan', 'inf', '-inf']);

/** True for a field that nobody names a column: empty, a number, a boolean, `nan` or an infinity. */
export function isDataLike(field: string): boolean {
  return VALUES.has(field) || NUMBER.test(field);
}

/**
 * Is a file's first line (the first that is not blank) a header? `numbered`: its fields are exactly 0,1,...,n-1, as an unnamed
 * DataFrame writes them; such a line is a header only if a later line is of another form, or another file of the collection
 * begins so too.
 */
export function judgeFirstLine(fields: readonly string[]): 'header' | 'data' | 'numbered' {
  if (endsWithCorrelation(fields)) return 'data';
  if (fields.some(isAmlName)) return 'header';
  if (!fields.some(isDataLike)) return 'header';
  return fields.every((field, i) => field === String(i)) ? 'numbered' : 'data';
}

/** Whether a later line can't be more of what a numbered first line would be as data: n integers. */
export function isOfAnotherForm(fields: readonly string[], width: number): boolean {
  return fields.length !== width || !fields.every((field) => INTEGER.test(field));
}
