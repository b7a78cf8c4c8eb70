import { heldBy, thisProcess } from '../storage/lock-holder.js';
import type { LockHolder, Storage } from '../storage/storage.js';
import { migrationFolder, type Source } from './source.js';

/** Who converts the source of this id into the destination now, if anybody. */
export async function runAtWork(destination: Storage, sourceId: string): Promise<LockHolder | undefined> {
  return await destination.lockedBy(lockName(sourceId));
}

/** Says so before a plan is made, which may take hours, and before anything is written. */
export async function refuseSecondRun(destination: Storage, { id }: Source): Promise<void> {
  const holder = await runAtWork(destination, id);
  if (holder !== undefined) throw heldBy(holder, `${destination.url}/${lockName(id)}`);
}

/**
 * Works as the only one of all processes that convert this source into this destination. `work` is told to stop by the first
 * signal it is given, also when the lock is lost, which the second one tells: it must not write any more then.
 *
 * @throws MdcBridgeError `conflict` if another process holds the lock, or has taken it meanwhile.
 */
export async function holdingLock<T>(
  destination: Storage,
  source: Source,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal, lost: AbortSignal) => Promise<T>,
  verb: 'convert' | 'sync' = 'convert',
): Promise<T> {
  const command = `mdc-bridge ${verb} ${source.storage.url} ${destination.url}`;
  const lock = await destination.lock(lockName(source.id), thisProcess(command));
  const { lost } = lock;
  const stop = signal === undefined ? lost : AbortSignal.any([signal, lost]);
  destination.heed?.(stop);
  try {
    return await work(stop, lost);
  } catch (error) {
    // What went wrong then went wrong because of it.
    lost.throwIfAborted();
    throw error;
  } finally {
    // Not worth the error: nobody renews it any more, so it ends within a minute.
    await lock.release().catch(() => undefined);
  }
}

/** Whether a process converts another source into this destination. */
export async function othersAtWork(destination: Storage, { id }: Source): Promise<boolean> {
  const others = new Set<string>();
  for await (const { name } of destination.list('_migration/')) {
    const other = name.split('/', 2)[1];
    if (other !== undefined && other !== id) others.add(other);
  }
  for (const other of others) {
    if ((await runAtWork(destination, other)) !== undefined) return true;
  }
  return false;
}

function lockName(sourceId: string): string {
  return `${migrationFolder(sourceId)}/lock`;
}
