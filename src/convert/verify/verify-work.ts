import { reopenStorage } from '../../storage/open-storage.js';
import type { Storage, StorageAccess } from '../../storage/storage.js';
import type { ThreadStart, ThreadWork } from '../thread-messages.js';
import { type JobPool, openJobPool, type PoolOptions } from '../thread-pool.js';
import { UniqueNames } from './duplicate-ids.js';
import { type FileVerification, verifyFile } from './verify-file.js';
import type { VerifyTask } from './verify-task.js';

/** What every thread needs to know once. Storages are opened by each itself. */
export interface VerifySetup {
  readonly source: StorageAccess | undefined;
  readonly destination: StorageAccess | undefined;
  /** Where names that must be unique over the tree are collected, by each thread under its own number. */
  readonly folder: string;
}

/** A pool that reads nothing of the converter's, in whichever thread. */
export function openVerifyPool(
  folder: string,
  { source, destination }: { readonly source: Storage; readonly destination: Storage },
  options: PoolOptions,
): JobPool<VerifyTask, FileVerification> {
  return openJobPool(
    {
      script: new URL('./verify-worker.js', import.meta.url),
      setup: { source: source.access, destination: destination.access, folder } satisfies VerifySetup,
      inline: workOn(source, destination, new UniqueNames(folder, '0')),
      fileOf: (task) => task.source,
    },
    options,
  );
}

/** What one thread does. */
export async function openVerifyWork({
  setup,
  thread,
  threads,
}: ThreadStart<VerifySetup>): Promise<ThreadWork<VerifyTask, FileVerification>> {
  const names = new UniqueNames(setup.folder, String(thread));
  const source = await reopenStorage(setup.source, threads);
  return workOn(source, await reopenStorage(setup.destination, threads), names);
}

function workOn(
  source: Storage,
  destination: Storage,
  names: UniqueNames,
): ThreadWork<VerifyTask, FileVerification> {
  return {
    perform: (task, signal, onChunk) => verifyFile(task, { source, destination, names, signal, onChunk }),
    finish: () => names.flush(),
  };
}
