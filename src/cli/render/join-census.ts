import type { DayCensus, DesignationDay } from '../../convert/plan-file.js';
import { dayRange } from './days.js';

/** Days of one service, model and version that follow each other and of which the same is to be said. */
export interface DayRun {
  readonly first: string;
  readonly last: string;
  readonly days: number;
  readonly byDesignation: Readonly<Record<string, DesignationDay>>;
  /** Of the first day; the others' differ at most in their numbers. */
  readonly explode?: string;
  readonly pair?: string;
}

export interface JoinSubject {
  readonly title: string;
  readonly runs: readonly DayRun[];
}

/** What stands first in the census of a day. */
const ORDER = ['inputs', 'predictions', 'labels', 'signals', 'general'];

export function designationsOf(byDesignation: Readonly<Record<string, DesignationDay>>): string[] {
  const rank = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return Object.keys(byDesignation).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

export function joinSubjects(days: readonly DayCensus[]): JoinSubject[] {
  const byTitle = Map.groupBy(days, ({ service, model, version }) => [service, model, version].join(' / '));
  return [...byTitle].map(([title, members]) => ({ title, runs: dayRuns(members) }));
}

/** The census of all days together, by designation. */
export function totalsByDesignation(days: readonly DayCensus[]): Record<string, DesignationDay> {
  return days.map((day) => day.byDesignation).reduce(sum, {});
}

/** Why some of these rows can't be joined to inputs, as far as counts can tell; `''` if all can. */
export function whyNotJoinable(designation: string, day: DesignationDay, inputs: number): string {
  const without = day.rows - day.correlated;
  if (designation === 'inputs') return without === 0 ? '' : 'no correlation id';
  const lost = day.correlated - day.joinable;
  const why: string[] = [];
  if (without > 0) why.push(without === day.rows ? 'no correlation id' : 'some without correlation id');
  if (lost > 0) why.push(inputs === 0 ? 'no inputs that day' : "id not among that day's inputs");
  return why.join('; ');
}

export function runTitle({ first, last }: DayRun): string {
  return dayRange(first, last);
}

function dayRuns(days: readonly DayCensus[]): DayRun[] {
  const runs: DayRun[] = [];
  let verdict = '';
  for (const day of days.toSorted((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0))) {
    const last = runs.at(-1);
    const next = verdictOf(day);
    if (last !== undefined && next === verdict) {
      runs[runs.length - 1] = {
        ...last,
        last: day.date,
        // Two workspaces may have the same service, model and version on the same day.
        days: last.days + (last.last === day.date ? 0 : 1),
        byDesignation: sum(last.byDesignation, day.byDesignation),
      };
    } else {
      const { date, byDesignation, explode, pair } = day;
      runs.push({
        first: date,
        last: date,
        days: 1,
        byDesignation,
        ...(explode === undefined ? {} : { explode }),
        ...(pair === undefined ? {} : { pair }),
      });
    }
    verdict = next;
  }
  return runs;
}

/** Equal for days of which the same is to be said, whatever their numbers. */
function verdictOf(day: DayCensus): string {
  const share = (part: number, whole: number): string =>
    part === 0 ? 'none' : part === whole ? 'all' : 'some';
  const shares = designationsOf(day.byDesignation).map((name) => {
    const { rows, correlated, joinable } = day.byDesignation[name] ?? NOTHING;
    return [name, share(correlated, rows), share(joinable, rows), rows === 0].join();
  });
  return JSON.stringify([shares, withoutNumbers(day.explode), withoutNumbers(day.pair)]);
}

function withoutNumbers(text: string | undefined): string | undefined {
  return text?.replace(/\d+(?:[\s,.]\d+)*/g, '#');
}

const NOTHING: DesignationDay = { rows: 0, correlated: 0, joinable: 0, calls: 0 };

function sum(
  a: Readonly<Record<string, DesignationDay>>,
  b: Readonly<Record<string, DesignationDay>>,
): Record<string, DesignationDay> {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const [x, y] = [a[name] ?? NOTHING, b[name] ?? NOTHING];
      return [
        name,
        {
          rows: x.rows + y.rows,
          correlated: x.correlated + y.correlated,
          joinable: x.joinable + y.joinable,
          calls: x.calls + y.calls,
        },
      ];
    }),
  );
}
