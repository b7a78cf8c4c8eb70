import type { HeaderValue } from './captured-headers.js';

/** What `writeHead` was given for a header: it has an object, pairs, or names and values in turn. */
export function givenHeader(given: unknown, name: string): HeaderValue {
  if (typeof given !== 'object' || given === null) return undefined;
  const found = pairsOf(given).filter(([key]) => String(key).toLowerCase() === name);
  const values = found.flatMap(([, value]) => value as string | readonly string[]);
  return values.length > 1 ? values : values[0];
}

function pairsOf(given: object): readonly (readonly [unknown, unknown])[] {
  if (!Array.isArray(given)) return Object.entries(given);
  if (given.every((pair) => Array.isArray(pair))) return given as [unknown, unknown][];
  return Array.from({ length: Math.floor(given.length / 2) }, (_, i) => [given[2 * i], given[2 * i + 1]]);
}
