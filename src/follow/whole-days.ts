import type { FilePlan, Plan } from '../convert/plan-file.js';
import { parseDataPath } from '../legacy/data-path.js';

/** What the sources of a folder day have in common, whatever their designation: they are planned together. */
export function dayOf(source: string): string {
  const path = parseDataPath(source);
  if (path.kind !== 'data') throw new RangeError(`${source} was data when it was listed`);
  const prefix = path.designation.kind === 'known' ? path.designation.prefix : '';
  return [...path.before, prefix, path.date].join('/');
}

/**
 * Whether only the whole day tells what a source's rows become: uncorrelated predictions that may be exploded or paired by the
 * day's inputs, and a first line `0,1,2` that later lines may show to be a header.
 */
export function needsWholeDay(
  file: FilePlan,
  { names, settings }: Pick<Plan, 'names' | 'settings'>,
): boolean {
  if (file.explode !== undefined || file.pair !== undefined) return true;
  if (file.header.verdict === 'absent' && file.header.why.includes('counts from 0')) return true;
  const { correlated, rows, rejected } = file.counts;
  if (names[file.name]?.designation !== 'predictions' || correlated > 0 || rows === 0) return false;
  return settings.pair === 'order' || (settings.explode === 'auto' && (rejected['width'] ?? 0) > 0);
}
