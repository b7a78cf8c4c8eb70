import { type ByteString, decodeText } from '../../csv/byte-string.js';
import { partCorrelationId } from '../../mapping/event-part.js';
import { readWhole, type Storage } from '../../storage/storage.js';
import { type EventRows, parseEvent, parseRowsFile, rowSpans } from '../verify/event-line.js';
import { objectMembers } from '../verify/json-spans.js';
import { readRange } from '../verify/read-range.js';
import type { CallRecord } from './call-record.js';
import type { CompareRules, LegacyTask } from './compare-task.js';
import { type LegacyColumn, LegacyColumns } from './legacy-cells.js';
import { LegacyRows, rawRows } from './legacy-rows.js';
import { splitFields } from './split-fields.js';

/** A longer call is counted and named, but not shown. */
const MAX_BYTES = 64 * 2 ** 20;

/** A call as one side has it, with the text of its cells. */
export interface ReadCall {
  /** The event's; byte-true text. */
  readonly correlationId: string | undefined;
  readonly rows: readonly ReadonlyMap<string, string>[];
}

/** A call of the legacy tree: column → the field's text. Rows that have no names are left out. */
export interface ReadLegacyCall extends ReadCall {
  readonly columns: ReadonlyMap<string, LegacyColumn>;
}

export async function readLegacyCall(
  record: CallRecord,
  task: LegacyTask,
  storage: Storage,
  rules: CompareRules,
): Promise<ReadLegacyCall | undefined> {
  if (record.bytes > MAX_BYTES) return undefined;
  const { offset, bytes } = record;
  const lines = new LegacyRows('absent');
  const shapes = new LegacyColumns(task, rules);
  const rows: Map<string, string>[] = [];
  const columns = new Map<string, LegacyColumn>();
  let id: string | undefined;
  for await (const batch of rawRows(storage.read(task.object, { start: offset, end: offset + bytes }))) {
    for (const raw of batch) {
      const line = lines.read(raw);
      if (line?.correlation === undefined) continue;
      id ??= line.correlation.id;
      if (line.correlation.id !== id) continue;
      const fields = line.fields ?? splitFields(raw.text);
      const named = shapes.of(record.line, fields.length - 8, true) ?? [];
      for (const column of named) columns.set(column.name, column);
      rows.push(new Map(named.map(({ name }, i) => [name, decodeText(fields[i] ?? ('' as ByteString))])));
    }
  }
  if (id === undefined) return undefined;
  return { correlationId: decodeText(partCorrelationId(id, record.part) as ByteString), rows, columns };
}

/** A call of the v2 tree: column → JSON. */
export async function readEventCall(
  { offset, bytes, line: number }: CallRecord,
  object: string,
  storage: Storage,
): Promise<ReadCall | undefined> {
  if (bytes > MAX_BYTES) return undefined;
  const read = await readRange(storage, object, offset, offset + bytes);
  const text = read.toString('utf8').replace(/\n$/, '');
  const event = parseEvent({ number, offset, bytes, text, ended: true });
  if (typeof event === 'string') return undefined;
  const id = event.values['correlationid'];
  const rows = event.rows ?? (await readDataref(object, String(event.values['id']), storage));
  return {
    correlationId: typeof id === 'string' ? id : undefined,
    rows:
      rows === undefined
        ? []
        : rowSpans(rows).map(
            ({ from }) =>
              new Map(
                objectMembers(rows.text, from).map(({ key, from, to }) => [key, rows.text.slice(from, to)]),
              ),
          ),
  };
}

async function readDataref(object: string, id: string, storage: Storage): Promise<EventRows | undefined> {
  const bytes = await readWhole(storage, object.replace(/[^/]+$/, `files/${id}.json`));
  const rows = bytes === undefined ? '' : parseRowsFile(bytes.toString('utf8'));
  return typeof rows === 'string' ? undefined : rows;
}
