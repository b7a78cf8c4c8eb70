import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

const MAIN: string = new URL('../../dist/cli/main.js', import.meta.url).pathname;

export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is under way. */
export interface CliChild {
  readonly process: ChildProcess;
  readonly ended: Promise<CliRun>;
}

/** Runs the built command line in a process of its own; `environment` is added to this one's. */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CliRun> {
  return await startCli(args, environment).ended;
}

/** As `runCli`, for whom wants to meddle with it. */
export function startCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): CliChild {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString();
  });
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, ...output }));
  return { process: child, ended };
}
