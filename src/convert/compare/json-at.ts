import { encodeText } from '../../csv/byte-string.js';

const QUOTE = '"';
const BACKSLASH = 0x5c;

/** A line can't be read, for the reason that the message ends with. */
export class Unreadable extends Error {}

/** A JSON string, quotes included → its text; both byte strings. */
export function readString(json: string): string {
  if (!json.includes('\\')) return json.slice(1, -1);
  try {
    // Escapes are ASCII, so a byte string of JSON is JSON; only what they stand for is not bytes yet.
    const text = JSON.parse(Buffer.from(json, 'latin1').toString('utf8')) as string;
    return encodeText(text);
  } catch (cause) {
    throw new Unreadable('it is not valid JSON', { cause });
  }
}

/** From the opening quote to behind the closing one: searched, not stepped through, since most of it is long. */
export function endOfString(text: string, from: number): number {
  for (let quote = text.indexOf(QUOTE, from + 1); quote >= 0; quote = text.indexOf(QUOTE, quote + 1)) {
    let before = quote - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
  throw new Unreadable('it breaks off before its end');
}

export function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}
