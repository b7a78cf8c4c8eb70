const LINE = 100;
const CHUNK = 65_536;

/**
 * A value as JSON for people who read and edit it: what fits on a line stands on one line. In pieces, because a report on
 * many files is longer than a string may be. Takes what `JSON.stringify` takes; ends with a newline.
 */
export function* jsonText(value: unknown): Generator<string, void, void> {
  yield* jsonPart(value, 0, '');
  yield '\n';
}

/** Many small pieces as few large ones: each write may be a system call. */
export function* inChunks(pieces: Iterable<string>): Generator<string, void, void> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** A value `depth` levels inside a text; its first line begins with `before`, and its last one is not ended. */
export function* jsonPart(value: unknown, depth: number, before: string): Generator<string, void, void> {
  const indent = '  '.repeat(depth);
  if (typeof value !== 'object' || value === null) {
    yield `${before}${JSON.stringify(value) ?? 'null'}`;
    return;
  }
  // The top level is always spread, and never tried whole: it is the part without a bound.
  const flat = depth === 0 ? undefined : flatText(value);
  if (flat !== undefined && indent.length + before.length + flat.length < LINE) {
    yield before + flat;
    return;
  }
  const isList = Array.isArray(value);
  const entries = isList
    ? value.map((item) => ['', item] as const)
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [`${JSON.stringify(key)}: `, item] as const);
  if (entries.length === 0) {
    yield `${before}${isList ? '[]' : '{}'}`;
    return;
  }
  yield `${before}${isList ? '[' : '{'}\n`;
  let isFirst = true;
  for (const [key, item] of entries) {
    yield `${isFirst ? '' : ',\n'}${indent}  `;
    isFirst = false;
    yield* jsonPart(item, depth + 1, key);
  }
  yield `\n${indent}${isList ? ']' : '}'}`;
}

/** The value on one line with a space behind `:` and `,`; undefined if it surely doesn't fit on one. */
function flatText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const isList = Array.isArray(value);
  const parts: string[] = [];
  let length = 2;
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined && !isList) continue;
    const text = flatText(item);
    if (text === undefined) return undefined;
    parts.push(isList ? text : `${JSON.stringify(key)}: ${text}`);
    length += text.length + 2;
    if (length > LINE) return undefined;
  }
  if (parts.length === 0) return isList ? '[]' : '{}';
  return isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
}
