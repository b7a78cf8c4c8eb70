import { openJobContext, performJob } from './perform-job.js';
import { answerJobs } from './thread-entry.js';
import type { ThreadStart } from './thread-messages.js';
import type { Job, WorkerSetup } from './worker-messages.js';

/** A thread that takes censuses and converts. */
answerJobs(async ({ setup, threads }: ThreadStart<WorkerSetup>) => {
  const context = await openJobContext(setup, threads);
  return { perform: (job: Job, signal, onChunk) => performJob(job, context, signal, onChunk) };
});
