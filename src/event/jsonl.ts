import { AGENT, type EventEnvelope } from './collected-event.js';

/**
 * One event's line, newline included. `data` is the JSON of the rows, or the address of a file that holds it. All text is in
 * byte strings (one character a byte), so `data.length` is what `contentrange` counts.
 */
export function formatEventLine(
  event: EventEnvelope,
  rows: { readonly data: string } | { readonly dataref: string; readonly bytes: number },
): string {
  const [payload, bytes] =
    'data' in rows
      ? [`"data":${rows.data}`, rows.data.length]
      : [`"dataref":${JSON.stringify(rows.dataref)}`, rows.bytes];
  return (
    `{"specversion":"1.0","id":"${event.id}","source":"${event.source}","type":"azureml.inference.${event.collection}",` +
    `"datacontenttype":"application/json","time":"${event.time}",${payload},` +
    `"contentrange":"bytes 0-${bytes - 1}/${bytes}","correlationid":${JSON.stringify(event.correlationId)},` +
    `"xrequestid":${JSON.stringify(event.requestId)},"modelversion":"default",` +
    `"collectdatatype":"pandas.core.frame.DataFrame","agent":"${AGENT}"}\n`
  );
}
