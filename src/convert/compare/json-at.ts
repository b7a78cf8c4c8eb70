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

const SHORT_ESCAPES = new Int8Array(128).fill(-1);
for (const [letter, stands] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t']) {
  SHORT_ESCAPES[letter?.charCodeAt(0) ?? 0] = stands?.charCodeAt(0) ?? -1;
}

/** What the letter behind a backslash stands for; -1 if that is no single byte. */
export function shortEscape(letter: number): number {
  return SHORT_ESCAPES[letter] ?? -1;
}

/** `\uD83D\uDE00`: as many as follow each other, since two may be one character. */
const LONG_ESCAPES = /(?:\\u[0-9a-fA-F]{4})+/y;

/** What stands at `from` as bytes, and where it ends. @throws Unreadable for what is no escape. */
export function longEscapes(text: string, from: number): { readonly value: string; readonly end: number } {
  LONG_ESCAPES.lastIndex = from;
  const [found] = LONG_ESCAPES.exec(text) ?? [];
  if (found === undefined) throw new Unreadable('it is not valid JSON');
  return { value: readString(`"${found}"`), end: from + found.length };
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
