import type { IncomingHttpHeaders } from 'node:http';
import { encodeText } from '../../csv/byte-string.js';
import { partCorrelationId } from '../../mapping/event-part.js';
import { CallPlaces } from '../events/call-places.js';
import { attributeText } from './attribute-text.js';

/** Longer ones are not looked at: they would be in every event, and in memory. */
const MAX_LENGTH = 256;
const TRACE_PARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;

export interface ExchangeId {
  /** As the client has it, or a new one: several exchanges may share it. */
  readonly requestId: string;
  /** JSON of both events' own attributes, a byte string. Their correlation id is one of a kind among those of this logger. */
  readonly attributes: string;
}

/** What ties an exchange's events to one another, and to others of its trace. */
export class ExchangeIds {
  readonly #newId: () => string;
  readonly #places = new CallPlaces();

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** By `x-request-id`, else `traceparent`, else new; a second exchange under one id is its second part: `id.1`. */
  take(headers: IncomingHttpHeaders): ExchangeId {
    const given = requestIdIn(headers) ?? traceIdIn(headers);
    if (given === undefined) {
      const id = this.#newId();
      return { requestId: id, attributes: `"correlationid":"${id}","xrequestid":"${id}",` };
    }
    const correlationId = this.#places.take(given, 0)[0]?.correlationId ?? partCorrelationId(given, 0);
    const attributes = `"correlationid":${JSON.stringify(correlationId)},"xrequestid":${JSON.stringify(given)},`;
    return { requestId: given, attributes: encodeText(attributes) };
  }
}

function requestIdIn({ 'x-request-id': id }: IncomingHttpHeaders): string | undefined {
  if (typeof id !== 'string' || id.length > MAX_LENGTH) return undefined;
  return attributeText(id).trim() || undefined;
}

function traceIdIn({ traceparent }: IncomingHttpHeaders): string | undefined {
  return typeof traceparent === 'string' ? TRACE_PARENT.exec(traceparent)?.[1] : undefined;
}
