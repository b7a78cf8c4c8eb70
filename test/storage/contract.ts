import type { Storage } from '../../src/storage/storage.js';
import { describeLocking } from './contract-locking.js';
import { describeReading } from './contract-reading.js';
import { describeWriting } from './contract-writing.js';

/** The contract of `Storage`, run by every driver; `open` gives an empty storage that goes when the test is over. */
export function describeStorage(driver: string, open: () => Promise<Storage>): void {
  describeReading(driver, open);
  describeWriting(driver, open);
  describeLocking(driver, open);
}
