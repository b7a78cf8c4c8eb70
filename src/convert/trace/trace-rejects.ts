import type { Storage } from '../../storage/storage.js';
import { TextLines } from '../verify/text-lines.js';
import type { VerifyTask } from '../verify/verify-task.js';

/**
 * Why the rows at these offsets of the source are among its rejects, by offset; those that are not there are not in it. Lines that can't be
 * read are left to `verify`. Memory: what is asked for, and a chunk.
 */
export async function findRejects(
  { parts }: VerifyTask,
  offsets: ReadonlySet<number>,
  destination: Storage,
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const reasons = new Map<number, string>();
  for (const { rejects } of offsets.size === 0 ? [] : parts) {
    const object = await destination.stat(rejects);
    if (object === undefined) continue;
    const lines = new TextLines(destination, object, signal);
    for (let some = await lines.next(); some !== undefined; some = await lines.next()) {
      for (const { text } of some) {
        const { offset, reason } = fieldsOf(text);
        if (typeof offset === 'number' && offsets.has(offset)) reasons.set(offset, String(reason));
      }
    }
  }
  return reasons;
}

function fieldsOf(text: string): { readonly offset?: unknown; readonly reason?: unknown } {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}
