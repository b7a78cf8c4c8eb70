import { isAscii, isUtf8 } from 'node:buffer';
import type { Storage } from '../../storage/storage.js';

/** A longer line is no event that anything can read. */
const MAX_LINE_BYTES = 256 * 2 ** 20;

/** Whole lines of an object, as one byte string. */
export interface LineBlock {
  readonly text: string;
  /** Of the first byte. */
  readonly offset: number;
  readonly isUtf8: boolean;
}

/**
 * An object's lines in blocks; the last line may lack its newline. Memory: one chunk, and one line of at most 256 MiB; a longer one is
 * given as what was read of it, without its end.
 */
export async function* lineBlocks(
  storage: Storage,
  name: string,
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<LineBlock, void, void> {
  let carry: Buffer[] = [];
  let carried = 0;
  let offset = 0;
  let isSkipping = false;
  const block = (last: Buffer): LineBlock => {
    const bytes = carried === 0 ? last : Buffer.concat([...carry, last]);
    carry = [];
    carried = 0;
    const made = { text: bytes.toString('latin1'), offset, isUtf8: isAscii(bytes) || isUtf8(bytes) };
    offset += bytes.length;
    return made;
  };
  for await (const bytes of storage.read(name, { end: size }, signal)) {
    let chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (isSkipping) {
      const end = chunk.indexOf(0x0a) + 1;
      offset += end === 0 ? chunk.length : end;
      if (end === 0) continue;
      isSkipping = false;
      chunk = chunk.subarray(end);
    }
    const end = chunk.lastIndexOf(0x0a) + 1;
    if (end > 0) yield block(chunk.subarray(0, end));
    if (end === chunk.length) continue;
    carry.push(Buffer.from(chunk.subarray(end)));
    carried += chunk.length - end;
    if (carried <= MAX_LINE_BYTES) continue;
    yield block(Buffer.alloc(0));
    isSkipping = true;
  }
  if (carried > 0) yield block(Buffer.alloc(0));
}
