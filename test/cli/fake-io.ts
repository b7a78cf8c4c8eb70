import type { CliIo, OutStream } from '../../src/cli/cli-io.js';
import type { Engine } from '../../src/cli/engine.js';
import { run } from '../../src/cli/run-cli.js';

export interface FakeStream extends OutStream {
  text: string;
  columns: number | undefined;
}

export function fakeStream(columns?: number): FakeStream {
  return {
    text: '',
    isTTY: columns !== undefined,
    columns,
    write(text) {
      this.text += text;
      return Promise.resolve();
    },
  };
}

/** Time that moves only when a test says so. */
export class FakeClock {
  #now = 0;
  readonly #timers = new Set<{ next: number; milliseconds: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  every(milliseconds: number, callback: () => void): () => void {
    const timer = { next: this.#now + milliseconds, milliseconds, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get timers(): number {
    return this.#timers.size;
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.next <= end).sort((a, b) => a.next - b.next)[0];
      if (due === undefined) break;
      this.#now = due.next;
      due.next += due.milliseconds;
      due.callback();
    }
    this.#now = end;
  }
}

export interface FakeIo extends CliIo {
  readonly stdout: FakeStream;
  readonly stderr: FakeStream;
  readonly clock: FakeClock;
  /** As SIGHUP would. */
  reload(): void;
  /** As Ctrl-C would. */
  interrupt(): void;
  readonly listeners: Set<() => void>;
  /** What `exitNow` was called with. */
  readonly exits: number[];
}

export interface FakeIoOptions {
  readonly engine?: Partial<Engine>;
  readonly env?: Readonly<Record<string, string>>;
  /** Widths of the terminals; without one the stream is a pipe. */
  readonly stdoutColumns?: number;
  readonly stderrColumns?: number;
}

export function fakeIo(options: FakeIoOptions = {}): FakeIo {
  const listeners = new Set<() => void>();
  const reloaders = new Set<() => void>();
  const exits: number[] = [];
  const unexpected = (): Promise<never> => Promise.reject(new Error('the test expects no work'));
  return {
    version: '1.2.3',
    stdout: fakeStream(options.stdoutColumns),
    stderr: fakeStream(options.stderrColumns),
    env: options.env ?? {},
    clock: new FakeClock(),
    engine: {
      planMigration: unexpected,
      convertTree: unexpected,
      syncTree: unexpected,
      verifyTree: unexpected,
      traceCall: unexpected,
      compareTrees: unexpected,
      readStatus: unexpected,
      emitAssets: unexpected,
      listSpool: unexpected,
      pushSpool: unexpected,
      startSidecar: unexpected,
      ...options.engine,
    },
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onReload(listener) {
      reloaders.add(listener);
      return () => reloaders.delete(listener);
    },
    reload() {
      for (const listener of reloaders) listener();
    },
    exitNow: (status) => {
      exits.push(status);
    },
    interrupt() {
      for (const listener of listeners) listener();
    },
    listeners,
    exits,
  };
}

export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runFake(argv: readonly string[], io: FakeIo = fakeIo()): Promise<Ended> {
  const status = await run(argv, io);
  return { status, stdout: io.stdout.text, stderr: io.stderr.text };
}
