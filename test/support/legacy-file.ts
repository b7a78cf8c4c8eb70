import { CORRELATION_HEADER, correlation } from './rows.js';

/** A file as the SDK writes it: a header with the eight names, rows as given, CRLF. */
export function correlatedFile(names: string, ...rows: readonly string[]): string {
  return plainFile(`${names},${CORRELATION_HEADER}`, ...rows);
}

/** Lines as given, CRLF. */
export function plainFile(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join('');
}

/** `n` rows of one call: its values count up from `from`. */
export function callRows(id: string, n: number, from = 0): string[] {
  return Array.from({ length: n }, (_, i) => `${from + i},${correlation(id)}`);
}

/** One row of each of `n` calls, `other-0`, `other-1`, ... */
export function otherCalls(n: number, from = 0): string[] {
  return Array.from({ length: n }, (_, i) => `0,${correlation(`other-${from + i}`)}`);
}
