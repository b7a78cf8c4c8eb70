import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Not in this package's lockfile: that would name DuckDB's binaries for every platform, and `npm ci` refuses where a registry
 * lacks one of them. It is installed beside the generated trees instead, by the first run that needs it.
 */
const NAME = '@duckdb/node-api';
export const DUCKDB_VERSION = '1.5.6-r.1';

/** The part of the package that is used. */
export interface Duckdb {
  readonly DuckDBInstance: {
    create(path: string, options: Readonly<Record<string, string>>): Promise<DuckdbInstance>;
  };
}

export interface DuckdbInstance {
  connect(): Promise<DuckdbConnection>;
  closeSync(): void;
}

export interface DuckdbConnection {
  run(sql: string): Promise<unknown>;
  closeSync(): void;
}

/** The package's module, installed below `work` unless it is there. Nothing, and a line on stderr, where that fails. */
export function installDuckdb(work: string): string | undefined {
  const folder = join(work, 'peers', `duckdb-${DUCKDB_VERSION}`);
  if (!existsSync(join(folder, 'node_modules', NAME, 'package.json'))) {
    mkdirSync(folder, { recursive: true });
    const options = [
      '--no-package-lock',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel',
      'error',
    ];
    const { status, stderr } = spawnSync(
      'npm',
      ['install', '--prefix', folder, ...options, `${NAME}@${DUCKDB_VERSION}`],
      { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] },
    );
    if (status !== 0) {
      console.error(`DuckDB is left out: npm could not install ${NAME} ${DUCKDB_VERSION}\n${stderr}`);
      return undefined;
    }
  }
  return createRequire(join(folder, 'package.json')).resolve(NAME);
}

export async function loadDuckdb(module: string): Promise<Duckdb> {
  return await import(pathToFileURL(module).href);
}
