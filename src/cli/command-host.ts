import { inChunks, jsonText } from '../convert/json-text.js';
import type { RunOptions } from '../convert/run-options.js';
import type { OutStream } from './cli-io.js';
import { type CliIo, type GlobalFlags, textWidthOf, wantsColour } from './cli-io.js';
import type { ExitStatus } from './exit-status.js';
import { listenForInterrupts } from './interruption.js';
import { silentMeter, startProgressMeter } from './progress-meter.js';
import { type Page, warning } from './render/page.js';
import { colourPaint, plainPaint } from './render/paint.js';

/** What a command is given besides its own arguments and options. */
export interface CommandHost {
  readonly io: CliIo;
  /** The arguments behind the command's name as they were typed, without `--json` and its like: to be shown again. */
  readonly typed: readonly string[];
  /** To be called once, with how it ended. */
  end(status: ExitStatus): void;
}

export function pageFor(io: CliIo, stream: OutStream, flags: Pick<GlobalFlags, 'color'>): Page {
  return { width: textWidthOf(stream), paint: wantsColour(stream, io.env, flags) ? colourPaint : plainPaint };
}

/** Says something on stderr, above the progress line; `--quiet` keeps it back. */
export type Warn = (text: string) => void;

/** Does the work with progress on stderr and with the signals that end it; leaves the line free and the signals alone after it. */
export async function withProgress<T>(
  io: CliIo,
  flags: GlobalFlags,
  work: (run: Required<Pick<RunOptions, 'signal' | 'onProgress'>>, warn: Warn) => Promise<T>,
): Promise<T> {
  const meter = flags.quiet ? silentMeter : startProgressMeter(io);
  const page = pageFor(io, io.stderr, flags);
  const say = (lines: readonly string[]): void => {
    meter.clear();
    void io.stderr.write(`${lines.join('\n')}\n`);
  };
  const interruption = listenForInterrupts(io, () =>
    say(['interrupted: ending well with the file in hand; once more to stop at once']),
  );
  try {
    return await work({ signal: interruption.signal, onProgress: meter.update }, (text) => {
      if (!flags.quiet) say(warning(text, page));
    });
  } finally {
    meter.stop();
    interruption.stop();
  }
}

/** The result, as text or as one JSON document, and nothing else on stdout. */
export async function printResult<T>(
  { io }: CommandHost,
  flags: GlobalFlags,
  result: T,
  text: (page: Page) => readonly string[],
  json: (result: T) => Iterable<string> = jsonText,
): Promise<void> {
  if (!flags.json) {
    await io.stdout.write(`${text(pageFor(io, io.stdout, flags)).join('\n')}\n`);
    return;
  }
  for (const piece of inChunks(json(result))) await io.stdout.write(piece);
}
