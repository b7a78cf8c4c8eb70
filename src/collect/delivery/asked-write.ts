import * as fs from 'node:fs';

/** A write that the operating system was asked for, and has not answered yet. */
export interface AskedWrite {
  readonly id: string;
  readonly path: string;
  /** Of the file, shortly before: what is written stands behind it. */
  readonly size: number;
  readonly bytes: Uint8Array;
  /** What is written starts here. */
  readonly at: number;
}

/** A disk needs no longer, unless it hangs. */
const PATIENCE_MS = 1000;
const SLEEPER = new Int32Array(new SharedArrayBuffer(4));

/** Waits, with all of this thread, until the bytes are in the file: the answer itself would come after the process's end. */
export function isAppended(asked: AskedWrite): boolean {
  const file = fs.openSync(asked.path, 'r');
  try {
    const end = performance.now() + PATIENCE_MS;
    while (!holds(file, asked)) {
      if (performance.now() > end) return false;
      Atomics.wait(SLEEPER, 0, 0, 1);
    }
    return true;
  } finally {
    fs.closeSync(file);
  }
}

/** Other processes may have written before them, or behind. */
function holds(file: number, { size, bytes, at }: AskedWrite): boolean {
  const appended = fs.fstatSync(file).size - size;
  if (appended < bytes.length - at) return false;
  const found = Buffer.allocUnsafe(appended);
  const length = fs.readSync(file, found, 0, appended, size);
  return found
    .subarray(0, length)
    .includes(Buffer.from(bytes.buffer, bytes.byteOffset + at, bytes.length - at));
}
