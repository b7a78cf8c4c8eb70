import type { Storage } from '../../storage/storage.js';

/** The bytes from `start` to `end` (exclusive), in memory of our own; fewer if the object is shorter. */
export async function readRange(
  storage: Storage,
  name: string,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(end - start);
  let filled = 0;
  for await (const chunk of storage.read(name, { start, end }, signal)) {
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return bytes.subarray(0, filled);
}
