import type { Progress } from '../convert/run-options.js';
import { type CliIo, isScreen } from './cli-io.js';
import { cutEnd } from './render/text-width.js';
import { count, counted, duration, megabytes, rate } from './render/units.js';

/** Fast enough to look alive, slow enough to cost nothing. */
const REDRAW_EVERY_MS = 100;
const LINE_EVERY_MS = 10_000;
const CLEAR_LINE = '\r\u001b[K';

export interface ProgressMeter {
  update(progress: Progress): void;
  /** Leaves the line free for other text; the next update draws it again. */
  clear(): void;
  stop(): void;
}

export const silentMeter: ProgressMeter = { update() {}, clear() {}, stop() {} };

/** On a terminal one line that moves; elsewhere a line every ten seconds, also while one huge file is under way. */
export function startProgressMeter({
  stderr,
  env,
  clock,
}: Pick<CliIo, 'stderr' | 'env' | 'clock'>): ProgressMeter {
  const screen = isScreen(stderr, env);
  let latest: Progress | undefined;
  let isNews = false;
  let drawn = false;
  const draw = (): void => {
    // A log is told that the run is alive even when nothing has changed.
    if (latest === undefined || (screen && !isNews)) return;
    const line = progressLine(latest);
    // The last cell stays free: a full line makes some terminals scroll.
    void stderr.write(screen ? `${CLEAR_LINE}${cutEnd(line, (stderr.columns ?? 80) - 1)}` : `${line}\n`);
    drawn = screen;
    isNews = false;
  };
  const clear = (): void => {
    if (drawn) void stderr.write(CLEAR_LINE);
    drawn = false;
  };
  const stopClock = clock.every(screen ? REDRAW_EVERY_MS : LINE_EVERY_MS, draw);
  return {
    update(progress) {
      latest = progress;
      isNews = true;
    },
    clear,
    stop() {
      stopClock();
      clear();
    },
  };
}

const DOING = {
  plan: 'planning',
  repair: 'checking',
  convert: 'converting',
  verify: 'verifying',
  compare: 'comparing',
} as const;

export function progressLine(progress: Progress): string {
  const { filesDone, filesTotal, rows, bytesDone, bytesTotal, seconds } = progress;
  const parts = [
    `${DOING[progress.phase]}  ${count(filesDone)}/${counted(filesTotal, 'file')}`,
    counted(rows, 'row'),
    `${megabytes(bytesDone).replace(' MB', '')}/${megabytes(bytesTotal)}`,
    rate(bytesDone, seconds),
  ];
  // Seconds of the past over bytes of the past; the first moments say nothing yet.
  if (bytesDone > 0 && seconds >= 1) {
    parts.push(`ETA ${duration(Math.round(((bytesTotal - bytesDone) * seconds) / bytesDone))}`);
  }
  return parts.join(' · ');
}
