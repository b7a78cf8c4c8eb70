import type { ContenderId } from '../contenders.ts';
import type { TreeManifest } from '../generate/tree-manifest.ts';
import type { Measure } from '../measure/job.ts';
import { median } from '../measure/statistics.ts';
import { formatSize } from '../size.ts';
import type { Figure } from './figures.ts';
import type { Environment } from './machine.ts';
import { short, tableLines } from './table.ts';

/** All runs of one contender. */
export interface ContenderResult {
  readonly id: ContenderId;
  readonly label: string;
  /** Bytes and files of the source tree it ran on. */
  readonly bytes: number;
  readonly files: number;
  readonly oneWorker?: ContenderId;
  readonly runs: readonly Measure[];
  readonly medianSeconds: number;
  readonly megabytesPerSecond: number;
  readonly filesPerSecond: number;
  /** The highest of all runs. */
  readonly peakRss: number;
}

export type TreeSummary = Pick<TreeManifest, 'shape' | 'size' | 'bytes' | 'rows' | 'calls'> & {
  readonly files: number;
  readonly bytesOut: number;
};

/** What `bench/results/{date}-{shape}.json` holds. */
export interface ShapeReport {
  readonly kind: 'mdc-bridge benchmark';
  readonly date: string;
  readonly environment: Environment;
  readonly seed: number;
  readonly runs: number;
  readonly tree: TreeSummary;
  /** What the slow contenders ran on. */
  readonly smallTree: TreeSummary;
  readonly contenders: readonly ContenderResult[];
  readonly figures: readonly Figure[];
}

export function summarise({ manifest, bytesOut }: { manifest: TreeManifest; bytesOut: number }): TreeSummary {
  const { shape, size, bytes, rows, calls, files } = manifest;
  return { shape, size, bytes, rows, calls, files: files.length, bytesOut };
}

export function resultOf(
  contender: Pick<ContenderResult, 'id' | 'label' | 'oneWorker'>,
  tree: TreeSummary,
  runs: readonly Measure[],
): ContenderResult {
  const { id, label, oneWorker } = contender;
  const medianSeconds = median(runs.map(({ seconds }) => seconds));
  return {
    id,
    label,
    bytes: tree.bytes,
    files: tree.files,
    ...(oneWorker === undefined ? {} : { oneWorker }),
    runs,
    medianSeconds,
    megabytesPerSecond: tree.bytes / 1e6 / medianSeconds,
    filesPerSecond: tree.files / medianSeconds,
    peakRss: Math.max(...runs.map(({ peakRss }) => peakRss)),
  };
}

const LEGEND = [
  'convert has its plan ready; cpu s: of all threads. x DuckDB, x script, x 1w: its speed in times of',
  "DuckDB's, of the csv-parse script's, of its own with 1 worker; floors: its time in times of the plain",
  "copy's; RSS: peak of the whole process.",
];

/** At most 100 columns wide. */
export function shapeText(report: ShapeReport): string {
  const { tree, smallTree, contenders, figures } = report;
  const isSlowSmall = contenders.some(({ bytes }) => bytes !== tree.bytes);
  return [
    `${tree.shape}: ${describe(tree)}, seed ${report.seed}, medians of ${report.runs} runs`,
    ...(isSlowSmall ? [`(*) on ${describe(smallTree)}`] : []),
    '',
    ...tableLines([
      ['', 's', 'min-max', 'cpu s', 'MB/s', 'x DuckDB', 'x script', 'floors', 'x 1w', 'RSS MB'],
      ...contenders.map((result) => contenderRow(result, report)),
    ]),
    '',
    ...LEGEND,
    ...(figures.length > 0 ? ['', ...figures.map(figureLine)] : []),
    '',
  ].join('\n');
}

function describe({ bytes, bytesOut, files, rows }: TreeSummary): string {
  const count = new Intl.NumberFormat('en');
  return `${formatSize(bytes)} in ${count.format(files)} files, ${count.format(rows)} rows, ${formatSize(bytesOut)} out`;
}

/** Ratios are of MB/s, so that contenders of different trees compare; `floors` is how many times the floor's time it took. */
function contenderRow(result: ContenderResult, { contenders, tree }: ShapeReport): string[] {
  const speedOf = (id: ContenderId | undefined): number | undefined =>
    contenders.find((other) => other.id === id)?.megabytesPerSecond;
  const speed = result.megabytesPerSecond;
  const against = (other: number | undefined): string => (other === undefined ? '' : short(speed / other));
  const floor = speedOf('floor');
  const seconds = result.runs.map((run) => run.seconds);
  return [
    result.label + (result.bytes === tree.bytes ? '' : ' (*)'),
    short(result.medianSeconds),
    `${short(Math.min(...seconds))}-${short(Math.max(...seconds))}`,
    short(median(result.runs.map(({ cpuSeconds }) => cpuSeconds))),
    short(speed),
    against(speedOf('duckdb')),
    against(speedOf('csv-parse')),
    floor === undefined ? '' : short(floor / speed),
    against(speedOf(result.oneWorker)),
    (result.peakRss / 1e6).toFixed(0),
  ];
}

export function figureLine({ what, unit, value, reach, reached }: Figure): string {
  return `${reached ? 'reached' : 'MISSED '}  ${what}: ${short(value)}${unit}, to reach ${reach}`;
}
