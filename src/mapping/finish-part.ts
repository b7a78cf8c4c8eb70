import { formatDatarefPath, hourOf } from '../event/event-path.js';
import { formatEventLine } from '../event/jsonl.js';
import { userPartOf } from '../legacy/correlation.js';
import { compareTimestamps } from '../legacy/timestamp.js';
import type { EventPart } from './event-part.js';
import { formatReject, type RejectReason } from './reject.js';
import type { SourceMapping } from './source-mapping.js';

/** What became of a part. Lines are byte strings with their newline. */
export type PartOutcome =
  | {
      readonly kind: 'event';
      /** `yyyy/MM/dd/HH`. */
      readonly hour: string;
      readonly line: string;
      readonly rows: number;
      readonly lossy: number;
      /** Rows in a file of their own. */
      readonly dataref?: { readonly name: string; readonly content: string };
    }
  | {
      readonly kind: 'rejected';
      readonly rejects: readonly { readonly reason: RejectReason; readonly line: string }[];
    }
  | { readonly kind: 'out-of-range'; readonly rows: number }
  /** Live events have them. */
  | { readonly kind: 'existing'; readonly rows: number }
  /** Live events have some of the call's rows: which of these are among them, nobody can tell. */
  | {
      readonly kind: 'partly-live';
      readonly call: string;
      readonly rejects: readonly { readonly reason: RejectReason; readonly line: string }[];
    };

export function finishPart(part: EventPart, mapping: SourceMapping): PartOutcome {
  if (part.rejectedBy !== undefined) {
    return { kind: 'rejected', rejects: rejectAll(part, mapping, `with-row ${part.rejectedBy}`) };
  }
  if (!isInRange(part.init.time, mapping)) return { kind: 'out-of-range', rows: part.rows.length };
  if (part.liveRows > 0) return meetLive(part, mapping);
  const { id, correlationId, requestId } = part.init;
  const time = `${part.init.time}Z`;
  const hour = hourOf(time);
  const data = `[${withRowIds(part, mapping).join(',')}]`;
  const { collection } = mapping.path;
  const envelope = {
    id,
    source: mapping.eventSource,
    collection,
    time,
    correlationId,
    requestId,
  };
  const counts = { kind: 'event', hour, rows: part.rows.length, lossy: part.lossy } as const;
  if (mapping.dataref === undefined || data.length <= mapping.dataref.over) {
    return { ...counts, line: formatEventLine(envelope, { data }) };
  }
  const name = formatDatarefPath({ ...mapping.path, hour }, id);
  const dataref = `${mapping.dataref.base}/${name}`;
  const line = formatEventLine(envelope, { dataref, bytes: data.length });
  return { ...counts, line, dataref: { name, content: data } };
}

/** A call's rows may be cut into live events otherwise, but there are as many of them. */
function meetLive(part: EventPart, mapping: SourceMapping): PartOutcome {
  const { ownId = '', firstPlace, rowsBefore = 0 } = part.init;
  const { length } = part.rows;
  if (part.liveRows >= rowsBefore + firstPlace + length) return { kind: 'existing', rows: length };
  return { kind: 'partly-live', call: ownId, rejects: rejectAll(part, mapping, 'partly-live') };
}

function isInRange(time: string, { since, until }: SourceMapping): boolean {
  return (
    (since === undefined || compareTimestamps(time, since) >= 0) &&
    (until === undefined || compareTimestamps(time, until) < 0)
  );
}

/** Every row counts; those that one line was exploded into share its bytes, which are written once. */
function rejectAll(
  part: EventPart,
  mapping: SourceMapping,
  others: RejectReason,
): { reason: RejectReason; line: string }[] {
  return part.lines.map(({ row, reason }, i) => {
    const why = reason ?? others;
    const written = row === part.lines[i - 1]?.row;
    return { reason: why, line: written ? '' : formatReject(mapping.sourceName, row, why) };
  });
}

/** Closes the row objects, with the row id's column where one is asked for. */
function withRowIds({ rows, init }: EventPart, { rowId }: SourceMapping): string[] {
  if (rowId === undefined) return rows.map((row) => `${row}}`);
  const several = init.firstPlace > 0 || rows.length > 1;
  const user = init.ownId === undefined ? undefined : userPartOf(init.ownId);
  return rows.map((row, i) => {
    const ofUser = user === undefined || !several ? user : `${user}_${init.firstPlace + i}`;
    const value = rowId.by === 'correlation' ? `${init.correlationId}_${i}` : ofUser;
    return `${row}${row === '{' ? '' : ','}${rowId.key}${value === undefined ? 'null' : JSON.stringify(value)}}`;
  });
}
