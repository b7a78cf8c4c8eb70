import { median } from '../measure/statistics.ts';
import { forkJob } from './fork-job.ts';
import { inFreshFolder } from './fresh-folder.ts';
import type { ContenderId, SteadyResult } from './job.ts';
import { quotient, type Section } from './report.ts';
import { inRounds } from './rounds.ts';
import { amount, type CollectSettings } from './settings.ts';

const CALLS = 300_000;
const SIDES: readonly ContenderId[] = ['collector', 'pino', 'collector-pair', 'pino-pair'];

/** The time of one call, in a loop that gives the event loop a turn after every 1,000. */
export async function measureCalls(settings: CollectSettings, scratch: string): Promise<Section> {
  const { library, seed } = settings;
  const calls = amount(settings, CALLS);
  const runs = await inRounds(SIDES, settings.runs, (contender) =>
    inFreshFolder(scratch, (storage) =>
      forkJob({ kind: 'steady', contender, library, storage, seed, calls }),
    ),
  );
  const micros = (side: ContenderId, time: 'loopSeconds' | 'seconds' | 'cpuSeconds'): number =>
    median((runs[side] ?? []).map((run: SteadyResult) => (run[time] / run.calls) * 1e6));
  const line = (
    what: string,
    ours: ContenderId,
    peer: ContenderId,
    time: 'loopSeconds' | 'seconds' | 'cpuSeconds',
  ) => [what, ' µs', micros(ours, time), micros(peer, time)] as const;
  return {
    title: `1: ${calls} calls of 10 distinct floats to a folder, against pino; medians of ${settings.runs} runs`,
    runs,
    figures: [
      quotient(...line('collect of one row, a call', 'collector', 'pino', 'loopSeconds'), ['at most', 0.7]),
      quotient(...line('the same, until all is on disk', 'collector', 'pino', 'seconds')),
      quotient(...line('the same, CPU of all threads', 'collector', 'pino', 'cpuSeconds')),
      quotient(...line('one row and its prediction', 'collector-pair', 'pino-pair', 'loopSeconds')),
      quotient(...line('the same, until all is on disk', 'collector-pair', 'pino-pair', 'seconds')),
    ],
  };
}
