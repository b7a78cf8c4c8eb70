import { isAnyArrayBuffer, isDate, isMap, isSet, isTypedArray } from 'node:util/types';
import { MdcBridgeError } from '../../errors.js';
import type { ColumnKind } from '../../legacy/python-csv.js';

/** How a format writes what JSON leaves open. */
export interface JsonForm {
  /** A finite number. `isFloat`: of a column or array whose numbers all are. */
  number(x: number, isFloat: boolean): string;
  /** With its quotes. */
  text(text: string): string;
}

/** Lists and objects in one another; one that holds itself ends here too. */
const MAX_DEPTH = 200;

/** Every digit, so that what is read is the same double. */
export const FULL: JsonForm = {
  number: (x, isFloat) => {
    // A whole number that a column of floats has, or that no integer of JavaScript is, must not be read as an integer.
    if (Number.isInteger(x) && (isFloat || !Number.isSafeInteger(x) || Object.is(x, -0))) return floatJson(x);
    return String(x);
  },
  // Half a surrogate pair is no text, and strict readers refuse the whole file for it.
  text: (text) => JSON.stringify(text.toWellFormed()),
};

/** Whether `FULL` writes a value as JSON.stringify does. */
export function isPlainJson(cell: unknown): boolean {
  if (typeof cell === 'number')
    return Number.isSafeInteger(cell) ? !Object.is(cell, -0) : Number.isFinite(cell) && cell % 1 !== 0;
  return typeof cell === 'string' ? cell.isWellFormed() : typeof cell === 'boolean' || cell === null;
}

function floatJson(whole: number): string {
  const digits = Object.is(whole, -0) ? '-0' : String(whole);
  return digits.includes('e') ? digits : `${digits}.0`;
}

/**
 * One cell as JSON. What has no value (null, undefined, NaN, an infinity, an invalid date) is null, a date its epoch milliseconds,
 * a Map an object and a Set a list.
 *
 * @throws MdcBridgeError `usage` for what is no value: functions, symbols, binary data, instances of other classes.
 */
export function cellJson(cell: unknown, kind: ColumnKind, form: JsonForm): string {
  switch (typeof cell) {
    case 'number':
      return Number.isFinite(cell) ? form.number(cell, kind === 'float' || kind === 'float32') : 'null';
    case 'string':
      return form.text(cell);
    case 'boolean':
    case 'bigint':
      return String(cell);
    case 'undefined':
      return 'null';
    case 'object':
      return cell === null ? 'null' : objectJson(cell, form, 0);
    default:
      throw noValue(`a ${typeof cell}`);
  }
}

function objectJson(value: object, form: JsonForm, depth: number): string {
  if (depth === MAX_DEPTH) throw noValue('a list or an object that holds itself, or is nested too deeply');
  if (isDate(value)) return dateJson(value);
  const inner = (item: unknown): string =>
    typeof item === 'object' && item !== null
      ? objectJson(item, form, depth + 1)
      : cellJson(item, 'plain', form);
  if (Array.isArray(value) || isSet(value)) return `[${Array.from(value, inner).join(',')}]`;
  if (isTypedArray(value) && !Buffer.isBuffer(value)) return numbersJson(value, form);
  if (isMap(value)) return entriesJson([...value], form, inner);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || Object.getPrototypeOf(prototype) === null) {
    return entriesJson(Object.entries(value), form, inner);
  }
  const isBinary = ArrayBuffer.isView(value) || isAnyArrayBuffer(value) || value instanceof Blob;
  throw noValue(isBinary ? 'binary data' : `an instance of ${value.constructor.name}`);
}

function dateJson(date: Date): string {
  const time = date.getTime();
  return Number.isNaN(time) ? 'null' : String(time);
}

function numbersJson(values: NodeJS.TypedArray, form: JsonForm): string {
  const kind = values instanceof Float64Array || values instanceof Float32Array ? 'float' : 'plain';
  return `[${Array.from(values as Iterable<number | bigint>, (x) => cellJson(x, kind, form)).join(',')}]`;
}

function entriesJson(
  entries: readonly (readonly [unknown, unknown])[],
  form: JsonForm,
  inner: (item: unknown) => string,
): string {
  return `{${entries.map(([key, value]) => `${form.text(String(key))}:${inner(value)}`).join(',')}}`;
}

function noValue(what: string): MdcBridgeError {
  return new MdcBridgeError('usage', `${what} is no value`, {
    remedy: 'give strings, numbers, bigints, booleans, null, dates, and lists and objects of them',
  });
}
