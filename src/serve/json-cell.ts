import type { Cell } from '../legacy/python-repr.js';
import { floatRepr, hasPlainRepr, stringRepr } from '../legacy/python-repr.js';
import { JsonScan } from './json-scan.js';
import type { JsonToken } from './row-columns.js';

/** So many digits are a number of JavaScript's for sure. */
const SAFE_LENGTH = 15;
const FLOAT = /[.eE]/;
/** Of at most 15 digits, 0.0001 or more, without a needless zero: no shorter text is the same double, so this is Python's. */
const PLAIN_DECIMAL = /^-?(?:0\.(?!0000)\d{0,14}[1-9]|[1-9]\d{0,6}\.(?:0|\d{0,6}[1-9])|0\.0)$/;
const [QUOTE, OPEN_LIST, OPEN_OBJECT] = ['"', '[', '{'];

/**
 * A value of pandas' JSON as the cell of CSV that pandas would have written: whole floats keep their `.0`, integers their digits, and
 * lists and objects become Python's text of them.
 *
 * @param isDate its column holds dates, which JSON has as epoch milliseconds.
 */
export function csvCell(token: JsonToken, isDate: boolean): Cell {
  const first = token?.[0];
  if (token === undefined || first === undefined) return null;
  if (first === QUOTE) return textOf(token);
  if (first === OPEN_LIST || first === OPEN_OBJECT) return pythonText(new JsonScan(token));
  if (first > '9') return token === 'null' ? null : token === 'true';
  if (PLAIN_DECIMAL.test(token)) return token;
  if (FLOAT.test(token)) {
    const x = Number(token);
    return hasPlainRepr(x) ? x : floatRepr(x);
  }
  if (token.length > SAFE_LENGTH) return token;
  const x = Number(token);
  if (isDate) return new Date(x);
  return x === 0 ? 0 : x;
}

/** A value as the TypeScript collector would be given it: what a hash is made of. */
export function plainCell(token: JsonToken): Cell {
  if (token === undefined) return null;
  if (/^-?\d+$/.test(token) && token.length > SAFE_LENGTH) return BigInt(token);
  return JSON.parse(token) as Cell;
}

function textOf(token: string): string {
  return token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
}

/** Python's `repr` of what is next. */
function pythonText(scan: JsonScan): string {
  const { text, at } = scan;
  const first = text[at] ?? '';
  if (first === OPEN_LIST) {
    const items: string[] = [];
    scan.items(() => items.push(pythonText(scan)));
    return `[${items.join(', ')}]`;
  }
  if (first === OPEN_OBJECT) {
    const entries: string[] = [];
    scan.entries((start, end) => {
      entries.push(`${stringRepr(textOf(text.slice(start, end)))}: ${pythonText(scan)}`);
    });
    return `{${entries.join(', ')}}`;
  }
  scan.value();
  const token = text.slice(at, scan.at);
  if (first === QUOTE) return stringRepr(textOf(token));
  if (first > '9') return token === 'null' ? 'None' : token === 'true' ? 'True' : 'False';
  return FLOAT.test(token) ? floatRepr(Number(token)) : token === '-0' ? '0' : token;
}
