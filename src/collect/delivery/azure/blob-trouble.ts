import { codeOf, statusOf } from '../../../storage/azure/request-failure.js';

/** The blob's content is not of blocks, as collectors write it: a commit would delete it. */
export class ForeignContent extends Error {}

/** Our commit was answered, and yet our blocks aren't in the content: somebody writes without the lease. */
export class VanishedBlocks extends Error {}

/** Others were there in between: the blob, its lease or its blocks are not what they were. To be begun anew. */
export function isOvertaken(error: unknown): boolean {
  const [status, code = ''] = [statusOf(error), codeOf(error)];
  if (error instanceof VanishedBlocks || status === 412 || isAbsent(error)) return true;
  return code === 'InvalidBlockList' || (status === 409 && /^(?:Lease|BlobAlreadyExists$)/.test(code));
}

/** The blob is not there; its container is, as far as one knows. */
export function isAbsent(error: unknown): boolean {
  return statusOf(error) === 404 && !/^(?:Container|Filesystem)/.test(codeOf(error) ?? '');
}

/** Another writer has the lease, or somebody is breaking it. */
export function isLeased(error: unknown): boolean {
  return /^Lease(?:AlreadyPresent|IsBreakingAndCannotBeAcquired)$/.test(codeOf(error) ?? '');
}
