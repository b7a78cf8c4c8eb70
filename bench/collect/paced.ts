import { BlobServiceClient } from '@azure/storage-blob';
import { startAzurite } from '../../test/support/azurite.ts';
import { median } from '../measure/statistics.ts';
import { forkJob } from './fork-job.ts';
import type { PacedJob, PacedResult } from './job.ts';
import { difference, type Section } from './report.ts';
import { inRounds } from './rounds.ts';
import { amount, type CollectSettings } from './settings.ts';

const CALLS_A_SECOND = 20_000;
const SECONDS = { calls: 60, delay: 30 } as const;
const CONTAINER = 'modeldata';
const SIDES = ['collector', 'nothing'] as const;

/** The slowest calls, or the event loop's delay, while rows go to Azurite; against an empty function in the same loop. */
export async function measurePaced(watch: PacedJob['watch'], settings: CollectSettings): Promise<Section> {
  const seconds = amount(settings, SECONDS[watch]);
  const runs = await inRounds(SIDES, settings.runs, (contender) =>
    runOnce(contender, watch, seconds, settings),
  );
  const of = (side: (typeof SIDES)[number], what: keyof PacedResult): number =>
    median(runs[side].map((run) => run[what]));
  const pair = (what: keyof PacedResult, scale = 1) =>
    [of('collector', what) / scale, of('nothing', what) / scale] as const;
  const rest = `${CALLS_A_SECOND} calls a second for ${seconds} s, uploading to Azurite, against an empty function; medians of ${settings.runs} runs`;
  if (watch === 'calls') {
    return {
      title: `2: ${rest}`,
      runs,
      figures: [
        difference('p99.9 of one collect', ' µs', ...pair('p999'), ['at most', 100]),
        difference('its median', ' µs', ...pair('p50')),
        difference('its slowest', ' µs', ...pair('max')),
      ],
    };
  }
  return {
    title: `5: ${rest}`,
    runs,
    figures: [
      difference("event loop's delay, p99", ' ms', ...pair('p99', 1000), ['at most', 2]),
      difference('the same, p99.9', ' ms', ...pair('p999', 1000)),
    ],
  };
}

/** Beside a fresh emulator, which what it holds in memory would make slower; the empty function has one too. */
async function runOnce(
  contender: (typeof SIDES)[number],
  watch: PacedJob['watch'],
  seconds: number,
  { library, seed }: CollectSettings,
): Promise<PacedResult> {
  const azurite = await startAzurite();
  try {
    const { connectionString } = azurite;
    await BlobServiceClient.fromConnectionString(connectionString).getContainerClient(CONTAINER).create();
    const storage = `${azurite.endpoint}/${CONTAINER}`;
    const result = await forkJob(
      { kind: 'paced', contender, library, storage, seed, callsPerSecond: CALLS_A_SECOND, seconds, watch },
      { AZURE_STORAGE_CONNECTION_STRING: connectionString },
    );
    if (contender === 'collector' && result.writtenMeanwhile === 0)
      throw new Error('nothing was uploaded while it was measured');
    return result;
  } finally {
    await azurite.stop();
  }
}
