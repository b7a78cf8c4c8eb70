import { AGENT, type EventEnvelope } from './collected-event.js';

/**
 * One event's line, newline included. `data` is the JSON of the rows, or the address of a file that holds it. All text is in
 * byte strings (one character a byte), so `data.length` is what `contentrange` counts.
 */
export function formatEventLine(
  event: EventEnvelope,
  rows: { readonly data: string } | { readonly dataref: string; readonly bytes: number },
): string {
  if ('dataref' in rows) {
    return eventLineStart(event, 'dataref') + JSON.stringify(rows.dataref) + eventLineEnd(event, rows.bytes);
  }
  return eventLineStart(event, 'data') + rows.data + eventLineEnd(event, rows.data.length);
}

/** What stands before the rows. */
export function eventLineStart(event: EventEnvelope, payload: 'data' | 'dataref'): string {
  return (
    `{"specversion":"1.0","id":"${event.id}","source":"${event.source}","type":"azureml.inference.${event.collection}",` +
    `"datacontenttype":"application/json","time":"${event.time}","${payload}":`
  );
}

/** What our own events say of their sender. */
const OURS = `,"modelversion":"default","collectdatatype":"pandas.core.frame.DataFrame","agent":"${AGENT}"`;

/**
 * What stands behind them.
 *
 * @param bytes of the rows' JSON.
 * @param sender the line's last members, each with a comma before it.
 */
export function eventLineEnd(
  { correlationId, requestId }: EventEnvelope,
  bytes: number,
  sender: string = OURS,
): string {
  const id = JSON.stringify(correlationId);
  return (
    `,"contentrange":"bytes 0-${bytes - 1}/${bytes}","correlationid":${id},` +
    `"xrequestid":${requestId === correlationId ? id : JSON.stringify(requestId)}${sender}}\n`
  );
}
