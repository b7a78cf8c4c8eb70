import { MdcBridgeError } from '../errors.js';
import type { Totals } from './report.js';

/** A number of rows, or a share of all rows that are no header and not blank. */
export type MaxRejects = number | `${number}%`;

export function isOverLimit(totals: Totals, limit: MaxRejects): boolean {
  const rejected = Object.values(totals.rejected).reduce((sum, n) => sum + n, 0);
  if (typeof limit === 'number') return rejected > limit;
  const share = Number(limit.slice(0, -1));
  if (!limit.endsWith('%') || !(share >= 0 && share <= 100)) {
    throw new MdcBridgeError('usage', `not a limit on rejects: ${limit}`, {
      remedy: 'write it as 100 or 0.5%',
    });
  }
  const rows = totals.rows + rejected + totals.outOfRange + totals.existing;
  return rejected * 100 > rows * share;
}
