/** Of a batch for a folder, and of a piece of a file. */
export const READ_BYTES: number = 256 * 1024;
const MOST = 16;

/**
 * Memory in which spools read, used again. Made anew for each batch it lies outside of V8's heap, which then collects all of its
 * garbage once a second: every request of that moment waited 10 ms.
 */
const free: Buffer[] = [];

export function takeBuffer(size: number): Buffer {
  if (size > READ_BYTES) return Buffer.allocUnsafeSlow(size);
  return (free.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES)).subarray(0, size);
}

/** Nobody has need of what is in it any more. */
export function giveBuffer({ buffer }: Buffer): void {
  if (buffer.byteLength === READ_BYTES && free.length < MOST) free.push(Buffer.from(buffer));
}
