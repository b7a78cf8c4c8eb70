import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const DIST = process.env['MDC_DIST'] ?? new URL('../../dist', import.meta.url).pathname;

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `mdc-bridge serve` of the built package, in a process of its own. */
export class ServingChild {
  readonly process: ChildProcess;
  readonly port: number;
  readonly ended: Promise<ChildEnd>;

  /** Returns when it listens. `folder` is its working directory. */
  static async start(
    folder: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    dist: string = DIST,
  ): Promise<ServingChild> {
    const main = join(dist, 'cli/main.js');
    const child = spawn(process.execPath, [main, 'serve', '--port', '0', ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // A test that fails leaves it to nobody.
    onTestFinished(() => void child.kill('SIGKILL'));
    const output = { stdout: '', stderr: '' };
    const said = Promise.withResolvers<number>();
    child.stdout.on('data', (chunk: Buffer) => {
      output.stdout += chunk.toString();
      const [, port] = /listening on http:\/\/[^\s]*:(\d+)/.exec(output.stdout) ?? [];
      if (port !== undefined) said.resolve(Number(port));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output.stderr += chunk.toString();
    });
    const ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      ...output,
    }));
    const over = ended.then(({ stderr }) => {
      throw new Error(`it ended without listening: ${stderr}`);
    });
    const port = await Promise.race([said.promise, over]);
    over.catch(() => undefined);
    return new ServingChild(child, port, ended);
  }

  private constructor(process: ChildProcess, port: number, ended: Promise<ChildEnd>) {
    this.process = process;
    this.port = port;
    this.ended = ended;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<ChildEnd> {
    this.process.kill(signal);
    return await this.ended;
  }
}
