// One job in a process of its own, so that its peak memory is its own. Forked by run-child.ts.

import type { FromChild, Job, Measure } from './job.ts';
import { load } from './load-job.ts';

async function measure(job: Job): Promise<Measure> {
  // Loading is not what anyone compares: a native library of 70 MB against a few hundred KB of JavaScript.
  const work = await load(job);
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1e6, peakRss: process.resourceUsage().maxRSS * 1024 };
}

// Whoever waits for the result has gone, or has it: don't go on filling the disk.
process.once('disconnect', () => process.exit());

function send(message: FromChild): void {
  process.send?.(message, () => process.disconnect());
}

measure(JSON.parse(process.argv[2] ?? '')).then(
  (result) => send({ kind: 'done', measure: result }),
  (error: unknown) =>
    send({ kind: 'failed', error: error instanceof Error ? `${error.stack}` : String(error) }),
);
