import { counted } from './units.js';

const DAY = 86_400_000;

function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY);
}

function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** `2018-12-30`, or `2018-12-30 … 2019-01-01`. */
export function dayRange(first: string, last: string): string {
  return first === last ? first : `${first} … ${last}`;
}

export interface DayGap {
  readonly first: string;
  readonly last: string;
  readonly days: number;
}

/** The days missing between the first and the last of these dates, which may come in any order and more than once. */
export function dayGaps(dates: Iterable<string>): DayGap[] {
  const days = [...new Set(dates)].sort().map(dayNumber);
  return days.flatMap((day, index) => {
    const next = days[index + 1];
    if (next === undefined || next === day + 1) return [];
    return [{ first: dateOf(day + 1), last: dateOf(next - 1), days: next - day - 1 }];
  });
}

/** `3 days, 2018-12-30 … 2019-01-01`: how many of the days in the range there are. */
export function daysCovered(dates: Iterable<string>): string {
  const days = [...new Set(dates)].sort();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return 'no days';
  return `${counted(days.length, 'day')}, ${dayRange(first, last)}`;
}
