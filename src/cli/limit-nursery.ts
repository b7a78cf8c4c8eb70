import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const LOOK_MS = 100;
const MOST_BYTES = 8 * 2 ** 20;

/**
 * Keeps this thread's nursery at some 16 MiB. In a machine with much memory V8 doubles it up to 128 MiB in any run of some seconds,
 * though nothing is faster for it: the plan of 60,000 files took 388 MB, and 308 MB so, in the same time.
 */
export function limitNursery(): void {
  const timer = setInterval(() => {
    const nursery = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    if (nursery === undefined || nursery.space_size < MOST_BYTES) return;
    // The one flag of its size that V8 heeds while it runs.
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, LOOK_MS).unref();
}
