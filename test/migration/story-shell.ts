import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface StepEnd {
  /** Whether every command of it ended with 0, in time. */
  readonly ok: boolean;
  /** stdout and stderr, as they came. */
  readonly output: string;
}

const MOST_MS = 150_000;

/** One shell for a whole story: what a step sets, starts or writes is there for the next ones. A step that fails ends it. */
export class StoryShell {
  readonly #logs: string;
  readonly #bash: ChildProcess;
  readonly #over: Promise<void>;
  #steps = 0;

  /**
   * @param folder the working directory
   * @param logs a folder for each step's text and output
   * @param environment all that the steps see of it
   */
  constructor(folder: string, logs: string, environment: Readonly<Record<string, string>>) {
    this.#logs = logs;
    this.#bash = spawn('bash', ['--noprofile', '--norc', '-euo', 'pipefail', '-s'], {
      cwd: folder,
      env: environment,
      stdio: ['pipe', 'pipe', 'inherit'],
      // A process group, which what it has started belongs to.
      detached: true,
    });
    this.#over = once(this.#bash, 'exit').then(() => undefined);
  }

  async run(text: string): Promise<StepEnd> {
    if (this.#bash.exitCode !== null || this.#bash.signalCode !== null) {
      return { ok: false, output: 'a step before this one has failed' };
    }
    this.#steps += 1;
    const step = join(this.#logs, `step-${this.#steps}`);
    await writeFile(`${step}.sh`, text);
    const said = once(this.#bash.stdout!, 'data').then(() => true);
    this.#bash.stdin!.write(`. ${step}.sh > ${step}.out 2>&1 < /dev/null\necho done\n`);
    const limit = setTimeout(() => this.#kill(), MOST_MS);
    const ok = await Promise.race([said, this.#over.then(() => false)]);
    clearTimeout(limit);
    return { ok, output: await readFile(`${step}.out`, 'utf8') };
  }

  /** Ends it, and what it has started. */
  async end(): Promise<void> {
    this.#kill();
    await this.#over;
  }

  #kill(): void {
    try {
      process.kill(-this.#bash.pid!, 'SIGKILL');
    } catch {
      // None of them is left.
    }
  }
}
