import { skipValue } from '../verify/json-spans.js';
import type { ColumnTable } from './column-table.js';
import { endOfString, readString, skipSpace, Unreadable } from './json-at.js';
import { type RowsOf, RowsScanner } from './scan-rows.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;

/** What an event's line says beside its rows. */
export interface ScannedEvent {
  id: string | undefined;
  correlationId: string | undefined;
  time: string | undefined;
  dataref: string | undefined;
  hasRows: boolean;
}

/**
 * Reads events where they stand in a text of many lines. It takes what is JSON; of what is none it finds most, not all: that is the
 * auditor's work.
 */
export class EventScanner {
  readonly rows: RowsScanner;

  constructor(columns: ColumnTable) {
    this.rows = new RowsScanner(columns);
  }

  /** The event in `text` from `from` to `to`, its rows to where `rowsOf` says. All byte strings. @throws Unreadable */
  scan(text: string, from: number, to: number, rowsOf: RowsOf): ScannedEvent {
    const event: ScannedEvent = {
      id: undefined,
      correlationId: undefined,
      time: undefined,
      dataref: undefined,
      hasRows: false,
    };
    let at = skipSpace(text, from);
    if (text.charCodeAt(at) !== OPEN_BRACE || at >= to) throw new Unreadable('it is no JSON object');
    at = skipSpace(text, at + 1);
    while (text.charCodeAt(at) === QUOTE) {
      const keyEnd = endOfString(text, at);
      const key = attributeAt(text, at, keyEnd);
      at = skipSpace(text, keyEnd);
      if (text.charCodeAt(at) !== COLON) break;
      at = skipSpace(text, at + 1);
      if (key === 'data' && text.charCodeAt(at) === OPEN_BRACKET) {
        at = this.rows.scan(text, at, rowsOf);
        event.hasRows = true;
      } else {
        const end = text.charCodeAt(at) === QUOTE ? endOfString(text, at) : skipValue(text, at);
        if (end > to) break;
        if (key !== undefined) takeAttribute(event, key, text, at, end);
        at = end;
      }
      at = skipSpace(text, at);
      if (text.charCodeAt(at) !== COMMA) break;
      at = skipSpace(text, at + 1);
    }
    if (text.charCodeAt(at) !== CLOSE_BRACE || skipSpace(text, at + 1) < to || at >= to) {
      throw new Unreadable('it is not valid JSON, or breaks off before its end');
    }
    return event;
  }
}

type Attribute = 'id' | 'time' | 'data' | 'dataref' | 'correlationid';

/** The attributes that count, by the length of their names in quotes. */
const ATTRIBUTES: readonly (readonly Attribute[])[] = [
  ...[[], [], [], []],
  ...[['id'] as const, [], ['time', 'data'] as const, [], [], ['dataref'] as const],
  ...[[], [], [], [], [], ['correlationid'] as const],
];

/** `from`: the opening quote; `to`: behind the closing one. */
function attributeAt(text: string, from: number, to: number): Attribute | undefined {
  return ATTRIBUTES[to - from]?.find((name) => text.startsWith(name, from + 1));
}

function takeAttribute(event: ScannedEvent, key: Attribute, text: string, from: number, to: number): void {
  switch (key) {
    case 'data':
      throw new Unreadable('its data is no array of rows');
    case 'id':
      event.id = stringAt(text, from, to);
      return;
    case 'time':
      event.time = stringAt(text, from, to);
      return;
    case 'dataref':
      event.dataref = stringAt(text, from, to);
      return;
    case 'correlationid':
      event.correlationId = stringAt(text, from, to);
  }
}

function stringAt(text: string, from: number, to: number): string | undefined {
  return text.charCodeAt(from) === QUOTE ? readString(text.slice(from, to)) : undefined;
}
