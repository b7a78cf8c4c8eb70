import { isTimestamp } from '../legacy/timestamp.js';
import { countLossy, encodeRow } from './encode-row.js';
import type { DataRow } from './legacy-lines.js';
import type { RejectReason } from './reject.js';
import type { SourceMapping } from './source-mapping.js';

/** A row object's text without its closing brace, and how many infinities became null in it. */
export interface EncodedRow {
  readonly json: string;
  readonly lossy: number;
}

/** What one line becomes: one row, many where it is exploded, or a reject. */
export type EncodedLine =
  | { readonly rows: readonly EncodedRow[] }
  /** `count`: how many rows it would have been. */
  | { readonly reason: RejectReason; readonly count: number };

export function encodeLine(line: DataRow, mapping: SourceMapping): EncodedLine {
  const { row, width, correlation } = line;
  const exploded =
    correlation === undefined || correlation.id === '' ? explodedWidth(width, mapping) : undefined;
  const step = exploded ?? width;
  const count = exploded === undefined ? 1 : width / exploded;
  const encoder = mapping.shape(line.header, step, correlation !== undefined);
  if (row.defect !== undefined) return { reason: row.defect, count };
  if (encoder === undefined) return { reason: 'width', count };
  if (correlation !== undefined && !isTimestamp(correlation.timestamp)) return { reason: 'timestamp', count };
  const rows: EncodedRow[] = [];
  for (let i = 0; i < count; i += 1) {
    const json = encodeRow(encoder, row.fields, i * step);
    if (json === undefined) return { reason: 'type', count };
    rows.push({ json, lossy: countLossy(encoder, row.fields, i * step) });
  }
  return { rows };
}

/** The columns of each row that this line is cut into; absent: it stays one row. */
function explodedWidth(width: number, { explode }: SourceMapping): number | undefined {
  return explode !== undefined && width > 0 && width % explode === 0 ? explode : undefined;
}
