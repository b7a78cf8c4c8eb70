import type { Kernel } from './kernel.js';
import type { Opening } from './opening.js';

/**
 * Tells the kernel what every row of the file must be like. False if the kernel has no room for that: then the file is not
 * for it.
 */
export function describeRows(kernel: Kernel, { first, repeatable = [] }: Opening): boolean {
  const { call, bytes } = kernel;
  if (first.width > call.MAX_COLUMNS.value) return false;
  const total = repeatable.reduce((sum, field) => sum + 4 + field.length, 0);
  if (total > call.HEADER_BYTES.value) return false;
  let at = call.HEADER.value;
  for (const field of repeatable) {
    bytes.writeUInt32LE(field.length, at);
    at += 4 + bytes.write(field, at + 4, 'latin1');
  }
  call.beginFile(first.width, first.correlation !== undefined, repeatable.length);
  return true;
}

export interface Feeding {
  /** Runs the kernel as far as it gets. */
  readonly step: () => number;
  /** Takes what the kernel has ready. */
  readonly drain: () => void | Promise<void>;
  /** After each chunk, with its length. */
  readonly onChunk: (bytes: number) => void | Promise<void>;
}

/** Puts the rest of the file through the kernel. False if a row was irregular. */
export async function feed(
  kernel: Kernel,
  opening: Opening,
  reader: AsyncIterator<Uint8Array>,
  { step, drain, onChunk }: Feeding,
): Promise<boolean> {
  const { call, bytes } = kernel;
  const { NEEDS_INPUT, NEEDS_DRAIN, DONE } = call;
  const end = call.INPUT.value + call.INPUT_BYTES.value;
  const run = async (): Promise<number> => {
    for (;;) {
      const status = step();
      if (status !== NEEDS_DRAIN.value) return status;
      await drain();
    }
  };
  let chunk: Uint8Array | undefined = opening.rest;
  while (chunk !== undefined) {
    for (let at = 0; at < chunk.length; ) {
      const room = call.makeRoom();
      const part = chunk.subarray(at, at + end - room);
      bytes.set(part, room);
      call.acceptInput(part.length, false);
      at += part.length;
      if ((await run()) !== NEEDS_INPUT.value) return false;
    }
    await onChunk(chunk.length);
    const next: IteratorResult<Uint8Array, unknown> = await reader.next();
    chunk = next.done === true ? undefined : next.value;
  }
  call.makeRoom();
  call.acceptInput(0, true);
  if ((await run()) !== DONE.value) return false;
  await drain();
  return true;
}
