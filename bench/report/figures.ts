import type { ContenderId } from '../contenders.ts';
import type { ShapeName } from '../generate/tree-manifest.ts';
import type { ContenderResult } from './shape-report.ts';

/** One line of the table in issue 4: what was to be reached, and what was. */
export interface Figure {
  readonly what: string;
  readonly unit: '×' | ' MB';
  readonly value: number;
  /** `at least 10×`, `at most 300 MB`. */
  readonly reach: string;
  readonly reached: boolean;
}

type Results = ReadonlyMap<ContenderId, ContenderResult>;

interface Goal {
  readonly what: string;
  readonly shapes: readonly ShapeName[];
  readonly unit: Figure['unit'];
  readonly reach: readonly ['at least' | 'at most', number];
  /** Nothing where a contender did not run. */
  measure(results: Results): number | undefined;
}

const PEAK_MB = 300;

const GOALS: readonly Goal[] = [
  ...againstDuckdb('numeric', 10, 6),
  ...againstDuckdb('text', 6, 3.5),
  {
    what: 'convert with a ready plan, 1 worker, times the plain copy',
    shapes: ['numeric', 'text', 'wide', 'one'],
    unit: '×',
    reach: ['at most', 5],
    measure: speedRatio('floor', 'convert-1'),
  },
  goal(
    'convert with a ready plan, 2 workers against 1',
    ['numeric', 'one'],
    1.7,
    speedRatio('convert-2', 'convert-1'),
  ),
  goal(
    'files a second, ready plan, 2 workers, against copying',
    ['many'],
    0.5,
    speedRatio('convert-2', 'copy-files'),
  ),
  goal(
    'files a second, plan + convert, against copying',
    ['many'],
    0.5,
    speedRatio('plan+convert-2', 'copy-files'),
  ),
  goal(
    'verify, 2 workers, against the csv-parse script',
    ['numeric'],
    2.5,
    speedRatio('verify-2', 'csv-parse'),
  ),
  ...(['plan+convert-2', 'convert-2', 'verify-2'] as const).map(
    (id): Goal => ({
      what: `peak memory of ${id}`,
      shapes: ['numeric', 'text', 'wide', 'many', 'one'],
      unit: ' MB',
      reach: ['at most', PEAK_MB],
      measure: (results) => megabytes(results.get(id)?.peakRss),
    }),
  ),
];

export function figuresOf(shape: ShapeName, contenders: readonly ContenderResult[]): Figure[] {
  const results = new Map(contenders.map((result) => [result.id, result]));
  return GOALS.filter(({ shapes }) => shapes.includes(shape)).flatMap((goal) => {
    const value = goal.measure(results);
    return value === undefined ? [] : [figure(goal.what, goal.unit, value, goal.reach)];
  });
}

export function figure(
  what: string,
  unit: Figure['unit'],
  value: number,
  [bound, limit]: readonly ['at least' | 'at most', number],
): Figure {
  const reached = bound === 'at least' ? value >= limit : value <= limit;
  return { what, unit, value, reach: `${bound} ${limit}${unit}`, reached };
}

/** Both ways of using DuckDB; see README.md for which one issue 4 had measured when it set its goals. */
function againstDuckdb(shape: ShapeName, convert: number, planAndConvert: number): Goal[] {
  return (['duckdb', 'duckdb-one-copy'] as const).flatMap((id) => {
    const peer = id === 'duckdb' ? 'DuckDB' : 'DuckDB, plain SQL';
    return [
      goal(
        `convert with a ready plan, 2 workers, against ${peer}`,
        [shape],
        convert,
        speedRatio('convert-2', id),
      ),
      goal(
        `plan + convert, 2 workers, against ${peer}`,
        [shape],
        planAndConvert,
        speedRatio('plan+convert-2', id),
      ),
    ];
  });
}

function goal(what: string, shapes: readonly ShapeName[], least: number, measure: Goal['measure']): Goal {
  return { what, shapes, unit: '×', reach: ['at least', least], measure };
}

function speedRatio(of: ContenderId, against: ContenderId): Goal['measure'] {
  return (results) => {
    const [one, other] = [results.get(of), results.get(against)];
    if (one === undefined || other === undefined) return undefined;
    return one.megabytesPerSecond / other.megabytesPerSecond;
  };
}

function megabytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 1e6;
}
