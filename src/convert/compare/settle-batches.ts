import type { HourTally } from './hour-tallies.js';

/**
 * Calls that only the legacy tree has, but whose rows an event of another call may hold: Azure's collector puts requests that are close in
 * time into one event, under one of their ids. Without a row id nothing says whose rows they are, so as many rows as events have too
 * many in the hour and the ones beside it are taken for those of missing calls. `tallies`: of one collection, in the order of their hours.
 *
 * @returns hours from whose missing calls some rows were taken: nothing says from which.
 */
export function settleBatches(tallies: readonly HourTally[]): Set<HourTally> {
  const settled = new Set<HourTally>();
  for (const tally of tallies) {
    for (const from of tallies.filter(({ hour }) => Math.abs(hour - tally.hour) <= 1)) {
      if (tally.counts.onlyLegacy === 0 || from.surplusRows === 0) continue;
      settled.add(tally);
      take(tally, from);
    }
  }
  return settled;
}

function take(tally: HourTally, from: HourTally): void {
  const { counts, legacyRows } = tally;
  const rows = Math.min(legacyRows, from.surplusRows);
  const calls = rows === legacyRows ? counts.onlyLegacy : Math.floor((counts.onlyLegacy * rows) / legacyRows);
  from.surplusRows -= rows;
  tally.legacyRows -= rows;
  counts.onlyLegacy -= calls;
  counts.batched += calls;
}
