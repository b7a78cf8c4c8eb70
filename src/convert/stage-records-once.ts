import type { Storage } from '../storage/storage.js';
import { readStageRecords, type StageRecords } from './stage-records.js';

/** A run opens a storage once in each of its threads; what it has read goes with it. */
const READ: WeakMap<Storage, Promise<StageRecords>> = new WeakMap();

/**
 * The records of stages as they were when the first source of a run asked for them: many sources of one day would read them all again.
 *
 * @throws MdcBridgeError as `readStageRecords`; the next one who asks reads again.
 */
export async function stageRecordsOf(
  storage: Storage,
  signal: AbortSignal | undefined,
): Promise<StageRecords> {
  const known = READ.get(storage);
  if (known !== undefined) return await known;
  const reading = readStageRecords(storage, signal);
  READ.set(storage, reading);
  try {
    return await reading;
  } catch (error) {
    READ.delete(storage);
    throw error;
  }
}
