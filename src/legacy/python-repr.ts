import { types } from 'node:util';
import { MdcBridgeError } from '../errors.js';
import { shortestOfFloat32 } from './float32-digits.js';

/** A value that the old collector could have been given, and that JavaScript has: one cell of a row. */
export type Cell =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Date
  | readonly Cell[]
  | { readonly [key: string]: Cell };

/** Python's own limit is about 1,000 calls; a list that holds itself ends here too. */
const MAX_DEPTH = 200;

const EXPONENT_FORM = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/;

/**
 * Python's `repr` of a float. JavaScript and Python find the same digits (the shortest that read back as the number, and of
 * those the nearest); Python writes an exponent from 1e16 and below 1e-4, of two digits at least, and `.0` after a whole number.
 */
export function floatRepr(x: number): string {
  const size = Math.abs(x);
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(x) ? `${x}.0` : String(x);
  if (x === 0) return Object.is(x, -0) ? '-0.0' : '0.0';
  return Number.isFinite(x) ? pythonExponent(x.toExponential()) : notFinite(x);
}

/** True for a number whose `String()` is Python's `repr` of the float: it has a fraction, and no exponent in either. */
export function hasPlainRepr(x: number): boolean {
  return ((x >= 1e-4 && x < 1e16) || (x <= -1e-4 && x > -1e16)) && x !== Math.floor(x);
}

/** numpy writes a float32's exponent from here (since 2.3; before, from 1e16 as for a float). */
const FLOAT32_EXPONENT_FROM = 1e6;

/** `str` of a numpy float32: the shortest digits that read back as the same float32. Other numbers are rounded to one first. */
export function float32Repr(x: number): string {
  const single = Math.fround(x);
  const size = Math.abs(single);
  if (single === 0 || !Number.isFinite(single)) return floatRepr(single);
  const shortest = shortestOfFloat32(single);
  const hasExponent = size < 1e-4 || size >= FLOAT32_EXPONENT_FROM;
  return hasExponent ? pythonExponent(shortest.toExponential()) : floatRepr(shortest);
}

/** True for a number whose `float32Repr` is the `String()` of `shortestOfFloat32`. */
export function hasPlainFloat32Repr(x: number): boolean {
  const single = Math.fround(x);
  return hasPlainRepr(single) && Math.abs(single) < FLOAT32_EXPONENT_FROM;
}

function notFinite(x: number): string {
  return Number.isNaN(x) ? 'nan' : x < 0 ? '-inf' : 'inf';
}

/** `1e-7` → `1e-07`. */
function pythonExponent(text: string): string {
  const [, sign = '', first = '', rest, exponent = ''] = EXPONENT_FORM.exec(text) ?? [];
  const mantissa = rest === undefined ? first : `${first}.${rest}`;
  return `${sign}${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/** True for a number that is written as an int: safe, whole, and not -0, which an int can't be. */
export function isPythonInt(x: number): boolean {
  return Number.isSafeInteger(x) && !Object.is(x, -0);
}

/** A plain number, of which nothing says that its column is a float's. */
export function numberRepr(x: number): string {
  return isPythonInt(x) ? String(x) : floatRepr(x);
}

/** All but the printable: Python's `str.isprintable` by Unicode category, the ASCII space aside. */
const ESCAPED = /[\\\n\r\t]|(?! )[\p{C}\p{Z}]/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * Python's `repr` of a string. Code points that the running Node's Unicode does not know yet are escaped, as an older Python
 * escapes those it doesn't know: the two differ in code points newer than the older of them.
 */
export function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(ESCAPED, escapeCharacter);
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return SHORT_ESCAPES[character] ?? `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** `str` of a UTC `datetime`: `2024-02-29 12:30:05.123000`, without the fraction if it is zero. */
export function dateText(date: Date): string {
  const fraction = date.getUTCMilliseconds();
  return fraction === 0 ? utcText(date, 19) : `${utcText(date, 23)}000`;
}

/** The first `length` characters of `YYYY-MM-DD HH:MM:SS.fff`: 10, 19 or 23. */
export function utcText(date: Date, length: 10 | 19 | 23): string {
  const year = date.getUTCFullYear();
  if (year < 1 || year > 9999) {
    throw new MdcBridgeError('usage', `${date.toISOString()} is a date that Python does not have`, {
      remedy: 'Give a date of the years 1 to 9999, or its text.',
    });
  }
  return date.toISOString().slice(0, length).replace('T', ' ');
}

function dateRepr(date: Date): string {
  if (Number.isNaN(date.getTime())) return 'NaT';
  utcText(date, 10);
  const parts = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours()];
  parts.push(date.getUTCMinutes());
  const [second, millis] = [date.getUTCSeconds(), date.getUTCMilliseconds()];
  if (second !== 0 || millis !== 0) parts.push(second);
  if (millis !== 0) parts.push(millis * 1000);
  return `datetime.datetime(${parts.join(', ')})`;
}

/** Python's `repr` of a list, a dict, or what is in them. @throws MdcBridgeError `usage` for what no cell may be. */
export function repr(value: unknown, depth = 0): string {
  switch (typeof value) {
    case 'string':
      return stringRepr(value);
    case 'number':
      return numberRepr(value);
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'undefined':
      return 'None';
    case 'object':
      return value === null ? 'None' : objectRepr(value, depth);
    default:
      throw notACell(value);
  }
}

function objectRepr(value: object, depth: number): string {
  if (depth > MAX_DEPTH) {
    throw new MdcBridgeError(
      'usage',
      `a list or object is nested more than ${MAX_DEPTH} deep, or holds itself`,
      {
        remedy: 'Give it as a text.',
      },
    );
  }
  if (Array.isArray(value)) return `[${Array.from(value, (item) => repr(item, depth + 1)).join(', ')}]`;
  if (types.isDate(value)) return dateRepr(value);
  if (!isPlainObject(value)) throw notACell(value);
  const entries = Object.entries(value).map(([key, item]) => `${stringRepr(key)}: ${repr(item, depth + 1)}`);
  return `{${entries.join(', ')}}`;
}

/** Also one of another realm. Instances of classes are none: a Map would become `{}`, and its values be lost. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function notACell(value: unknown): MdcBridgeError {
  const type: unknown = typeof value === 'object' ? value?.constructor?.name : undefined;
  const what = typeof type === 'string' ? `an instance of ${type}` : `a value of type ${typeof value}`;
  return new MdcBridgeError('usage', `${what} can't be a cell of a row`, {
    remedy:
      'Give a string, number, bigint, boolean, null, undefined, Date, or an array or plain object of these.',
  });
}
