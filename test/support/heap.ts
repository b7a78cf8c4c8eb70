import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use after full collections: what is really held. Slow, so not for every step. */
export async function heldBytes(): Promise<number> {
  for (let i = 0; i < 2; i += 1) {
    collectGarbage();
    // Buffers are freed after the collection that finds them.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
