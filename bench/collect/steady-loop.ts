import { setTimeout, setImmediate as turn } from 'node:timers/promises';
import { openContender } from './contender.ts';
import type { SteadyJob, SteadyResult } from './job.ts';

const CALLS_A_TURN = 1000;
const WARM_UP = 20_000;
const SLOW_A_SECOND = 100;

export async function runSteady(job: SteadyJob): Promise<SteadyResult> {
  const contender = await openContender(job);
  const repeat = async (calls: number): Promise<void> => {
    for (let done = 0; done < calls; ) {
      const end = Math.min(calls, done + CALLS_A_TURN);
      for (; done < end; done += 1) contender.call();
      if (job.waitEvery !== undefined && done % job.waitEvery === 0) await contender.ready();
      await turn();
    }
  };
  const slow = SLOW_A_SECOND * (job.slowSeconds ?? 0);
  for (let i = 0; i < slow; i += 1) {
    contender.call();
    await setTimeout(1000 / SLOW_A_SECOND);
  }
  await repeat(WARM_UP);
  const cpu = process.cpuUsage();
  const start = performance.now();
  await repeat(job.calls);
  const loopSeconds = (performance.now() - start) / 1000;
  await contender.close(slow + WARM_UP + job.calls);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    calls: job.calls,
    loopSeconds,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakRss: process.resourceUsage().maxRSS * 1024,
  };
}
