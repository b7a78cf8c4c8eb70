import { type ByteString, decodeText } from '../../csv/byte-string.js';
import { parseRows } from '../../csv/parse-rows.js';
import { throwIfAborted } from '../../errors.js';
import { formatEventPath } from '../../event/event-path.js';
import { CORRELATION_COLUMNS } from '../../legacy/correlation.js';
import { compareTimestamps } from '../../legacy/timestamp.js';
import type { Storage } from '../../storage/storage.js';
import { BorrowedPlaces } from '../verify/borrowed-places.js';
import type { ExpectedEvent } from '../verify/expected-event.js';
import { PlaceRows } from '../verify/place-rows.js';
import type { Placement } from '../verify/placement.js';
import { SourceLines, type SourceRow } from '../verify/source-lines.js';
import { partAt, type VerifyTask } from '../verify/verify-task.js';
import type { CallMatch } from './call-match.js';
import type { RowFate, TracedRow } from './call-trace.js';

/** A row of the call and the event that it must be in. */
export interface PlacedRow {
  readonly event: ExpectedEvent;
  readonly row: TracedRow;
}

/** Rows of one source that may belong to the call. Memory: these rows, and a chunk. */
export async function traceSource(
  task: VerifyTask,
  source: Storage,
  match: CallMatch,
  signal?: AbortSignal,
): Promise<PlacedRow[]> {
  const lines = new SourceLines(task.header);
  const placed = new PlaceRows(task);
  const borrowed = task.lenders === undefined ? undefined : new BorrowedPlaces(task.lenders, source, signal);
  const borrow = borrowed === undefined ? undefined : () => borrowed.take();
  const found: { line: SourceRow; placement: Placement; event: ExpectedEvent; place: number }[] = [];
  try {
    for await (const batch of parseRows(source.read(task.object, { end: task.size }, signal))) {
      throwIfAborted(signal);
      const read = batch.map((row) => lines.read(row));
      if (borrowed !== undefined) await borrowed.prepare(placed.mayBorrow(read));
      for (const line of read) {
        if (typeof line === 'string') continue;
        for (const placement of placed.place(line, borrow)) {
          const { event } = placement;
          if (event !== undefined && match.mayBelong(event)) {
            found.push({ line, placement, event, place: event.places - 1 });
          }
        }
      }
      placed.takeEnded();
    }
  } finally {
    await borrowed?.close();
  }
  // Only now is it known which parts a rejected row takes along.
  return found.map(({ line, placement, event, place }) => ({
    event,
    row: describeRow(task, line, placement, fateOf(task, event, placement, place)),
  }));
}

function fateOf(task: VerifyTask, event: ExpectedEvent, { expected }: Placement, row: number): RowFate {
  if ('rejected' in expected) return { kind: 'rejected', reason: expected.rejected };
  if (event.rejectedBy !== undefined) return { kind: 'rejected', reason: `with-row ${event.rejectedBy}` };
  const time = event.time.slice(0, -1);
  const { since, until } = task.settings;
  const isEarly = since !== undefined && compareTimestamps(time, since) < 0;
  if (isEarly || (until !== undefined && compareTimestamps(time, until) >= 0))
    return { kind: 'out-of-range' };
  return {
    kind: 'event',
    object: formatEventPath({
      ...task.path,
      hour: event.hour,
      instance: partAt(task, event.offset).instance,
    }),
    row,
  };
}

function describeRow(
  task: VerifyTask,
  { row, correlation, width }: SourceRow,
  { ordinal, event, expected }: Placement,
  fate: RowFate,
): TracedRow {
  const fields =
    'rejected' in expected
      ? row.fields.slice(0, width).map((field, i) => ({ name: `field_${i}`, value: decodeText(field) }))
      : expected.columns.map(({ name }, i) => ({ name, value: expected.tokens[i] ?? '' }));
  const eight = row.fields.slice(-CORRELATION_COLUMNS.length);
  return {
    source: task.source,
    offset: row.offset,
    ordinal,
    fields,
    ...(correlation === undefined
      ? {}
      : {
          correlation: Object.fromEntries(
            CORRELATION_COLUMNS.map((name, i) => [name, decodeText(eight[i] ?? ('' as ByteString))]),
          ),
        }),
    raw: decodeText(row.text),
    inferred: event?.inferred ?? false,
    fate,
  };
}
