/** Where a part of a JSON text stands: characters `from` (inclusive) to `to` (exclusive). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Member extends Span {
  readonly key: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * The members of the object whose brace stands at `from`, in the order in which they are written, doubled keys twice: what
 * JSON.parse can't tell. The text must be valid JSON already, so only brackets and strings are looked at.
 */
export function objectMembers(text: string, from = 0): Member[] {
  const members: Member[] = [];
  let at = skipSpace(text, from + 1);
  while (text.charCodeAt(at) !== CLOSE_BRACE && at < text.length) {
    const keyEnd = skipString(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const to = skipValue(text, start);
    members.push({ key, from: start, to });
    at = skipSeparator(text, to);
  }
  return members;
}

/** The elements of the array whose bracket stands at `from`. */
export function arrayElements(text: string, from = 0): Span[] {
  const elements: Span[] = [];
  let at = skipSpace(text, from + 1);
  while (text.charCodeAt(at) !== CLOSE_BRACKET && at < text.length) {
    const to = skipValue(text, at);
    elements.push({ from: at, to });
    at = skipSeparator(text, to);
  }
  return elements;
}

function skipSeparator(text: string, from: number): number {
  const at = skipSpace(text, from);
  return text.charCodeAt(at) === COMMA ? skipSpace(text, at + 1) : at;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d; ) {
    at += 1;
    code = text.charCodeAt(at);
  }
  return at;
}

/** From the opening quote to behind the closing one. */
function skipString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    at += code === BACKSLASH ? 2 : 1;
  }
  return at;
}

/** From the first character of a value to behind its last. */
export function skipValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (code === COMMA || code <= 0x20)) return at;
    at += 1;
  }
  return at;
}
