import { parse } from 'csv-parse/sync';
import type { MaxRejects } from '../convert/max-rejects.js';
import { MdcBridgeError } from '../errors.js';

/** Reads an option's text; `previous` is what earlier uses of the same option have given. */
export type OptionParser<T> = (text: string, previous: T | undefined) => T;

function wrongValue(flag: string, given: string, accepted: string): MdcBridgeError {
  return new MdcBridgeError('usage', `${flag} can't be "${given}"`, { remedy: `give ${accepted}` });
}

export function wholeNumber(flag: string, least: number, most: number): OptionParser<number> {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw wrongValue(flag, text, `a whole number from ${least} to ${most}`);
  };
}

/** `100`, or `0.5`. */
export function positiveNumber(flag: string): OptionParser<number> {
  return (text) => {
    const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
    if (value > 0 && Number.isFinite(value)) return value;
    throw wrongValue(flag, text, 'a number above 0');
  };
}

export function oneOf<const T extends string>(flag: string, choices: readonly T[]): OptionParser<T> {
  return (text) => {
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return chosen;
    throw wrongValue(flag, text, choices.join(' or '));
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A number of bytes: `4MiB`, `1.5GiB`, `4096`. */
export function byteSize(flag: string): OptionParser<number> {
  return (text) => {
    const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?) ?([A-Za-z]*)$/.exec(text) ?? [];
    const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    const value = digits === '' || factor === undefined ? 0 : Math.round(Number(digits) * factor);
    if (value > 0 && Number.isSafeInteger(value)) return value;
    throw wrongValue(flag, text, 'a size such as 4MiB; the units are KiB, MiB and GiB, or none for bytes');
  };
}

const SPANS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30s`, `2m`, `1.5h`, as milliseconds. */
export function timeSpan(flag: string): OptionParser<number> {
  return (text) => {
    const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
    const value = Math.round(Number(digits) * (SPANS[unit] ?? 0));
    if (digits !== '' && Number.isSafeInteger(value)) return value;
    throw wrongValue(flag, text, 'a time such as 30s; the units are ms, s, m, h and d');
  };
}

/** `5`, or `5%`. */
export function numberOrPercent(flag: string): OptionParser<MaxRejects> {
  return (text) => {
    if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
    const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
    if (percent !== undefined && Number(percent) <= 100) return `${Number(percent)}%`;
    throw wrongValue(flag, text, 'a number of rows such as 20, or a share of them such as 0.1%');
  };
}

/** `5%`, as a share: 0.05. */
export function share(flag: string): OptionParser<number> {
  return (text) => {
    const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
    const value = Number(percent) / 100;
    if (value > 0 && value <= 1) return value;
    throw wrongValue(flag, text, 'a share such as 5%, above 0% and up to 100%');
  };
}

/** Each use adds one. */
export function repeated(flag: string): OptionParser<readonly string[]> {
  return (text, previous = []) => {
    if (text === '') throw wrongValue(flag, text, 'a pattern such as "**/inputs/**"');
    return [...previous, text];
  };
}

/** What `KEY=VALUE` options need to know; `keyless` is the key that a value alone is given. */
export interface PairRules<T> {
  readonly accepted: string;
  readonly keyless?: string;
  /** undefined: no such value. */
  readonly read: (value: string) => T | undefined;
}

/** `[KEY=]VALUE`, split at the last `=`: patterns may hold one (`year=2020/**`), values never do. */
export function keyed<T>(flag: string, rules: PairRules<T>): OptionParser<Readonly<Record<string, T>>> {
  return (text, previous = {}) => {
    const at = text.lastIndexOf('=');
    const key = at < 0 ? rules.keyless : text.slice(0, at);
    const value = rules.read(text.slice(at + 1));
    if (key === undefined || key === '' || value === undefined) throw wrongValue(flag, text, rules.accepted);
    return addEntry(flag, previous, key, value);
  };
}

/** The names on a CSV line; at least one. */
export function csvNames(flag: string): OptionParser<readonly string[]> {
  return (text) => namesOf(flag, text);
}

type Variants = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** `[COLLECTION:]WIDTH=a,b,c`; without a collection it is for all of them. */
export function variants(flag: string): OptionParser<Variants> {
  return (text, previous = {}) => {
    const [, collection = '*', width, line] = /^(?:([^:=]+):)?([1-9]\d*)=(.*)$/s.exec(text) ?? [];
    if (width === undefined || line === undefined) {
      throw wrongValue(flag, text, 'a width and its names such as 3=age,zip,"last, first"');
    }
    const names = namesOf(flag, line);
    if (names.length !== Number(width)) {
      throw new MdcBridgeError('usage', `${flag} ${text} names ${names.length} columns, not ${width}`, {
        remedy: 'give as many names as such a row has fields without the eight $aml_ ones',
      });
    }
    const sameCollection = Object.hasOwn(previous, collection) ? (previous[collection] ?? {}) : {};
    const widths = addEntry(flag, sameCollection, width, names);
    return Object.fromEntries([...Object.entries(previous), [collection, widths]]);
  };
}

/** `[NAME=]user|correlation`. */
export function rowId(flag: string): OptionParser<{ name?: string; by: 'user' | 'correlation' }> {
  return (text) => {
    const at = text.lastIndexOf('=');
    const by = text.slice(at + 1);
    if ((by !== 'user' && by !== 'correlation') || at === 0) {
      throw wrongValue(
        flag,
        text,
        'user or correlation, with a name for the column before it if need be: my_id=user',
      );
    }
    return at < 0 ? { by } : { name: text.slice(0, at), by };
  };
}

/** Built from entries, since a key such as `__proto__` is data like any other. */
function addEntry<T>(
  flag: string,
  previous: Readonly<Record<string, T>>,
  key: string,
  value: T,
): Readonly<Record<string, T>> {
  if (Object.hasOwn(previous, key)) {
    throw new MdcBridgeError('usage', `${flag} says two things about "${key}"`, {
      remedy: 'keep one of them',
    });
  }
  return Object.fromEntries([...Object.entries(previous), [key, value]]);
}

function namesOf(flag: string, line: string): readonly string[] {
  let rows: string[][];
  try {
    rows = parse(line, { relax_column_count: true }) as string[][];
  } catch (cause) {
    throw new MdcBridgeError('usage', `${flag} ${line} is no line of CSV`, {
      cause,
      remedy: 'give names as they would stand in a header: age,zip,"last, first"',
    });
  }
  const [names] = rows;
  if (names !== undefined && rows.length === 1) return names;
  throw wrongValue(flag, line, 'names on one line as they would stand in a header: age,zip,"last, first"');
}
