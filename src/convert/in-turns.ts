import { throwIfAborted } from '../errors.js';
import { turnEventLoop } from '../storage/event-loop.js';

/** So many items take less than a turn of the event loop may be late. */
const AT_ONCE = 64;

/** The items with their indexes, so that locks are kept and signals heard while there are a million of them. */
export async function* inTurns<T>(
  items: Iterable<T>,
  signal?: AbortSignal,
): AsyncGenerator<readonly [index: number, item: T], void, void> {
  let index = 0;
  for (const item of items) {
    if (index % AT_ONCE === 0) {
      await turnEventLoop();
      throwIfAborted(signal);
    }
    yield [index, item];
    index += 1;
  }
}
