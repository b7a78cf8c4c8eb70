import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

const COLLECTOR: string = new URL('../../dist/collect/model-data-collector.js', import.meta.url).href;

export interface ChildEnd {
  /** `null` for a process that ended by a signal. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that collects, in a folder of its own. */
export class CollectingChild {
  /** Its working directory. */
  readonly folder: string;
  readonly process: ChildProcess;
  readonly ended: Promise<ChildEnd>;
  #stdout = '';
  #stderr = '';
  #wanted: (() => void) | undefined;

  constructor(folder: string, script: string, environment: Readonly<Record<string, string>>) {
    this.folder = folder;
    const enabled = { AML_MODEL_DC_STORAGE_ENABLED: 'true', ...environment };
    this.process = spawn(process.execPath, [script], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ...enabled },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString();
      this.#wanted?.();
    });
    this.process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    this.ended = once(this.process, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  /** Returns when the process has printed this; rejects when it ends before. */
  async prints(text: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wanted = () => {
      if (this.#stdout.includes(text)) resolve();
    };
    this.#wanted();
    const over = this.ended.then(({ stderr }) => {
      throw new Error(`it ended without printing ${text}: ${stderr}`);
    });
    await Promise.race([promise, over]);
    over.catch(() => undefined);
  }
}

/**
 * Runs a script of the built package's collector (`npm run build` must have been run) in a process of its own, enabled, in an
 * empty folder unless one is given.
 */
export async function collectingChild(
  script: string,
  environment: Readonly<Record<string, string>> = {},
  folder?: string,
): Promise<CollectingChild> {
  const scripts = await temporaryFolder();
  const file = join(scripts, 'script.mjs');
  await writeFile(file, `import { ModelDataCollector } from ${JSON.stringify(COLLECTOR)};\n${script}`);
  return new CollectingChild(folder ?? (await temporaryFolder()), file, environment);
}
