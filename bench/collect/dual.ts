import { median } from '../measure/statistics.ts';
import { forkJob } from './fork-job.ts';
import { inFreshFolder } from './fresh-folder.ts';
import type { ContenderId, SteadyJob, SteadyResult } from './job.ts';
import { type Bound, type CollectFigure, quotient, type Section } from './report.ts';
import { inRounds } from './rounds.ts';
import { amount, type CollectSettings } from './settings.ts';

/** One side's buffer (64 MiB) does not hold so many, and the other's is emptied meanwhile. */
const CALLS = 300_000;
const DEAD_SECONDS = 60;

/** Both layouts of a call, against the same record logged once. */
export async function measureDual(settings: CollectSettings, scratch: string): Promise<Section> {
  const { calls, runs, figure } = await measure(settings, scratch, ['dual', 'collector', 'pino'], 0);
  return {
    title: `6: ${calls} calls of 10 distinct floats in both layouts, against pino; medians of ${settings.runs} runs`,
    runs,
    figures: [
      figure('collect of one row in stage dual, a call', 'dual', 'pino', ['at most', 1.2]),
      figure('the same in stage legacy', 'collector', 'pino'),
    ],
  };
}

/** What a call costs when one side's storage has refused everything for a minute. */
export async function measureDead(settings: CollectSettings, scratch: string): Promise<Section> {
  const sides = ['dual', 'dual-no-legacy', 'dual-no-events'] as const;
  const { calls, runs, figure } = await measure(settings, scratch, sides, amount(settings, DEAD_SECONDS));
  return {
    title: `7: ${calls} calls after one side was dead for a minute, against both alive; medians of ${settings.runs} runs`,
    runs,
    figures: [
      figure('collect while the legacy storage is dead, a call', 'dual-no-legacy', 'dual', ['at most', 1.1]),
      figure("collect while the events' storage is dead, a call", 'dual-no-events', 'dual', ['at most', 1.1]),
    ],
  };
}

async function measure<Side extends ContenderId>(
  settings: CollectSettings,
  scratch: string,
  sides: readonly Side[],
  slowSeconds: number,
): Promise<{
  readonly calls: number;
  readonly runs: Record<Side, SteadyResult[]>;
  readonly figure: (what: string, ours: Side, peer: Side, bound?: Bound) => CollectFigure;
}> {
  const { library, seed } = settings;
  const calls = amount(settings, CALLS);
  const runs = await inRounds(sides, settings.runs, (contender) =>
    inFreshFolder(scratch, (storage) =>
      forkJob<SteadyJob>({ kind: 'steady', contender, library, storage, seed, calls, slowSeconds }),
    ),
  );
  const micros = (side: Side): number => median(runs[side].map((run) => (run.loopSeconds / run.calls) * 1e6));
  return {
    calls,
    runs,
    figure: (what, ours, peer, bound) => quotient(what, ' µs', micros(ours), micros(peer), bound),
  };
}
