import type { LiveMeeting } from './live/live-meeting.js';

/** What became of the lines. They satisfy the balance equation. */
export interface SourceCounts {
  /** All lines of the file, headers and blank ones too. */
  readonly lines: number;
  /** Rows added by explosion. */
  readonly exploded: number;
  /** Rows in events. */
  readonly rows: number;
  readonly events: number;
  /** Reason → rows; `with-row` counts rows taken along. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly headers: number;
  readonly blanks: number;
  readonly outOfRange: number;
  /** Rows that came back after their call was closed and began an event of their own. */
  readonly late: number;
  /** Infinities written as null. */
  readonly lossy: number;
  /** Where live collection has something near the source, which was heeded; absent: nothing. */
  readonly live?: LiveMeeting;
}

/** Each but the rejects, which have reasons. */
const NUMBERS = [
  'lines',
  'exploded',
  'rows',
  'events',
  'headers',
  'blanks',
  'outOfRange',
  'late',
  'lossy',
] as const;

type Counting = Record<(typeof NUMBERS)[number], number> & { readonly rejected: Record<string, number> };

export function zeroCounts(): Counting {
  return {
    lines: 0,
    exploded: 0,
    rows: 0,
    events: 0,
    rejected: {},
    headers: 0,
    blanks: 0,
    outOfRange: 0,
    late: 0,
    lossy: 0,
  };
}

/** Adds to `sum` the counts of what is given, and nothing else of it. */
export function countIn(sum: Counting, counts: SourceCounts): void {
  for (const key of NUMBERS) sum[key] += counts[key];
  for (const [reason, rows] of Object.entries(counts.rejected)) {
    sum.rejected[reason] = (sum.rejected[reason] ?? 0) + rows;
  }
}

/** Of parts that make one. */
export function addCounts(...parts: readonly SourceCounts[]): SourceCounts {
  const sum = zeroCounts();
  for (const part of parts) countIn(sum, part);
  return sum;
}
