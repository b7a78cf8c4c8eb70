import type { Environment } from '../report/machine.ts';
import { short, tableLines } from '../report/table.ts';
import type { GrowthResult, PacedResult, SteadyResult } from './job.ts';

/** One line of the issues' tables, or one beside it that has nothing to reach. Medians of all runs. */
export interface CollectFigure {
  readonly what: string;
  readonly unit: string;
  readonly measured: number;
  /** Of what it is compared with. */
  readonly peer?: number;
  /** How the two compare: their quotient (×), or what ours is more. */
  readonly ratio: { readonly unit: string; readonly value: number };
  readonly goal?: { readonly reach: string; readonly reached: boolean };
}

/** One part's runs, side by side, and what they come to. */
export interface Section {
  readonly title: string;
  readonly runs: Readonly<Record<string, readonly (SteadyResult | PacedResult | GrowthResult)[]>>;
  readonly figures: readonly CollectFigure[];
}

/** What `bench/results/collect.json` holds. */
export interface CollectReport {
  readonly kind: 'mdc-bridge benchmark of collect';
  readonly date: string;
  readonly environment: Environment;
  readonly seed: number;
  readonly runs: number;
  readonly sections: readonly Section[];
}

export type Bound = readonly ['at least' | 'at most', number];

/** Ours in times of the peer's. */
export function quotient(
  what: string,
  unit: string,
  measured: number,
  peer: number,
  bound?: Bound,
): CollectFigure {
  return { what, unit, measured, peer, ...compared('×', measured / peer, bound) };
}

/** What ours is more than the peer's. */
export function difference(
  what: string,
  unit: string,
  measured: number,
  peer: number,
  bound?: Bound,
): CollectFigure {
  return { what, unit, measured, peer, ...compared(unit, measured - peer, bound) };
}

function compared(unit: string, value: number, bound?: Bound): Pick<CollectFigure, 'ratio' | 'goal'> {
  const ratio = { unit, value };
  if (bound === undefined) return { ratio };
  const [kind, limit] = bound;
  const reached = kind === 'at least' ? value >= limit : value <= limit;
  return { ratio, goal: { reach: `${kind} ${limit}${unit}`, reached } };
}

export function sectionsText(sections: readonly Section[]): string {
  return [
    ...sections.map(({ title }) => title),
    '',
    ...tableLines([
      ['what', 'measured', 'peer', 'ratio', 'reach', 'reached'],
      ...sections.flatMap(({ figures }) => figures.map(figureRow)),
    ]),
    '',
  ].join('\n');
}

function figureRow({ what, unit, measured, peer, ratio, goal }: CollectFigure): string[] {
  const sign = ratio.unit !== '×' && ratio.value >= 0 ? '+' : '';
  return [
    what,
    plain(measured) + unit,
    peer === undefined ? '' : plain(peer) + unit,
    sign + plain(ratio.value) + ratio.unit,
    goal?.reach ?? '',
    goal === undefined ? '' : goal.reached ? 'yes' : 'NO',
  ];
}

function plain(value: number): string {
  return value < 0 ? `-${short(-value)}` : short(value);
}
