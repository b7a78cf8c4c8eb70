import type { Storage } from '../storage/storage.js';
import { inChunks } from './json-text.js';

const NEWLINE = 0x0a;

/** A text under a name in a storage, which may be longer than a string can be. */
export interface StoredText {
  readonly storage: Storage;
  readonly name: string;
}

/** The bytes of what is there now. Absent: none. */
export async function* readStored({ storage, name }: StoredText): AsyncGenerator<Uint8Array, void, void> {
  const found = await storage.stat(name);
  if (found !== undefined && found.size > 0) yield* storage.read(name, { end: found.size });
}

export interface StoredLine {
  /** Without its newline. */
  readonly text: string;
  /** A newline ended it. */
  readonly isWhole: boolean;
  /** In bytes: where the next one begins. */
  readonly end: number;
}

export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StoredLine, void, void> {
  let rest: Buffer = Buffer.alloc(0);
  let before = 0;
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      yield { text: bytes.toString('utf8', start, end), isWhole: true, end: before + end + 1 };
      start = end + 1;
    }
    rest = bytes.subarray(start);
    before += start;
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), isWhole: false, end: before + rest.length };
}

/** Replaces it in one step, unless it is the same already: no file's time changes then. `pieces` gives the text from its beginning. */
export async function writeIfChanged(text: StoredText, pieces: () => Iterable<string>): Promise<void> {
  if (await isSame(text, inChunks(pieces()))) return;
  const staged = await text.storage.stage(text.name);
  try {
    for (const chunk of inChunks(pieces())) await staged.append(Buffer.from(chunk, 'utf8'));
    await staged.publish();
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

async function isSame(text: StoredText, chunks: Iterator<string, void>): Promise<boolean> {
  if ((await text.storage.stat(text.name)) === undefined) return false;
  let expected: Buffer = Buffer.alloc(0);
  for await (const bytes of readStored(text)) {
    for (let at = 0; at < bytes.length; ) {
      if (expected.length === 0) expected = Buffer.from(chunks.next().value ?? '', 'utf8');
      const length = Math.min(expected.length, bytes.length - at);
      if (length === 0 || expected.compare(bytes, at, at + length, 0, length) !== 0) return false;
      expected = expected.subarray(length);
      at += length;
    }
  }
  return expected.length === 0 && chunks.next().done === true;
}
