import type { RowShape } from '../plan-file.js';
import type { ColumnKind, KindCounts } from './column-table.js';
import type { StageSpan } from './stage-spans.js';

/** Whose events the v2 tree holds. */
export type V2Writer = 'mdc-bridge' | 'azure';

/** What all files of a comparison have in common; plain data, given to each thread once. */
export interface CompareRules {
  readonly writer: V2Writer;
  /** The column that tells rows of an event apart, and is no column of the legacy tree's. */
  readonly rowId?: { readonly name: string; readonly by: 'user' | 'correlation' };
  readonly empty: 'null' | 'string';
  readonly keepAmlColumns: boolean;
  /** Epoch milliseconds, half-open: of calls that are counted. Their other side is looked for an hour beyond. */
  readonly since: number;
  readonly until: number;
}

/** What is read beyond the range, since clocks and writers cut times differently. */
export const MARGIN_MS = 3_600_000;

export function isInReach({ since, until }: Pick<CompareRules, 'since' | 'until'>, time: number): boolean {
  return time >= since - MARGIN_MS && time < until + MARGIN_MS;
}

interface FileTask {
  /** Index among the side's files. */
  readonly file: number;
  readonly collection: number;
  /** As the storage lists it. */
  readonly object: string;
  readonly size: number;
  /** By time; the first from ever on. */
  readonly stages: readonly StageSpan[];
}

/** One event file. */
export type EventsTask = FileTask;

/** One legacy file, and what the plan knows of it. */
export interface LegacyTask extends FileTask {
  readonly header: 'present' | 'absent';
  readonly shapes: readonly RowShape[];
  /** Number of fields → names, for rows of another width. */
  readonly variants: Readonly<Record<string, readonly string[]>>;
  readonly kinds: readonly (readonly [name: string, kind: ColumnKind])[];
  readonly explode?: number;
  readonly recurring: readonly string[];
  /** No call's rows have other rows between them. */
  readonly isAdjacent: boolean;
  /** The folder's time as a legacy timestamp, for rows without one. */
  readonly folderTime: string;
}

/** Rows of no call: told apart by nothing, so they are counted and added up by the hour. */
export interface HourRows {
  readonly hour: number;
  rows: number;
  sumA: number;
  sumB: number;
}

/** What one file says beside its calls. */
export interface FileSide {
  readonly collection: number;
  readonly bytes: number;
  readonly rows: number;
  readonly uncorrelated: readonly HourRows[];
  /** Epoch milliseconds of its latest row; absent: none has a time of its own. */
  readonly newest?: number;
  /** Lines or rows that belong to no call because they can't be read. */
  readonly unreadable: number;
  readonly unreadableExample?: { readonly line?: number; readonly offset: number; readonly why: string };
}

export interface EventsSide extends FileSide {
  readonly columns: readonly (readonly [name: string, counts: KindCounts])[];
}

export class HourSums {
  readonly #hours = new Map<number, HourRows>();

  add(hour: number, rows: number, sumA: number, sumB: number): void {
    const known = this.#hours.get(hour) ?? { hour, rows: 0, sumA: 0, sumB: 0 };
    this.#hours.set(hour, known);
    known.rows += rows;
    known.sumA = (known.sumA + sumA) | 0;
    known.sumB = (known.sumB + sumB) | 0;
  }

  get(hour: number): HourRows | undefined {
    return this.#hours.get(hour);
  }

  list(): HourRows[] {
    return [...this.#hours.values()];
  }
}
