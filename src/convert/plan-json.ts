import { constants } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { jsonPart } from './json-text.js';
import { PackedList } from './packed-list.js';
import type { Plan } from './plan-file.js';
import { linesOf } from './stored-text.js';

const FILES = '  "files": [';
const MAX_TEXT = constants.MAX_STRING_LENGTH;

/**
 * A plan as JSON for people who read and edit it, in pieces: each file's entry is one line, whatever its length, so that a
 * million of them are written and read one by one.
 */
export function* planJson(plan: Plan): Generator<string, void, void> {
  let separator = '{\n';
  for (const [key, value] of Object.entries(plan)) {
    if (value === undefined) continue;
    yield separator;
    separator = ',\n';
    if (key === 'files') yield* fileLines(plan.files);
    else {
      yield '  ';
      yield* jsonPart(value, 1, `${JSON.stringify(key)}: `);
    }
  }
  yield '\n}\n';
}

function* fileLines(files: Plan['files']): Generator<string, void, void> {
  yield FILES;
  let separator = '\n';
  for (const file of files) {
    yield `${separator}    ${JSON.stringify(file)}`;
    separator = ',\n';
  }
  yield files.length === 0 ? ']' : '\n  ]';
}

/**
 * The value that a plan's JSON says, its `files` as a packed list. A text of another layout, as an editor may leave it, is
 * `open`ed once more and parsed whole.
 *
 * @throws SyntaxError if it is no JSON; RangeError if it has another layout and is longer than a text can be.
 */
export async function parsePlanJson(open: () => AsyncIterable<Uint8Array>): Promise<unknown> {
  return (await parseByLines(open())) ?? JSON.parse(await readText(open()));
}

async function parseByLines(chunks: AsyncIterable<Uint8Array>): Promise<unknown> {
  const files = new PackedList<unknown>();
  const others: string[] = [];
  // Stands for the files, and nothing else in the text says the same.
  const token = randomUUID();
  let part: 'before' | 'files' | 'behind' = 'before';
  let isLast = false;
  for await (const { text: line } of linesOf(chunks)) {
    if (part === 'files' && (line === '  ]' || line === '  ],')) {
      if (!isLast) return undefined;
      part = 'behind';
      others.push(`"files": "${token}"${line.slice(3)}`);
    } else if (part === 'files') {
      if (isLast) return undefined;
      isLast = !line.endsWith(',');
      const file = parsed(isLast ? line : line.slice(0, -1));
      if (file === undefined) return undefined;
      files.push(file);
    } else if (part === 'before' && line === FILES) part = 'files';
    else others.push(line);
  }
  const plan = part === 'behind' ? parsed(others.join('\n')) : undefined;
  if (plan?.['files'] !== token) return undefined;
  return { ...plan, files };
}

/** Absent: it is no JSON of an object. */
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function readText(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  const bytes = Buffer.concat(all);
  if (bytes.length > MAX_TEXT) throw new RangeError(`${bytes.length} bytes are more than a text can have`);
  return bytes.toString('utf8');
}
