import { encodeText } from '../../csv/byte-string.js';
import { formatDatarefPath, parseEventPath } from '../../event/event-path.js';
import { readWhole, type Storage } from '../../storage/storage.js';
import { lineBlocks } from '../compare/line-blocks.js';
import { arrayElements, objectMembers } from '../verify/json-spans.js';
import type { LiveFile } from './live-file.js';

/** One event of live collection. */
export interface LiveEvent {
  readonly id: string;
  /** Byte string. */
  readonly correlationId: string;
  readonly requestId: string;
  /** RFC 3339 */
  readonly time: string;
  /** Whether one of our collectors wrote it: only these cut calls into parts, and name rows without a correlation by the event. */
  readonly isOurs: boolean;
  readonly rows: number;
  /** The JSON of the rows' array. */
  readonly data: string;
}

/** What our collectors append to a call's id where it has several events. */
const PART = /\.\d+$/;

/** The id of the call that an event of our collectors is of. */
export function callOf(correlationId: string): string {
  return correlationId.replace(PART, '');
}

/**
 * The events of a file. A line that can't be read, such as one that is just being written, has nothing: history writes what it would
 * have had, until a later run finds it whole. Memory: one chunk and one line.
 */
export async function* readLiveEvents(
  file: LiveFile,
  storage: Storage,
  signal: AbortSignal | undefined,
): AsyncGenerator<LiveEvent, void, void> {
  for await (const { text } of lineBlocks(storage, file.name, file.size, signal)) {
    for (const line of text.split('\n')) {
      const event =
        line === '' ? undefined : await readEvent(Buffer.from(line, 'latin1').toString(), file, storage);
      if (event !== undefined) yield event;
    }
  }
}

async function readEvent(line: string, file: LiveFile, storage: Storage): Promise<LiveEvent | undefined> {
  const values = parsed(line);
  if (typeof values !== 'object' || values === null) return undefined;
  const { id, correlationid, xrequestid, time, agent, dataref, data } = values as Readonly<
    Record<string, unknown>
  >;
  if (typeof id !== 'string' || typeof correlationid !== 'string' || typeof time !== 'string')
    return undefined;
  const named = { id, correlationId: encodeText(correlationid), requestId: String(xrequestid), time };
  const isOurs = typeof agent === 'string' && agent.startsWith('mdc-bridge/');
  if (typeof dataref !== 'string') return withRows({ ...named, isOurs }, data, () => dataOf(line));
  const text = (await readRowsFile(file, id, storage)) ?? '';
  return withRows({ ...named, isOurs }, parsed(text), () => text);
}

function withRows(
  event: Omit<LiveEvent, 'rows' | 'data'>,
  rows: unknown,
  text: () => string,
): LiveEvent | undefined {
  if (!Array.isArray(rows) || rows.length === 0) return undefined;
  return {
    ...event,
    rows: rows.length,
    get data() {
      return text();
    },
  };
}

/** The texts of rows, by which a row without a correlation is known. */
export function rowTexts({ data }: Pick<LiveEvent, 'data'>): string[] {
  return arrayElements(data, data.indexOf('[')).map(({ from, to }) => data.slice(from, to));
}

/**
 * What a row says, whatever its columns' order and types are: each column's name and its value as text, since a writer that knew of a
 * column only some values may have taken it for one of another type. `row`: a JSON object.
 */
export function rowKey(row: string): string {
  const members = objectMembers(row).map(({ key, from, to }) => [key, plainText(row.slice(from, to))]);
  return JSON.stringify(members.sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0)));
}

function plainText(json: string): string {
  if (json === 'null') return '';
  if (json === 'true') return 'True';
  if (json === 'false') return 'False';
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

async function readRowsFile(file: LiveFile, id: string, storage: Storage): Promise<string | undefined> {
  const path = parseEventPath(file.name);
  if (path === undefined || id.includes('/')) return undefined;
  return (await readWhole(storage, formatDatarefPath(path, id)))?.toString('utf8');
}

function dataOf(line: string): string {
  const data = objectMembers(line, line.indexOf('{')).findLast(({ key }) => key === 'data');
  return data === undefined ? '[]' : line.slice(data.from, data.to);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
