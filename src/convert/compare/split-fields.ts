import type { ByteString } from '../../csv/byte-string.js';

/**
 * Fields of a row that has no defect, by mapping.md's grammar: as csv-parse gives them, for one row at a time. A quote inside an
 * unquoted field is data.
 */
export function splitFields(text: ByteString): ByteString[] {
  if (!text.includes('"')) return text.split(',') as ByteString[];
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const isQuoted = text[at] === '"';
    const end = isQuoted ? quotedEnd(text, at) : endOrLength(text.indexOf(',', at), text);
    fields.push(isQuoted ? unquoted(text, at, end) : text.slice(at, end));
    if (end >= text.length) return fields as ByteString[];
    at = end + 1;
  }
}

/** A field between `from`, its opening quote, and `to`, behind the closing one. */
export function unquoted(text: string, from: number, to: number): string {
  return text.slice(from + 1, to - 1).replaceAll('""', '"');
}

/** Behind the closing quote. */
export function quotedEnd(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    if (text[quote + 1] !== '"') return quote + 1;
    at = quote + 2;
  }
}

function endOrLength(at: number, text: string): number {
  return at < 0 ? text.length : at;
}
