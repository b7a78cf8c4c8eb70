import type { Engine } from './engine.js';

/** All that the CLI has of the outside world; `main.ts` gives the process's, tests give their own. */
export interface CliIo {
  /** The package's own. */
  readonly version: string;
  /** Results only. */
  readonly stdout: OutStream;
  /** Progress, warnings, errors. */
  readonly stderr: OutStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly engine: Engine;
  /** Calls back at every SIGINT and SIGTERM until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
  /** Calls back at every SIGHUP until the returned function is called. */
  onReload(listener: () => void): () => void;
  /** Ends the process whatever is under way. */
  exitNow(status: number): void;
}

export interface OutStream {
  readonly isTTY: boolean;
  /** Width of the terminal as it is now; undefined where there is none. */
  readonly columns: number | undefined;
  /** Settles when the text is handed over. A reader that has gone away (EPIPE) is no error. */
  write(text: string): Promise<void>;
}

export interface Clock {
  /** Milliseconds from some start. */
  now(): number;
  /** Calls back every `milliseconds` until the returned function is called. Never keeps the process alive. */
  every(milliseconds: number, callback: () => void): () => void;
}

/** Options that every command takes. */
export interface GlobalFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** No line of text is wider, so that it reads well in a report and a mail; narrower terminals get less. */
export const TEXT_WIDTH = 100;
const NARROWEST = 60;

export function textWidthOf(stream: OutStream): number {
  return Math.max(NARROWEST, Math.min(TEXT_WIDTH, stream.columns ?? TEXT_WIDTH));
}

/** Terminals that can move their cursor; `dumb` is how Emacs and some CI logs say that they can't. */
export function isScreen(stream: OutStream, env: CliIo['env']): boolean {
  return stream.isTTY && env['TERM'] !== 'dumb';
}

/** https://no-color.org: any value but the empty one. */
export function wantsColour(
  stream: OutStream,
  env: CliIo['env'],
  flags: Pick<GlobalFlags, 'color'>,
): boolean {
  return flags.color && (env['NO_COLOR'] ?? '') === '' && isScreen(stream, env);
}
