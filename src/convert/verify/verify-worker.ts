import { answerJobs } from '../thread-entry.js';
import { openVerifyWork } from './verify-work.js';

/** A thread that verifies. */
answerJobs(openVerifyWork);
