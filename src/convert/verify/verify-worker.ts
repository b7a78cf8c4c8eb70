import { answerJobs } from '../thread-entry.js';
import { openVerifyWork, type VerifySetup } from './verify-work.js';

/** A thread that verifies. */
answerJobs(async ({ setup, thread }: { readonly setup: VerifySetup; readonly thread: number }) =>
  openVerifyWork(setup, thread),
);
