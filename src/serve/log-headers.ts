import { randomUUID } from 'node:crypto';
import { encodeText } from '../csv/byte-string.js';
import { EVENT_ATTRIBUTES } from '../event/collected-event.js';
import { type EventSender, eventSender } from './event-sender.js';
import { Refusal } from './refusal.js';
import type { RequestHeaders } from './request-headers.js';

/** What a request says of its rows. */
export interface LogHeaders {
  readonly collection: string;
  /** A new one where the sender gave none. */
  readonly correlationId: string;
  /** Unix seconds. */
  readonly time: number;
  readonly sender: EventSender;
}

const TYPE_PREFIX = 'azureml.inference.';
/** An event's own attributes: the server sets them, whatever a request's headers of these names say. */
const OWN: ReadonlySet<string> = new Set(EVENT_ATTRIBUTES);

/**
 * Reads `ce-type`, `ce-time`, `ce-x-request-id`, and what becomes an attribute of the event as it is (`ce-model-version` →
 * `modelversion`), the context's own headers among them.
 *
 * @param now in milliseconds.
 * @throws Refusal for a request without a collection, and a time that is none.
 */
export function readLogHeaders({ ce }: RequestHeaders, now: () => number): LogHeaders {
  const { type } = ce;
  if (type === undefined || !type.startsWith(TYPE_PREFIX) || type.length === TYPE_PREFIX.length) {
    throw wrongHeader('ce-type', type, `${TYPE_PREFIX}{collection}`);
  }
  return {
    collection: type.slice(TYPE_PREFIX.length),
    correlationId: ce.xrequestid || randomUUID(),
    time: timeOf(ce.time, now),
    sender: senderOf(ce),
  };
}

const UNIX = /^-?\d{1,15}(?:\.\d{1,9})?$/;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;
/** The years 1 to 9999. */
const [FIRST_SECOND, LAST_SECOND] = [-62_135_596_800, 253_402_300_799.999];

const TIMES = 'unix seconds, or an RFC 3339 time';
/** Kept, since a second has many requests. */
const lastTime = { text: '', seconds: 0 };

/** The SDK writes unix seconds and lets its caller's own pass unseen; CloudEvents has RFC 3339. */
function timeOf(text: string | undefined, now: () => number): number {
  if (text === undefined) return Math.floor(now() / 1000);
  if (text === lastTime.text) return lastTime.seconds;
  const seconds = UNIX.test(text) ? Number(text) : RFC_3339.test(text) ? Date.parse(text) / 1000 : Number.NaN;
  if (!(seconds >= FIRST_SECOND && seconds <= LAST_SECOND)) throw wrongHeader('ce-time', text, TIMES);
  Object.assign(lastTime, { text, seconds });
  return seconds;
}

/** The last one's is kept: senders are few. */
const last = { modelVersion: '', dataType: '', agent: '', sender: eventSender('', '', '', []) };

function senderOf(ce: RequestHeaders['ce']): EventSender {
  const modelVersion = ce.modelversion ?? 'default';
  const dataType = ce.collectdatatype ?? 'pandas.core.frame.DataFrame';
  const agent = ce.agent ?? 'unknown';
  const isLast = modelVersion === last.modelVersion && dataType === last.dataType && agent === last.agent;
  if (isLast && ce.more === undefined) return last.sender;
  const more = [...(ce.more ?? [])].filter(([name]) => !OWN.has(name));
  const pairs = more.map(([name, value]) => [name, encodeText(value)] as const);
  const sender = eventSender(encodeText(modelVersion), encodeText(dataType), encodeText(agent), pairs);
  if (more.length === 0) Object.assign(last, { modelVersion, dataType, agent, sender });
  return sender;
}

function wrongHeader(name: string, value: string | undefined, accepted: string): Refusal {
  const what = value === undefined ? 'is missing' : `can't be ${JSON.stringify(value.slice(0, 80))}`;
  return new Refusal(400, `the header ${name} ${what}`, { remedy: `send ${accepted}` });
}
