import { parse } from 'csv-parse/sync';
import { type ByteString, toBuffer } from './byte-string.js';
import { type RawRow, RowSplitter } from './split-rows.js';

/** So many rows are in fields at once: few enough that they die young, in the memory where that costs nothing. */
const BATCH_ROWS = 256;

/** A row and its fields. `fields` is empty for a line of no bytes, and for rows that were not kept whole. */
export interface ParsedRow extends RawRow {
  readonly fields: readonly ByteString[];
}

/**
 * The reference reader: chunks of a file → its rows with their fields and byte offsets. Where rows end is ours
 * (`split-rows.ts`: csv-parse can't bound a row that never ends); what the fields of a row are is csv-parse's word.
 * Yields at least one row at a time; chunks may be of any size.
 */
export async function* parseRows(
  chunks: AsyncIterable<Uint8Array>,
  splitter: RowSplitter = new RowSplitter(),
): AsyncGenerator<ParsedRow[], void, void> {
  for await (const chunk of chunks) {
    const rows = splitter.push(chunk);
    for (let i = 0; i < rows.length; i += BATCH_ROWS) yield parseFields(rows.slice(i, i + BATCH_ROWS));
  }
  const last = splitter.end();
  if (last.length > 0) yield parseFields(last);
}

/**
 * Fields of rows whose ends are known. In a row without any quote every comma separates, by the grammar itself, and nothing
 * else does anything: it is split there. The others go through csv-parse, clean ones together, spoilt ones alone.
 */
export function parseFields(rows: readonly RawRow[]): ParsedRow[] {
  const clean = rows.filter((row) => isQuoted(row) && isKept(row) && row.defect !== 'text-after-quote');
  const parsed = clean.length === 0 ? [] : csvParse(clean.map((row) => row.text).join('\r\n') as ByteString);
  let next = 0;
  return rows.map((row) => {
    if (!isKept(row)) return { ...row, fields: [] };
    if (!isQuoted(row)) return { ...row, fields: row.text.split(',') as ByteString[] };
    if (row.defect === 'text-after-quote') return { ...row, fields: csvParse(row.text)[0] ?? [] };
    const fields = parsed[next];
    next += 1;
    return { ...row, fields: fields ?? [] };
  });
}

function isQuoted({ text }: RawRow): boolean {
  return text.includes('"');
}

function isKept(row: RawRow): boolean {
  return row.text.length > 0 && row.sha256 === undefined && row.defect !== 'unterminated-quote';
}

/**
 * Rows are joined by CRLF, so a CR at the end of a row's last field stays data. Relaxed quotes: a quote inside an unquoted
 * field is data, and a spoilt row still gives the fields at its end.
 */
function csvParse(text: ByteString): ByteString[][] {
  return parse(toBuffer(text), {
    encoding: 'latin1',
    record_delimiter: '\r\n',
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
  }) as unknown as ByteString[][];
}
