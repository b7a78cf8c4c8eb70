import { MdcBridgeError, throwIfAborted } from '../../errors.js';
import { parseEventPath } from '../../event/event-path.js';
import type { Storage } from '../../storage/storage.js';

/** Where our own records stand in a v2 root, also before its first event. */
const RECORDS = '_migration/';

/**
 * A mistyped address is no tree of which every call is missing. One event file of any collection and time makes a v2 root, or the records
 * of its writers; a listing ends with the first of them.
 *
 * @throws MdcBridgeError `source`
 */
export async function requireV2Root(
  v2: Pick<Storage, 'url' | 'list'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let others = 0;
  let first = '';
  for await (const { name } of v2.list('', signal)) {
    throwIfAborted(signal);
    if (name.startsWith(RECORDS) || parseEventPath(name) !== undefined) return;
    if (others === 0) first = name;
    others += 1;
  }
  const place = { file: v2.url };
  if (others === 0) {
    throw new MdcBridgeError('source', 'V2 is empty, or is not there', {
      place,
      remedy:
        'give the v2 root, which holds {endpoint}/{deployment}/{collection}, such as ./modelDataCollector',
    });
  }
  throw new MdcBridgeError(
    'source',
    `V2 holds no event file, but ${others} ${others === 1 ? 'other' : 'others'}, such as ${first}`,
    {
      place,
      remedy:
        'an event file is {endpoint}/{deployment}/{collection}/{yyyy}/{MM}/{dd}/{HH}/{instance}.jsonl; give the folder that these names start in',
    },
  );
}
