import { type ParsedRow, parseRows } from '../../src/csv/parse-rows.js';
import { RowSplitter } from '../../src/csv/split-rows.js';

/** Everything the reference reader says about these bytes, given in chunks of so many bytes each. */
export async function readRows(
  bytes: Uint8Array | string,
  chunkBytes: number = Number.POSITIVE_INFINITY,
  splitter: RowSplitter = new RowSplitter(),
): Promise<ParsedRow[]> {
  const content = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
  const rows: ParsedRow[] = [];
  for await (const some of parseRows(chunksOf(content, chunkBytes), splitter)) rows.push(...some);
  return rows;
}

/** One buffer is used for every chunk, as a storage may: what a reader keeps, it must copy. */
async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, void> {
  const shared = new Uint8Array(Math.min(size, bytes.length));
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    shared.set(part);
    yield shared.subarray(0, part.length);
    shared.fill(0);
  }
}

/** Fields as csv-parse gives them for the same line: a line of no bytes is one empty field. */
export function fieldsOf(rows: readonly ParsedRow[]): string[][] {
  return rows.map(({ text, fields, defect }) =>
    text.length === 0 && defect === undefined ? [''] : [...fields],
  );
}
