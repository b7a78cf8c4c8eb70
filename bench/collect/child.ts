// One job in a process of its own. Forked by fork-job.ts; also `node --cpu-prof bench/collect/child.ts JOB`, JOB as JSON.

import { runGrowth } from './growth-loop.ts';
import type { CollectJob, FromCollectChild, GrowthResult, PacedResult, SteadyResult } from './job.ts';
import { runPaced } from './paced-loop.ts';
import { runSteady } from './steady-loop.ts';

function perform(job: CollectJob): Promise<SteadyResult | PacedResult | GrowthResult> {
  switch (job.kind) {
    case 'steady':
      return runSteady(job);
    case 'paced':
      return runPaced(job);
    case 'growth':
      return runGrowth(job);
  }
}

process.once('disconnect', () => process.exit());

function send(message: FromCollectChild): void {
  if (process.send === undefined) console.log(JSON.stringify(message));
  else process.send(message, () => process.disconnect());
}

perform(JSON.parse(process.argv[2] ?? '')).then(
  (result) => send({ kind: 'done', result }),
  (error: unknown) =>
    send({ kind: 'failed', error: error instanceof Error ? `${error.stack}` : String(error) }),
);
