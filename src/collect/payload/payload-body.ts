import { isAscii, isUtf8 } from 'node:buffer';
import { encodeText, toByteString } from '../../csv/byte-string.js';
import { type BodyBytes, rawBytes } from './body-copy.js';
import type { BodyRedactor } from './body-redactor.js';
import { type MediaType, mediaType } from './media-type.js';

/** So much JSON of a body stands in its event's line: with all else that the event has, 4 MiB at most. */
export const MAX_INLINE_BYTES = 4_000_000;

/** A body, as much of it as was kept. */
export interface RecordedBody {
  readonly bytes: BodyBytes;
  /** These are all its bytes. */
  readonly isWhole: boolean;
  readonly contentType: string | undefined;
  /** Anything but `identity`: the bytes are compressed. */
  readonly contentEncoding: string | undefined;
}

/** How a body stands in its event. `type` is a media type; `json` a byte string. */
export type PayloadData =
  | { readonly kind: 'inline'; readonly type: string; readonly json: string; readonly size: number }
  /** A raw file that `dataref` points to; `.json` or `.txt`. */
  | { readonly kind: 'dataref'; readonly type: string; readonly bytes: Uint8Array; readonly ending: string }
  /** A raw file whose address is the data. */
  | { readonly kind: 'blob'; readonly type: string; readonly bytes: Uint8Array }
  /** There are bytes, and they may not be kept. */
  | { readonly kind: 'withheld'; readonly type: string };

/** What can be read stands in the event: JSON as JSON, text as text. The rest are raw files. */
export function payloadData(body: RecordedBody, redactor: BodyRedactor | undefined): PayloadData {
  const type = mediaType(body.contentType);
  if (body.bytes.length === 0) {
    return { kind: 'inline', type: type?.name ?? 'text/plain', json: '""', size: 0 };
  }
  if (redactor !== undefined) return redacted(body, type, redactor);
  if (!isReadable(body, type)) {
    return { kind: 'blob', type: type?.name ?? 'application/octet-stream', bytes: rawBytes(body.bytes) };
  }
  if (type?.isJson !== true) return textData(body, type?.name ?? 'text/plain');
  return jsonData(body, type.name) ?? textData(body, 'text/plain');
}

/** A beginning of JSON is none. */
function jsonData({ bytes, isWhole }: RecordedBody, type: string): PayloadData | undefined {
  if (!isWhole) return undefined;
  if (bytes.length > MAX_INLINE_BYTES) {
    return { kind: 'dataref', type, bytes: rawBytes(bytes), ending: '.json' };
  }
  const json = oneLine(typeof bytes === 'string' ? bytes : toByteString(bytes));
  return json === undefined ? undefined : { kind: 'inline', type, json, size: bytes.length };
}

/** As it stands, every digit of it: in JSON a line's end is nothing but space between tokens, and of one byte as that. */
function oneLine(json: string): string | undefined {
  try {
    // A byte string is valid JSON exactly where its text is.
    JSON.parse(json);
  } catch {
    return undefined;
  }
  return /[\r\n]/.test(json) ? json.replace(/[\r\n]/g, ' ') : json;
}

function textData({ bytes, isWhole }: RecordedBody, type: string): PayloadData {
  const whole = isWhole ? bytes : wholeCharacters(bytes);
  // Only what surely is too long is not looked at: escapes make it longer.
  const json = whole.length > MAX_INLINE_BYTES ? undefined : textJson(whole);
  if (json === undefined || json.length > MAX_INLINE_BYTES) {
    return { kind: 'dataref', type, bytes: rawBytes(whole), ending: '.txt' };
  }
  return { kind: 'inline', type, json, size: whole.length };
}

function textJson(bytes: BodyBytes): string {
  if (typeof bytes === 'string') return JSON.stringify(bytes);
  if (isAscii(bytes)) return JSON.stringify(toByteString(bytes));
  return encodeText(JSON.stringify(Buffer.from(bytes).toString('utf8')));
}

/** Redaction reads all of it, or nothing is kept. */
function redacted(
  { bytes, isWhole, contentEncoding }: RecordedBody,
  type: MediaType | undefined,
  redactor: BodyRedactor,
): PayloadData {
  const isKnown = isWhole && !isCompressed(contentEncoding);
  const json = isKnown ? redactedJson(rawBytes(bytes), redactor) : undefined;
  if (json === undefined) return { kind: 'withheld', type: type?.name ?? 'text/plain' };
  const own = type?.isJson === true ? type.name : 'application/json';
  const text = encodeText(json);
  return text.length > MAX_INLINE_BYTES
    ? { kind: 'dataref', type: own, bytes: Buffer.from(text, 'latin1'), ending: '.json' }
    : { kind: 'inline', type: own, json: text, size: text.length };
}

function redactedJson(bytes: Uint8Array, redactor: BodyRedactor): string | undefined {
  return isUtf8(bytes) ? redactor.redact(bytes) : undefined;
}

function isReadable({ bytes, isWhole, contentEncoding }: RecordedBody, type: MediaType | undefined): boolean {
  if (isCompressed(contentEncoding)) return false;
  if (type?.isText === false) return false;
  if (typeof bytes === 'string') return type !== undefined || !bytes.includes('\0');
  if (isAscii(bytes)) return type !== undefined || !bytes.includes(0);
  if (!/^(?:utf-?8|us-ascii)$/.test(type?.charset ?? 'utf-8')) return false;
  return isUtf8(rawBytes(isWhole ? bytes : wholeCharacters(bytes)));
}

function isCompressed(encoding: string | undefined): boolean {
  return encoding !== undefined && !/^\s*(?:identity\s*)?$/i.test(encoding);
}

/** Without the character that the end cuts in two. */
function wholeCharacters(bytes: BodyBytes): BodyBytes {
  if (typeof bytes === 'string') return bytes;
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
