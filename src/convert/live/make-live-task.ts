import { createHash } from 'node:crypto';
import { type ConvertTask, makeConvertTask } from '../convert-task.js';
import type { FilePlan, Plan } from '../plan-file.js';
import type { LiveTree } from './live-tree.js';

/** The source's task with what live has near it; as it is where there is nothing. */
export function makeLiveConvertTask(plan: Plan, file: FilePlan, live: LiveTree | undefined): ConvertTask {
  const task = makeConvertTask(plan, file);
  const files = live?.filesNear(file) ?? [];
  if (live === undefined || files.length === 0) return task;
  const earlier = live.earlierSources(file).map((other) => makeConvertTask(plan, other));
  const seen = [...files, ...live.stagesOf(files)].map(({ name, size, etag }) => [name, size, etag]);
  const digest = createHash('sha256')
    .update(
      JSON.stringify([seen, earlier.map(({ source, etag, fingerprint }) => [source, etag, fingerprint])]),
    )
    .digest('hex')
    .slice(0, 16);
  return { ...task, live: { files, earlier, digest } };
}
