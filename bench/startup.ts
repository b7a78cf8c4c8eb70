import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { median } from './measure/statistics.ts';
import { type Figure, figure } from './report/figures.ts';
import type { Environment } from './report/machine.ts';
import { figureLine } from './report/shape-report.ts';
import { tableLines } from './report/table.ts';
import type { Settings } from './settings.ts';

const RUNS = 20;
const WARM_UP = 3;

export interface StartupReport {
  readonly kind: 'mdc-bridge benchmark of its start';
  readonly date: string;
  readonly environment: Environment;
  /** Milliseconds of every run, from the process's start to its end. */
  readonly version: readonly number[];
  readonly nothing: readonly number[];
  readonly figures: readonly Figure[];
}

/** `mdc-bridge --version` against `node -e 0`, in turns. */
export function runStartup({ library }: Settings, environment: Environment): StartupReport {
  const date = new Date().toISOString();
  const cli = join(dirname(library), 'cli/main.js');
  const version: number[] = [];
  const nothing: number[] = [];
  for (let run = -WARM_UP; run < RUNS; run++) {
    const times = [milliseconds([cli, '--version']), milliseconds(['-e', '0'])] as const;
    if (run < 0) continue;
    version.push(times[0]);
    nothing.push(times[1]);
  }
  const ratio = median(version) / median(nothing);
  return {
    kind: 'mdc-bridge benchmark of its start',
    date,
    environment,
    version,
    nothing,
    figures: [figure('mdc-bridge --version against node -e 0', '×', ratio, ['at most', 1.5])],
  };
}

function milliseconds(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const time = performance.now() - start;
  if (status !== 0) throw new Error(`node ${args.join(' ')} failed: ${stderr?.toString()}`);
  return time;
}

export function startupText({ version, nothing, figures }: StartupReport): string {
  const row = (label: string, times: readonly number[]): string[] => [
    label,
    median(times).toFixed(1),
    `${Math.min(...times).toFixed(1)}-${Math.max(...times).toFixed(1)}`,
  ];
  return [
    `startup: medians of ${version.length} runs`,
    '',
    ...tableLines([['', 'ms', 'min-max'], row('mdc-bridge --version', version), row('node -e 0', nothing)]),
    '',
    ...figures.map(figureLine),
    '',
  ].join('\n');
}
