import type { IncomingMessage } from 'node:http';
import { encodeText } from '../../csv/byte-string.js';
import { MdcBridgeError } from '../../errors.js';
import { withoutSecrets } from '../../storage/secrets.js';
import { attributeText } from './attribute-text.js';
import { NO_BYTES } from './body-copy.js';
import type { CapturedHeaders, HeaderValue } from './captured-headers.js';
import type { Exchange } from './exchange.js';
import type { RecordedBody } from './payload-body.js';

/**
 * Why an event has not the whole of its message. `aborted`: the connection was lost, or the handler gave up. `unfinished`: it was still
 * under way when the logger ended. `unread`: the handler did not read it. `cut`: it is longer than what is kept. `withheld`: it could
 * not be redacted. `dropped`: there was no room for its raw file.
 */
export type Incomplete = 'aborted' | 'unfinished' | 'unread' | 'cut' | 'withheld' | 'dropped';

/** One message of an exchange, as it will stand in its event. */
export interface MessageRecord {
  /** ms since 1970. */
  readonly time: number;
  /** JSON of the message's own attributes, as they follow others, a byte string: `,"path":"/score"…`. */
  readonly attributes: string;
  readonly body: RecordedBody;
  /** Bytes of the whole body, where that is known. */
  readonly size: number | undefined;
  readonly incomplete: Incomplete | undefined;
}

/** What was read of a request. Its body's room is free afterwards. */
export function recordRequest(exchange: Exchange, capture: CapturedHeaders): MessageRecord {
  const { request, requestBody, startedAt } = exchange;
  const { headers } = request;
  const length = lengthOf(headers['content-length']);
  const seen = requestBody?.seen ?? 0;
  const isRead = exchange.isRead || seen === length;
  const isKept = requestBody?.isWhole ?? true;
  return {
    time: startedAt,
    attributes: commonAttributes(request) + captured(capture, (name) => headers[name]),
    body: {
      bytes: requestBody?.release() ?? NO_BYTES,
      isWhole: isRead && isKept,
      contentType: headers['content-type'],
      contentEncoding: headers['content-encoding'],
    },
    size: isRead ? seen : length,
    incomplete: isRead ? cut(isKept) : whyNotRead(exchange),
  };
}

/** What was written of a response. Its body's room is free afterwards. */
export function recordResponse(exchange: Exchange, capture: CapturedHeaders, now: number): MessageRecord {
  const { request, response, responseBody, isFinished } = exchange;
  const seen = responseBody?.seen ?? 0;
  const isKept = responseBody?.isWhole ?? true;
  const bytes = responseBody?.release() ?? NO_BYTES;
  // What the handler wrote then was not sent.
  const isBodiless = request.method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304;
  return {
    time: now,
    attributes: responseAttributes(exchange) + captured(capture, (name) => exchange.sentHeader(name)),
    body: {
      bytes: isBodiless ? NO_BYTES : bytes,
      isWhole: isBodiless || (isFinished && isKept),
      contentType: textOf(exchange.sentHeader('content-type')),
      contentEncoding: textOf(exchange.sentHeader('content-encoding')),
    },
    size: isBodiless ? 0 : isFinished ? seen : lengthOf(textOf(exchange.sentHeader('content-length'))),
    incomplete: isFinished ? cut(isKept || isBodiless) : why(response.destroyed),
  };
}

/** Who answers without reading on has not wanted the rest. */
function whyNotRead({ request, response, isFinished }: Exchange): Incomplete {
  return request.complete || isFinished ? 'unread' : why(response.destroyed);
}

function why(isDestroyed: boolean): Incomplete {
  return isDestroyed ? 'aborted' : 'unfinished';
}

function cut(isKept: boolean): Incomplete | undefined {
  return isKept ? undefined : 'cut';
}

/** Of both events. Without the query, which may hold keys. */
function commonAttributes({ url = '', method = '' }: IncomingMessage): string {
  if (url !== last.url || method !== last.method) {
    const path = JSON.stringify(pathOf(url));
    const common = encodeText(`,"path":${path},"method":${JSON.stringify(attributeText(method))}`);
    last = { url, method, common, status: -1, withStatus: '' };
  }
  return last.common;
}

/** An exchange's two events share most of their attributes, and so do most requests of a service. */
let last = { url: '', method: '', common: '', status: -1, withStatus: '' };

function pathOf(url: string): string {
  const path = url.startsWith('/') ? url : url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  return attributeText(path.replace(/[?#].*$/s, '')) || '/';
}

/** With the status, once headers were sent, and what the handler failed with. */
function responseAttributes({ request, response, failure }: Exchange): string {
  const common = commonAttributes(request);
  const attributes = response.headersSent ? withStatus(response.statusCode) : common;
  if (failure === undefined) return attributes;
  return attributes + encodeText(`,"error":${JSON.stringify(errorText(failure.cause))}`);
}

function withStatus(status: number): string {
  if (status !== last.status) {
    last.status = status;
    last.withStatus = `${last.common},"status":${status}`;
  }
  return last.withStatus;
}

function captured(headers: CapturedHeaders, find: (header: string) => HeaderValue): string {
  return headers.isEmpty ? '' : encodeText(headers.json(find));
}

/** The kind of error alone: a message may quote what the body holds. */
function errorText(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  const code =
    (cause as NodeJS.ErrnoException).code ?? (cause instanceof MdcBridgeError ? cause.code : undefined);
  const text = typeof code === 'string' ? `${cause.name} ${code}` : cause.name;
  return attributeText(withoutSecrets(String(text))).slice(0, MAX_ERROR);
}

const MAX_ERROR = 100;

function lengthOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function textOf(value: number | string | readonly string[] | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : value[0];
}
