import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openContender } from './contender.ts';
import type { PacedJob, PacedResult } from './job.ts';

const TICK_MS = 1;
/** Not counted: the compiler's time, the first file, and the first connection. */
const WARM_UP_SECONDS = 2;

type Percentiles = Pick<PacedResult, 'p50' | 'p99' | 'p999' | 'max'>;

export async function runPaced(job: PacedJob): Promise<PacedResult> {
  const contender = await openContender(job);
  const warmUp = WARM_UP_SECONDS * job.callsPerSecond;
  const calls = job.seconds * job.callsPerSecond;
  await pace(warmUp, job.callsPerSecond, () => contender.call());
  const cpu = process.cpuUsage();
  const watch = job.watch === 'calls' ? watchCalls : watchDelay;
  const percentiles = await watch(calls, job.callsPerSecond, () => contender.call());
  const { user, system } = process.cpuUsage(cpu);
  const writtenMeanwhile = contender.written();
  // Closing has a deadline, and what a busy emulator has left to take is no loss.
  await contender.flush();
  await contender.close(warmUp + calls);
  return {
    calls,
    ...percentiles,
    writtenMeanwhile,
    cpuSeconds: (user + system) / 1e6,
    peakRss: process.resourceUsage().maxRSS * 1024,
  };
}

/** After a delay, what has become due meanwhile is called at once: the rate is kept. */
function pace(calls: number, callsPerSecond: number, call: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let done = 0;
    const tick = (): void => {
      try {
        const due = Math.min(calls, Math.floor(((performance.now() - start) / 1000) * callsPerSecond));
        for (; done < due; done += 1) call();
      } catch (error) {
        reject(error);
        return;
      }
      if (done < calls) setTimeout(tick, TICK_MS);
      else resolve();
    };
    tick();
  });
}

async function watchCalls(calls: number, callsPerSecond: number, call: () => void): Promise<Percentiles> {
  const micros = new Float64Array(calls);
  let count = 0;
  await pace(calls, callsPerSecond, () => {
    const start = performance.now();
    call();
    micros[count] = (performance.now() - start) * 1000;
    count += 1;
  });
  micros.sort();
  const at = (share: number): number => micros[Math.min(calls - 1, Math.floor(share * calls))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
}

async function watchDelay(calls: number, callsPerSecond: number, call: () => void): Promise<Percentiles> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await pace(calls, callsPerSecond, call);
  delay.disable();
  const at = (share: number): number => delay.percentile(share) / 1000;
  return { p50: at(50), p99: at(99), p999: at(99.9), max: delay.max / 1000 };
}
