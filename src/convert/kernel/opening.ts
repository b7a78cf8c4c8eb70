import type { ByteString } from '../../csv/byte-string.js';
import { parseFields } from '../../csv/parse-rows.js';
import { type RawRow, RowSplitter } from '../../csv/split-rows.js';
import { isDataLike } from '../../mapping/header.js';
import { type DataRow, LegacyLines } from '../../mapping/legacy-lines.js';

/** A file up to its first data row, read by the reference: verdicts on first lines live in one place. */
export interface Opening {
  /** Of the lines before the first data row. */
  readonly lines: number;
  readonly blanks: number;
  readonly headers: number;
  /** The user's names, if the first line has any. */
  readonly names?: readonly ByteString[];
  /** All fields of the header, if a later line like it would be a header too. */
  readonly repeatable?: readonly ByteString[];
  readonly judged?: 'header' | 'data' | 'numbered';
  readonly bom: boolean;
  readonly first: DataRow;
  /** What was read already, from the first data row on. Valid until the reader is asked for more. */
  readonly rest: Uint8Array;
}

const FIRST_SLICE = 2048;
/** A file that opens with more bytes than this before its first data row ends is not for the kernel. */
const MAX_OPENING_BYTES = 4 * 1024 * 1024;

/** Absent: the file has no data row, or its opening is irregular. */
export async function readOpening(
  reader: AsyncIterator<Uint8Array>,
  verdict: 'present' | 'absent' | 'auto',
): Promise<Opening | undefined> {
  const splitter = new RowSplitter();
  const lines = new OpeningLines(verdict);
  let head: Uint8Array = new Uint8Array(0);
  let pushed = 0;
  while (head.length < MAX_OPENING_BYTES) {
    // The chunk in hand is gone once the next is asked for.
    const before = Buffer.from(head);
    const { value: chunk, done } = await reader.next();
    if (done === true) return undefined;
    head = before.length === 0 ? chunk : Buffer.concat([before, chunk]);
    for (let slice = FIRST_SLICE; pushed < head.length; slice *= 2) {
      const rows = splitter.push(head.subarray(pushed, pushed + slice));
      pushed = Math.min(pushed + slice, head.length);
      for (const row of rows) {
        const first = lines.take(row);
        if (first === 'irregular') return undefined;
        if (first !== undefined) {
          return { ...lines.counts(), bom: splitter.bom, first, rest: head.subarray(row.offset) };
        }
      }
    }
  }
  return undefined;
}

/** The lines before the first data row. */
class OpeningLines {
  readonly #lines: LegacyLines;
  readonly #counts = { lines: 0, blanks: 0, headers: 0 };
  #names: readonly ByteString[] | undefined;
  #header: readonly ByteString[] | undefined;

  constructor(verdict: 'present' | 'absent' | 'auto') {
    this.#lines = new LegacyLines(verdict);
  }

  /** The first data row; `undefined` if the row is none. */
  take(raw: RawRow): DataRow | 'irregular' | undefined {
    const [row] = parseFields([raw]);
    if (row === undefined || row.defect !== undefined) return 'irregular';
    const line = this.#lines.read(row);
    if (line.kind === 'row') return line;
    this.#counts.lines += 1;
    if (line.kind === 'blank') {
      this.#counts.blanks += 1;
      return undefined;
    }
    if (this.#header !== undefined) return 'irregular';
    this.#counts.headers += 1;
    this.#names = line.names;
    this.#header = row.fields;
    return undefined;
  }

  counts(): Omit<Opening, 'bom' | 'first' | 'rest'> {
    const { judged } = this.#lines;
    const header = this.#header;
    return {
      ...this.#counts,
      ...(this.#names === undefined ? {} : { names: this.#names }),
      ...(header === undefined || header.some(isDataLike) ? {} : { repeatable: header }),
      ...(judged === undefined ? {} : { judged }),
    };
  }
}
