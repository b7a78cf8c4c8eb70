import type { JobPool } from '../thread-pool.js';
import { absentFile, changed, gone } from './changed-sources.js';
import type { FileVerification } from './verify-file.js';
import type { VerifyTask } from './verify-task.js';

/** `size` is the source's now; absent: it is no longer there. `count` counts also findings that are not listed. */
export async function verifyOne(
  task: VerifyTask,
  size: number | undefined,
  pool: JobPool<VerifyTask, FileVerification>,
): Promise<FileVerification & { readonly count: number }> {
  if (size === undefined) return { file: absentFile(task), findings: [gone(task)], count: 1 };
  const { file, findings } = await pool.run(task);
  if (size === task.size || (task.isFollowed && size > task.size))
    return { file, findings, count: file.findings };
  return { file, findings: [...findings, changed(task, size)], count: file.findings + 1 };
}
