import { needRoom } from '../measure/room.ts';
import { median } from '../measure/statistics.ts';
import { forkJob } from './fork-job.ts';
import { inFreshFolder } from './fresh-folder.ts';
import type { SteadyResult } from './job.ts';
import { quotient, type Section } from './report.ts';
import { inRounds } from './rounds.ts';
import { amount, type CollectSettings } from './settings.ts';

const CALLS = 2_000_000;
const BYTES_A_CALL = 400;
/** Of the two, what each is quickest with (README.md). */
const WAIT_EVERY = { collector: 1000, pino: 1000 } as const;
const SIDES = ['collector', 'pino'] as const;

/** Calls a second that a disk takes, nothing dropped, until the file is closed. */
export async function measureThroughput(settings: CollectSettings, scratch: string): Promise<Section> {
  const { library, seed } = settings;
  const calls = amount(settings, CALLS);
  needRoom(scratch, calls * BYTES_A_CALL, 'throughput');
  const runs = await inRounds(SIDES, settings.runs, (contender) =>
    inFreshFolder(scratch, (storage) =>
      forkJob({
        kind: 'steady',
        contender,
        library,
        storage,
        seed,
        calls,
        waitEvery: WAIT_EVERY[contender],
      }),
    ),
  );
  const rate = (side: (typeof SIDES)[number]): number =>
    median(runs[side].map((run: SteadyResult) => run.calls / run.seconds / 1000));
  const cpu = (side: (typeof SIDES)[number]): number =>
    median(runs[side].map((run: SteadyResult) => (run.cpuSeconds / run.calls) * 1e6));
  return {
    title: `3: ${calls} calls to a folder, closed; medians of ${settings.runs} runs`,
    runs,
    figures: [
      quotient('sustained thousands of calls a second', '', rate('collector'), rate('pino'), [
        'at least',
        1.4,
      ]),
      quotient('the same, CPU of all threads a call', ' µs', cpu('collector'), cpu('pino')),
    ],
  };
}
