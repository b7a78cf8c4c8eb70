import { needRoom } from '../measure/room.ts';
import { median } from '../measure/statistics.ts';
import { forkJob } from './fork-job.ts';
import { inFreshFolder } from './fresh-folder.ts';
import type { GrowthResult, MemorySample } from './job.ts';
import { difference, type Section } from './report.ts';
import { inRounds } from './rounds.ts';
import { amount, type CollectSettings } from './settings.ts';

const CHECKPOINTS = [1e6, 5e6, 1e7];
const BYTES_A_CALL = 400;
/** What "none" is: the reading's own noise, a hundredth of a byte a call. */
const NOISE_MB = 0.1;
/** One buffer more or less is kept for the next rows, by what was on its way. */
const BUFFER_MB = 4.2;

/** Memory after ten million calls against that after the first million, garbage collected, all written. */
export async function measureGrowth(settings: CollectSettings, scratch: string): Promise<Section> {
  const { library, seed } = settings;
  const checkpoints = CHECKPOINTS.map((calls) => amount(settings, calls));
  const last = checkpoints.at(-1) ?? 0;
  needRoom(scratch, last * BYTES_A_CALL, 'heap growth');
  const { collector } = await inRounds(['collector'] as const, settings.runs, (contender) =>
    inFreshFolder(scratch, (storage) =>
      forkJob({ kind: 'growth', contender, library, storage, seed, checkpoints }),
    ),
  );
  const at = (place: number, what: (sample: MemorySample) => number): number =>
    median(collector.map(({ samples }: GrowthResult) => what(samples.at(place)!) / 1e6));
  const grown = (what: string, of: (sample: MemorySample) => number, most?: number) =>
    difference(what, ' MB', at(-1, of), at(0, of), most === undefined ? undefined : ['at most', most]);
  const [first] = checkpoints;
  return {
    title: `4: memory after ${last} calls against ${first} (peer); medians of ${settings.runs} runs`,
    runs: { collector },
    figures: [
      grown('heap', ({ heapUsed }) => heapUsed, NOISE_MB),
      grown('buffers outside of the heap', ({ external }) => external, BUFFER_MB),
      grown('resident set', ({ rss }) => rss),
    ],
  };
}
