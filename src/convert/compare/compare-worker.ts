import { answerJobs } from '../thread-entry.js';
import { openCompareWork } from './compare-work.js';

/** A thread that compares. */
answerJobs(openCompareWork);
