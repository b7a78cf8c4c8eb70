import { AGENT, EVENT_ATTRIBUTES } from '../../event/collected-event.js';
import { cut } from './cut.js';
import type { EventRows, ParsedEvent, ReadEvent } from './event-line.js';
import type { ExpectedEvent } from './expected-event.js';
import type { Span } from './json-spans.js';
import type { Difference } from './report.js';

/** What a source asks of all its events. */
export interface EventRules {
  /** The `source` attribute. */
  readonly source: string;
  readonly collection: string;
  /** Rows of more bytes than this stand in a file of their own; absent: never. */
  readonly datarefOver: number | undefined;
  /** The address that file must have. */
  readonly datarefOf: (event: ExpectedEvent) => string;
}

export interface EventFault {
  readonly text: string;
  readonly differences: readonly Difference[];
}

/** What all exact events of a source have in common, written out once. */
export interface ExactParts {
  /** From behind the id to before the time. */
  readonly beforeTime: string;
}

export function exactParts({ source, collection }: EventRules): ExactParts {
  return {
    beforeTime:
      `","source":${JSON.stringify(source)},"type":"azureml.inference.${collection}",` +
      '"datacontenttype":"application/json","time":"',
  };
}

const BEFORE_ID = '{"specversion":"1.0","id":"';
const BEFORE_DATA = '","data":';
const BEHIND_DATA = ',"contentrange":';
const END = `,"modelversion":"default","collectdatatype":"pandas.core.frame.DataFrame","agent":"${AGENT}"}`;

/**
 * Where the rows stand in an event that is exactly what it must be, to the character; `undefined` if it is not, or not inline.
 * What stands between the two ends of the line is one JSON value, or the line would not have parsed; that it is the rows alone
 * shows when they are compared.
 */
export function findExactRows(
  { line, values }: ReadEvent,
  expected: ExpectedEvent,
  rules: EventRules,
  { beforeTime }: ExactParts,
): Span | undefined {
  const { text } = line;
  const head = `${BEFORE_ID}${expected.id}${beforeTime}${expected.time}${BEFORE_DATA}`;
  const from = head.length;
  const to = text.lastIndexOf(BEHIND_DATA);
  if (to < from || text.slice(0, from) !== head || !Array.isArray(values['data'])) return undefined;
  // A text of as many characters as bytes is ASCII, so there is nothing to count.
  const isAscii = text.length === line.bytes - (line.ended ? 1 : 0);
  const bytes = isAscii ? to - from : Buffer.byteLength(text.slice(from, to));
  const tail =
    `${BEHIND_DATA}"bytes 0-${bytes - 1}/${bytes}","correlationid":${JSON.stringify(expected.correlationId)},` +
    `"xrequestid":${JSON.stringify(expected.requestId)}${END}`;
  const isInline = rules.datarefOver === undefined || bytes <= rules.datarefOver;
  return isInline && text.slice(to) === tail ? { from, to } : undefined;
}

/**
 * Every requirement of event-format.md and mapping.md on an event's attributes, each on its own. `rows` are those of the event,
 * also where they stand in another file.
 */
export function checkEvent(
  event: ParsedEvent,
  rows: EventRows,
  expected: ExpectedEvent,
  rules: EventRules,
): EventFault[] {
  const bytes = Buffer.byteLength(rows.text.slice(rows.from, rows.to));
  const required: Record<string, string> = {
    specversion: '1.0',
    id: expected.id,
    source: rules.source,
    type: `azureml.inference.${rules.collection}`,
    datacontenttype: 'application/json',
    time: expected.time,
    contentrange: `bytes 0-${bytes - 1}/${bytes}`,
    correlationid: expected.correlationId,
    xrequestid: expected.requestId,
    modelversion: 'default',
    collectdatatype: 'pandas.core.frame.DataFrame',
    agent: AGENT,
    ...(event.rows === undefined ? { dataref: rules.datarefOf(expected) } : {}),
  };
  const faults = [
    ...Object.entries(required).flatMap(([name, value]) => checkAttribute(event, name, value)),
    ...checkPlace(event, bytes, rules),
    ...checkNames(event, required),
  ];
  return faults.length > 0 ? faults : checkWriting(event, required);
}

/** With the right attributes, in their order: nothing but the rows may be left to say. */
function checkWriting(event: ParsedEvent, required: Readonly<Record<string, string>>): EventFault[] {
  const { line } = event;
  const members = event.attributes.map(({ key, from, to }) => {
    const value = key === 'data' ? line.text.slice(from, to) : JSON.stringify(required[key]);
    return `${JSON.stringify(key)}:${value}`;
  });
  if (line.text === `{${members.join(',')}}`) return [];
  const text = "the event's attributes are right but written otherwise (spaces or escapes)";
  return [{ text, differences: [] }];
}

function checkAttribute(event: ParsedEvent, name: string, required: string): EventFault[] {
  const actual = event.values[name];
  if (actual === required) return [];
  const isThere = Object.hasOwn(event.values, name);
  const v2 = isThere ? { v2: cut(typeof actual === 'string' ? actual : JSON.stringify(actual)) } : {};
  const differences = [{ column: name, legacy: cut(required), ...v2 }];
  return [{ text: `the event's ${name} is ${isThere ? 'another' : 'missing'}`, differences }];
}

/** Inline or in a file of their own: decided by the bytes of the rows. */
function checkPlace(event: ParsedEvent, bytes: number, { datarefOver }: EventRules): EventFault[] {
  const mustBeFile = datarefOver !== undefined && bytes > datarefOver;
  if (mustBeFile === (event.rows === undefined)) return [];
  const [legacy, v2] = mustBeFile ? ['dataref', 'data'] : ['data', 'dataref'];
  const why = datarefOver === undefined ? 'no limit is set' : `the limit is ${datarefOver}`;
  return [
    {
      text: `the event has its rows in ${v2}, not in ${legacy}: they take ${bytes} bytes and ${why}`,
      differences: [{ column: v2, legacy, v2 }],
    },
  ];
}

/** Which attributes there are, and their order. */
function checkNames(event: ParsedEvent, required: Readonly<Record<string, string>>): EventFault[] {
  const names = event.attributes.map(({ key }) => key);
  const allowed = new Set([...Object.keys(required), event.rows === undefined ? 'dataref' : 'data']);
  const unknown = [...new Set(names)].filter((name) => !allowed.has(name));
  const faults: EventFault[] = unknown.map((column) => ({
    text: `the event has an attribute ${JSON.stringify(column)} that it must not have`,
    differences: [{ column, v2: cut(JSON.stringify(event.values[column])) }],
  }));
  const known = names.filter((name) => allowed.has(name));
  const inOrder = EVENT_ATTRIBUTES.filter((name) => known.includes(name));
  if (known.join() === inOrder.join()) return faults;
  const text =
    known.length > inOrder.length
      ? 'the event has an attribute twice'
      : "the event's attributes stand in another order";
  return [
    ...faults,
    { text, differences: [{ column: 'attributes', legacy: inOrder.join(), v2: known.join() }] },
  ];
}
