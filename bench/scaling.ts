import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type CachedTree, cachedTree } from './generate/cached-tree.ts';
import type { Measure } from './measure/job.ts';
import { MOST_GROWTH, needRoom } from './measure/room.ts';
import { runChild } from './measure/run-child.ts';
import { fitLine, median } from './measure/statistics.ts';
import { type Figure, figure } from './report/figures.ts';
import type { Environment } from './report/machine.ts';
import { figureLine } from './report/shape-report.ts';
import { short, tableLines } from './report/table.ts';
import type { Settings } from './settings.ts';
import { formatSize, parseSize } from './size.ts';

const LARGEST = '4GB';
/** Of the largest tree. */
const STEPS = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1];
const WORKERS = 2;

export interface ScalingReport {
  readonly kind: 'mdc-bridge benchmark of sizes';
  readonly date: string;
  readonly environment: Environment;
  readonly seed: number;
  readonly steps: readonly {
    readonly bytes: number;
    readonly rows: number;
    readonly runs: readonly Measure[];
    readonly medianSeconds: number;
    readonly peakRss: number;
    /** From the straight line through all steps, as a share of the line's value. */
    readonly offLine: number;
  }[];
  readonly figures: readonly Figure[];
}

/** Converts numeric trees of growing size, each planned in the same process. */
export async function runScaling(
  settings: Settings,
  scratch: string,
  environment: Environment,
): Promise<ScalingReport> {
  const { work, seed } = settings;
  const date = new Date().toISOString();
  const largest = settings.size ?? parseSize(LARGEST);
  const total = STEPS.reduce((sum, step) => sum + step, 0) * largest;
  needRoom(work, total + MOST_GROWTH * largest, 'scaling to this size');
  const trees = STEPS.map((step) => cachedTree(work, 'numeric', Math.round(step * largest), seed));
  const runs = await rounds(trees, settings, join(scratch, 'out'));
  const points = trees.map(({ manifest }, i) => {
    const medianSeconds = median(runs[i]!.map(({ seconds }) => seconds));
    const peakRss = Math.max(...runs[i]!.map((run) => run.peakRss));
    return { bytes: manifest.bytes, rows: manifest.rows, runs: runs[i]!, medianSeconds, peakRss };
  });
  const line = fitLine(points.map(({ bytes, medianSeconds }) => [bytes, medianSeconds]));
  const steps = points.map((point) => ({
    ...point,
    offLine: point.medianSeconds / (line.base + line.slope * point.bytes) - 1,
  }));
  return { kind: 'mdc-bridge benchmark of sizes', date, environment, seed, steps, figures: figures(steps) };
}

/** The first round is not counted: it warms the page cache. */
async function rounds(
  trees: readonly CachedTree[],
  settings: Settings,
  destination: string,
): Promise<Measure[][]> {
  const runs: Measure[][] = trees.map(() => []);
  for (let round = -1; round < settings.runs; round++) {
    for (const [i, { source, manifest }] of trees.entries()) {
      mkdirSync(destination, { recursive: true });
      const { library } = settings;
      const job = {
        kind: 'convert',
        library,
        source,
        destination,
        workers: WORKERS,
        rows: manifest.rows,
      } as const;
      const measure = await runChild(job).finally(() =>
        rmSync(destination, { recursive: true, force: true }),
      );
      if (round >= 0) runs[i]?.push(measure);
    }
  }
  return runs;
}

function figures(steps: ScalingReport['steps']): Figure[] {
  const perByte = steps.map(({ medianSeconds, bytes }) => medianSeconds / bytes);
  const peaks = steps.map(({ peakRss }) => peakRss / 1e6);
  return [
    figure(
      'slowest MB against the quickest, over all sizes',
      '×',
      Math.max(...perByte) / Math.min(...perByte),
      ['at most', 1.1],
    ),
    figure('peak memory, any size', ' MB', Math.max(...peaks), ['at most', 300]),
  ];
}

export function scalingText({ steps, figures: reached, seed }: ScalingReport): string {
  return [
    `scaling: numeric, plan + convert, ${WORKERS} workers, seed ${seed}, medians of ${steps[0]?.runs.length} runs`,
    '',
    ...tableLines([
      ['', 'seconds', 'min-max', 'MB/s', 'off the line', 'peak MB'],
      ...steps.map(({ bytes, runs, medianSeconds, offLine, peakRss }) => {
        const seconds = runs.map((run) => run.seconds);
        return [
          formatSize(bytes),
          short(medianSeconds),
          `${short(Math.min(...seconds))}-${short(Math.max(...seconds))}`,
          short(bytes / 1e6 / medianSeconds),
          `${(offLine * 100).toFixed(1)} %`,
          (peakRss / 1e6).toFixed(0),
        ];
      }),
    ]),
    '',
    ...reached.map(figureLine),
    '',
  ].join('\n');
}
