import { counted } from './units.js';

const MOST_LISTED = 6;

/** The first few, and how many more there are. */
export function capped<T>(items: readonly T[], one: string, many?: string): (T | string)[] {
  if (items.length <= MOST_LISTED) return [...items];
  return [...items.slice(0, MOST_LISTED), `… and ${counted(items.length - MOST_LISTED, one, many)}`];
}
