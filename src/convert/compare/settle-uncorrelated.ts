import type { SideTotals } from './collection-sides.js';
import type { HourRows } from './compare-task.js';
import { HOUR_MS, hourText } from './date-text.js';
import type { HourTally } from './hour-tallies.js';
import type { UncorrelatedRows } from './report.js';
import { isWhole, type StageSpan } from './stage-spans.js';

const HOURS_OF_DAY = 24;

type Sums = Omit<HourRows, 'hour'>;

/**
 * Rows without a correlation id, by number and value: by the hour, or where that does not agree by the day, since rows without the eight
 * values have no time but their folder's. Events that only the v2 tree has may be theirs: live collection gives each call an id.
 * `tallies`: of one collection; such events are counted there as what they are. `stages`: of its legacy side.
 */
export function settleUncorrelated(
  { legacy, v2 }: { readonly legacy: SideTotals; readonly v2: SideTotals },
  tallies: readonly HourTally[],
  stages: readonly StageSpan[],
  isInRange: (hour: number) => boolean,
): UncorrelatedRows | undefined {
  const [a, b] = [legacy, v2].map((side) => side.uncorrelated.list().filter(({ hour }) => isInRange(hour)));
  if (a === undefined || b === undefined || a.length + b.length === 0) return undefined;
  const hours = [...new Set([...a, ...b].map(({ hour }) => hour))].sort((x, y) => x - y);
  const different: number[] = [];
  let hoursOutsideDual = 0;
  for (const hour of hours) {
    const within = (from: number, to: number): boolean =>
      agree(a, b, tallies, (other) => other >= from && other < to);
    const day = Math.floor(hour / HOURS_OF_DAY) * HOURS_OF_DAY;
    if (within(hour, hour + 1) || within(day, day + HOURS_OF_DAY)) continue;
    const isDual = isWhole(stages, day * HOUR_MS, (day + HOURS_OF_DAY) * HOUR_MS);
    if (!isDual && mayBe(a, b, tallies, (other) => other >= day && other < day + HOURS_OF_DAY)) {
      hoursOutsideDual += 1;
    } else different.push(hour);
  }
  const rows = (side: readonly HourRows[]): number => side.reduce((sum, hour) => sum + hour.rows, 0);
  return {
    legacyRows: rows(a),
    v2Rows: rows(b),
    hoursCompared: hours.length,
    hoursDifferent: different.length,
    hoursOutsideDual,
    ...(different[0] === undefined ? {} : { firstDifferent: hourText(different[0]) }),
  };
}

type Settle = (
  legacy: readonly HourRows[],
  v2: readonly HourRows[],
  tallies: readonly HourTally[],
  isWithin: (hour: number) => boolean,
) => boolean;

const agree: Settle = (legacy, v2, tallies, isWithin) => {
  const a = sumOf(legacy.filter(({ hour }) => isWithin(hour)));
  const b = sumOf(v2.filter(({ hour }) => isWithin(hour)));
  if (isEqual(a, b)) return true;
  const events = tallies.filter(({ hour, counts }) => isWithin(hour) && counts.onlyV2 > 0);
  if (events.length === 0 || !isEqual(a, sumOf([b, liveRows(events)]))) return false;
  takeEvents(events);
  return true;
};

/** Whether the v2 side may have a part of the legacy side's rows: no more of them. */
const mayBe: Settle = (legacy, v2, tallies, isWithin) => {
  const a = sumOf(legacy.filter(({ hour }) => isWithin(hour)));
  const b = sumOf(v2.filter(({ hour }) => isWithin(hour)));
  const events = tallies.filter(({ hour, counts }) => isWithin(hour) && counts.onlyV2 > 0);
  if (b.rows + liveRows(events).rows > a.rows) return false;
  takeEvents(events);
  return true;
};

function liveRows(events: readonly HourTally[]): Sums {
  return sumOf(events.map(({ v2Rows, sumA, sumB }) => ({ rows: v2Rows, sumA, sumB })));
}

function takeEvents(events: readonly HourTally[]): void {
  for (const { counts } of events) {
    counts.uncorrelatedV2 += counts.onlyV2;
    counts.onlyV2 = 0;
  }
}

function sumOf(all: readonly Sums[]): Sums {
  return all.reduce<Sums>(
    (sum, { rows, sumA, sumB }) => ({
      rows: sum.rows + rows,
      sumA: (sum.sumA + sumA) | 0,
      sumB: (sum.sumB + sumB) | 0,
    }),
    { rows: 0, sumA: 0, sumB: 0 },
  );
}

function isEqual(a: Sums, b: Sums): boolean {
  return a.rows === b.rows && a.sumA === b.sumA && a.sumB === b.sumB;
}
