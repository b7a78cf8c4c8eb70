import type { Plan } from '../plan-file.js';
import type { SourceChanges } from './list-trees.js';
import type { VerifyReport } from './report.js';
import type { VerifyTask } from './verify-task.js';

/** What has come since the last pass of `sync`, or had not settled then. */
export function unsettledIn(
  { waiting = [] }: Plan,
  tasks: readonly VerifyTask[],
  { sizes, unplanned: later }: SourceChanges,
): VerifyReport['unsettled'] {
  const tails = tasks
    .filter(({ isFollowed }) => isFollowed)
    .map(({ source, size }) => (sizes.get(source) ?? 0) - size)
    .filter((bytes) => bytes > 0);
  const wholes = waiting.filter(({ source }) => later.includes(source)).map(({ size }) => size);
  const all = [...tails, ...wholes];
  return all.length === 0
    ? undefined
    : { files: all.length, bytes: all.reduce((sum, bytes) => sum + bytes, 0) };
}
