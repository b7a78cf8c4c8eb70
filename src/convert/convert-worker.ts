import { openJobContext, performJob } from './perform-job.js';
import { answerJobs } from './thread-entry.js';
import type { Job, WorkerSetup } from './worker-messages.js';

/** A thread that takes censuses and converts. */
answerJobs(async ({ setup }: { readonly setup: WorkerSetup }) => {
  const context = await openJobContext(setup);
  return { perform: (job: Job, signal, onChunk) => performJob(job, context, signal, onChunk) };
});
