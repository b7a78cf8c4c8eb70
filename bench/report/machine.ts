import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DUCKDB_VERSION } from '../peers/duckdb-package.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Where and with what a result was measured. */
export interface Environment {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly os: string;
  readonly node: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly commit: string;
  /** Whether what is built or measured differed from the commit. */
  readonly dirty: boolean;
  /** Of the minute before the first run: anything well above 0 shared the cores. */
  readonly loadBefore: number;
}

export function describeEnvironment(): Environment {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
    node: process.version,
    packages: {
      'mdc-bridge': versionIn(`${ROOT}/package.json`),
      '@duckdb/node-api': DUCKDB_VERSION,
      'csv-parse': installedVersion('csv-parse'),
    },
    commit: git('rev-parse', 'HEAD'),
    dirty: git('status', '--porcelain', '--', 'src', 'bench', 'package-lock.json', ':!bench/results') !== '',
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** The package.json nearest above the module that is loaded: packages may hide their own from `exports`. */
function installedVersion(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.resolve(name)));
  while (!folder.endsWith(name)) folder = dirname(folder);
  return versionIn(`${folder}/package.json`);
}

function versionIn(file: string): string {
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

/** Without locks: a benchmark must not make another's git command fail. */
function git(...args: string[]): string {
  const { stdout } = spawnSync('git', ['--no-optional-locks', ...args], { cwd: ROOT, encoding: 'utf8' });
  return stdout?.trim() ?? '';
}
