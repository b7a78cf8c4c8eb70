import type { MappingSettings } from '../../mapping/settings.js';
import type { FilePlan } from '../plan-file.js';

/**
 * Days as a monitor's `data_window` has them: it reads from midnight of `start` up to midnight of `end`, UTC, so that the last
 * day is the one before `end`.
 */
export interface DayWindow {
  /** `2018-12-30`. */
  readonly start: string;
  readonly end: string;
}

const DAY_MS = 86_400_000;

/** The days of a file's events: of its rows' timestamps, and its folder's for rows that have none. */
export function windowOf({ date, firstTime, lastTime, counts }: FilePlan): DayWindow {
  const folder = (counts?.correlated ?? 0) < (counts?.rows ?? 0) ? [date] : [];
  const days = [firstTime?.slice(0, 10), lastTime?.slice(0, 10), ...folder].filter(
    (day) => day !== undefined,
  );
  const [first = date, last = first] = [days.toSorted()[0], days.toSorted().at(-1)];
  return { start: first, end: dayAfter(last) };
}

export function union(a: DayWindow, b: DayWindow): DayWindow {
  return { start: a.start < b.start ? a.start : b.start, end: a.end > b.end ? a.end : b.end };
}

/** What of it lies in the range that was converted. */
export function clip(
  { start, end }: DayWindow,
  { since, until }: Pick<MappingSettings, 'since' | 'until'>,
): DayWindow {
  const from = since?.slice(0, 10);
  const to = until === undefined ? undefined : endOf(until);
  return {
    start: from !== undefined && from > start ? from : start,
    end: to !== undefined && to < end ? to : end,
  };
}

/** Of an exclusive end in time: midnight belongs to the day before. */
function endOf(until: string): string {
  return /T00:00:00(?:\.0+)?$/.test(until) ? until.slice(0, 10) : dayAfter(until.slice(0, 10));
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}
