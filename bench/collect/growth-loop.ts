import { setImmediate as turn } from 'node:timers/promises';
import { openContender } from './contender.ts';
import type { GrowthJob, GrowthResult, MemorySample } from './job.ts';

const CALLS_A_TURN = 1000;

/** Nothing waits in a buffer when memory is read. Needs `--expose-gc`. */
export async function runGrowth(job: GrowthJob): Promise<GrowthResult> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('needs node --expose-gc');
  const contender = await openContender(job);
  const samples: MemorySample[] = [];
  let calls = 0;
  for (const checkpoint of job.checkpoints) {
    while (calls < checkpoint) {
      for (let i = 0; i < CALLS_A_TURN; i += 1) contender.call();
      calls += CALLS_A_TURN;
      await contender.ready();
      await turn();
    }
    await contender.flush();
    await turn();
    // The first lets finalizers run, the second frees what they held.
    await gc({ execution: 'async', type: 'major' });
    await gc({ execution: 'async', type: 'major' });
    const { heapUsed, external, rss } = process.memoryUsage();
    samples.push({ calls, heapUsed, external, rss });
  }
  await contender.close(calls);
  return { samples };
}
