import type { EventEnvelope } from '../event/collected-event.js';
import { eventLineStart } from '../event/jsonl.js';

/** What an event says of its sender: the last members of its line. Byte strings (one character a byte). */
export interface EventSender {
  readonly members: string;
}

/** The sender's attributes in the event format's order, and what more there is. All text is in byte strings. */
export function eventSender(
  modelVersion: string,
  collectDataType: string,
  agent: string,
  more: Iterable<readonly [name: string, value: string]>,
): EventSender {
  const pairs = [
    ['modelversion', modelVersion],
    ['collectdatatype', collectDataType],
    ['agent', agent],
    ...more,
  ] as const;
  return { members: pairs.map(([name, value]) => `,"${name}":${JSON.stringify(value)}`).join('') };
}

/** One event's line, with what its sender says of itself. All text is in byte strings. */
export function formatSentLine(event: EventEnvelope, data: string, { members }: EventSender): string {
  const id = JSON.stringify(event.correlationId);
  return (
    `${eventLineStart(event, 'data')}${data},"contentrange":"bytes 0-${data.length - 1}/${data.length}",` +
    `"correlationid":${id},"xrequestid":${event.requestId === event.correlationId ? id : JSON.stringify(event.requestId)}` +
    `${members}}\n`
  );
}
