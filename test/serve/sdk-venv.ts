import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = new URL('../..', import.meta.url).pathname;
const REQUIREMENTS = join(ROOT, 'test/python');

/** The interpreter of a venv with what these requirements pin; made in `.venv-test` unless it is there already. */
export async function venvOf(name: string): Promise<string> {
  const requirements = join(REQUIREMENTS, `${name}.txt`);
  const folder = join(ROOT, `.venv-test-${name}`);
  const copy = join(folder, 'requirements.txt');
  const python = join(folder, 'bin/python');
  if (existsSync(copy) && readFileSync(copy, 'utf8') === readFileSync(requirements, 'utf8')) return python;
  await run('python3', ['-m', 'venv', '--clear', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
  // Last, so that one that was interrupted is made again.
  cpSync(requirements, copy);
  return python;
}
