import { isUtf8 } from 'node:buffer';
import type { Storage, StoredObject } from '../../storage/storage.js';
import {
  type EventRows,
  type ParsedEvent,
  parseEvent,
  parseRowsFile,
  rowSpans,
} from '../verify/event-line.js';
import { readRange } from '../verify/read-range.js';
import { TextLines } from '../verify/text-lines.js';
import type { TracedEvent } from './call-trace.js';

/** The events of one object whose line holds the text; lines that can't be read are left to `verify`. */
export async function findEvents(
  destination: Storage,
  object: StoredObject,
  text: string,
  signal?: AbortSignal,
): Promise<ParsedEvent[]> {
  const lines = new TextLines(destination, object, signal);
  const found: ParsedEvent[] = [];
  for (let batch = await lines.next(); batch !== undefined; batch = await lines.next()) {
    for (const line of batch) {
      const event = line.text.includes(text) ? parseEvent(line) : undefined;
      if (typeof event === 'object') found.push(event);
    }
  }
  return found;
}

/** An event with its rows, also those that stand in a file of their own. */
export async function describeEvent(
  destination: Storage,
  object: string,
  event: ParsedEvent,
): Promise<TracedEvent> {
  const { line, attributes, values } = event;
  const rows = event.rows ?? (await readDataref(destination, object, String(values['id'])));
  return {
    object,
    line: line.number,
    attributes: attributes
      .filter(({ key }) => key !== 'data')
      .map(({ key, from, to }) => {
        const value = values[key];
        return { name: key, value: typeof value === 'string' ? value : line.text.slice(from, to) };
      }),
    rows: rows === undefined ? [] : rowSpans(rows).map(({ from, to }) => rows.text.slice(from, to)),
  };
}

async function readDataref(destination: Storage, object: string, id: string): Promise<EventRows | undefined> {
  const name = object.replace(/[^/]+$/, `files/${id}.json`);
  const found = await destination.stat(name);
  if (found === undefined) return undefined;
  const bytes = await readRange(destination, name, 0, found.size);
  const rows = isUtf8(bytes) ? parseRowsFile(bytes.toString('utf8')) : '';
  return typeof rows === 'string' ? undefined : rows;
}
