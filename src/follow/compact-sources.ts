import { makeConvertTask } from '../convert/convert-task.js';
import { inLanes } from '../convert/lanes.js';
import { namesOf, removeOthers } from '../convert/remove-others.js';
import { isChanged } from '../storage/storage.js';
import type { FollowerContext } from './followed-sources.js';
import type { Follower } from './follower.js';

/**
 * Converts each source that has settled and lies in parts once more as a whole, to the files that `convert` would write; the other
 * parts' files go when these stand. Gives how many there were.
 */
export async function compactSources(context: FollowerContext, { keeper }: Follower): Promise<number> {
  const { journal, pool, destination, signal } = context;
  const { plan } = keeper;
  const files = plan?.files
    .values()
    .filter(({ source, size }) => {
      const entry = journal.sources.get(source);
      return entry?.followed !== undefined && entry.followed.seen === entry.size && entry.size === size;
    })
    .toArray();
  if (plan === undefined || files === undefined) return 0;
  let compacted = 0;
  await inLanes(pool.jobs, files, async (file) => {
    if (signal.aborted) return;
    const before = journal.sources.get(file.source);
    const { followed: _followed, ...whole } = file;
    try {
      const result = await pool.run({ kind: 'convert', task: makeConvertTask(plan, whole) });
      journal.note({ kind: 'source', ...result });
      await removeOthers(destination, namesOf(before), result.outputs);
      keeper.put(whole);
      compacted += 1;
    } catch (error) {
      // It grows again: it is followed on.
      if (!isChanged(error) && !signal.aborted) throw error;
    }
  });
  await journal.flush();
  await keeper.write(plan.waiting ?? []);
  return compacted;
}
