import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { encodeText, sliceBytes, toBuffer } from '../csv/byte-string.js';
import { KEPT_HEAD_BYTES, keptBytes, type RawRow, type RowDefect } from '../csv/split-rows.js';

/**
 * Why a row is in no event. `with-row N` names the rejected row (0-based ordinal) that took it along; `partly-live`: live events have
 * some of its call's rows, and not all.
 */
export type RejectReason = RowDefect | 'width' | 'timestamp' | 'type' | 'partly-live' | `with-row ${number}`;

/** One line of a rejects file, newline included, as a byte string. */
export function formatReject(source: string, row: RawRow, reason: RejectReason): string {
  return (
    `{"source":${encodeText(JSON.stringify(source))},"offset":${row.offset},"length":${row.length},` +
    `"reason":"${reason}",${rawFields(row)}}\n`
  );
}

/** The row itself, whole up to 64 KiB; of a longer one the head, and a checksum of all of it. */
function rawFields(row: RawRow): string {
  const bytes = keptBytes(row);
  const long = bytes.length > KEPT_HEAD_BYTES || row.sha256 !== undefined;
  const head = sliceBytes(bytes, 0, KEPT_HEAD_BYTES);
  const headBuffer = toBuffer(head);
  const raw = isUtf8(headBuffer)
    ? `"raw":${JSON.stringify(head)}`
    : `"rawBase64":"${headBuffer.toString('base64')}"`;
  if (!long) return raw;
  const sha256 = row.sha256 ?? createHash('sha256').update(toBuffer(bytes)).digest('hex');
  return `${raw},"sha256":"${sha256}"`;
}
