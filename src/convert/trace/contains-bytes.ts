import { throwIfAborted } from '../../errors.js';
import type { Storage } from '../../storage/storage.js';

/** Whether an object holds these bytes anywhere; it is read no further than the first place. Memory: one chunk. */
export async function containsBytes(
  storage: Storage,
  name: string,
  needle: Buffer,
  signal?: AbortSignal,
): Promise<boolean> {
  const keep = needle.length - 1;
  // The end of what was read is looked through again with the beginning of the next chunk.
  let tail = Buffer.alloc(0);
  for await (const bytes of storage.read(name, {}, signal)) {
    throwIfAborted(signal);
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (chunk.includes(needle) || Buffer.concat([tail, chunk.subarray(0, keep)]).includes(needle))
      return true;
    const end = chunk.length < keep ? Buffer.concat([tail, chunk]) : chunk;
    tail = Buffer.from(end.subarray(Math.max(0, end.length - keep)));
  }
  return false;
}
