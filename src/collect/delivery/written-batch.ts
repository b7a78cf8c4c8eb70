import * as fs from 'node:fs';

const LF = 10;
const QUOTE = 34;
const WINDOW_BYTES = 4 * 1024 * 1024;

/**
 * How much of a batch a file has already: its writing was begun by a process that was killed before it could say more.
 *
 * @param from where in the file the batch stands, or later, if others wrote just then.
 * @returns the batch's byte from which on it is to be appended: 0 for one of which nothing is there, its length for one that is whole.
 *   A part that a kill has cut short at the file's end is gone on with; where others have written behind such a part, their first row is
 *   spoilt, and what is gone on with is its first row that is not whole.
 */
export function writtenLength(file: number, from: number, batch: Uint8Array): number {
  const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
  const { size } = fs.fstatSync(file);
  if (size <= from || bytes.length === 0) return 0;
  if (find(file, from, size, bytes) !== undefined) return bytes.length;
  const tail = readAt(file, Math.max(from, size - bytes.length + 1), size);
  const atEnd = overlap(tail, bytes);
  if (atEnd > 0) return atEnd;
  const firstRow = bytes.subarray(0, bytes.indexOf(LF) + 1);
  const at = firstRow.length === 0 ? undefined : find(file, from, size, firstRow);
  if (at === undefined) return 0;
  return wholeRows(bytes, sharedLength(readAt(file, at, Math.min(size, at + bytes.length)), bytes));
}

/** Where the bytes stand first. Memory is twice theirs, or that of a few windows. */
function find(file: number, from: number, size: number, bytes: Buffer): number | undefined {
  const window = bytes.length + Math.max(WINDOW_BYTES, bytes.length);
  for (let at = from; at + bytes.length <= size; at += window - bytes.length + 1) {
    const found = readAt(file, at, Math.min(size, at + window)).indexOf(bytes);
    if (found >= 0) return at + found;
  }
  return undefined;
}

/** The most bytes of the batch's beginning with which the file ends. */
function overlap(tail: Buffer, bytes: Buffer): number {
  const first = bytes.subarray(0, 1);
  for (let at = tail.indexOf(first); at >= 0; at = tail.indexOf(first, at + 1)) {
    const length = tail.length - at;
    if (tail.compare(bytes, 0, length, at) === 0) return length;
  }
  return 0;
}

function sharedLength(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length += 1;
  return length;
}

/** Of the first bytes of some rows, those of whole rows: a line's end within quotes is none. */
function wholeRows(bytes: Buffer, length: number): number {
  let isQuoted = false;
  let end = 0;
  for (let at = 0; at < length; at += 1) {
    if (bytes[at] === QUOTE) isQuoted = !isQuoted;
    else if (bytes[at] === LF && !isQuoted) end = at + 1;
  }
  return end;
}

function readAt(file: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from);
  let length = 0;
  while (length < bytes.length) {
    const read = fs.readSync(file, bytes, length, bytes.length - length, from + length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}
