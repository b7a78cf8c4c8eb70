import { arrayElements, type Member, objectMembers, type Span } from './json-spans.js';
import type { TextLine } from './text-lines.js';

/** A line of an event file, known by what can be found in it without parsing. */
export interface EventLine {
  readonly line: TextLine;
  /** The JSON strings, quotes included, as they stand; absent where the line does not show them. */
  readonly id: string | undefined;
  readonly correlationId: string | undefined;
}

const ID = /"id":("(?:[^"\\]|\\.)*")/;
const CORRELATION_ID = /,"correlationid":("(?:[^"\\]|\\.)*")/;

/**
 * The id stands before the rows, the correlationid behind them. Only the search for an event trusts this; what is found is
 * parsed and checked.
 */
export function readEventLine(line: TextLine): EventLine {
  const at = line.text.lastIndexOf(',"correlationid":');
  return {
    line,
    id: ID.exec(line.text.slice(0, 512))?.[1],
    correlationId: at < 0 ? undefined : CORRELATION_ID.exec(line.text.slice(at))?.[1],
  };
}

/** A row object as the reader of the tree gets it. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** The rows of an event: parsed, and as they are written. */
export interface EventRows {
  readonly rows: readonly JsonRow[];
  /** The JSON array. */
  readonly text: string;
  /** Where it begins in `text`. */
  readonly from: number;
  readonly to: number;
}

/** A line that is an event, as JSON.parse reads it. */
export interface ReadEvent {
  readonly line: TextLine;
  /** Of doubled attributes the last one, as for every reader of JSON. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** An event whose parts have been found in the text. */
export interface ParsedEvent extends ReadEvent {
  /** In the order in which they are written, doubled ones twice. */
  readonly attributes: readonly Member[];
  /** Absent for a dataref. */
  readonly rows?: EventRows;
}

/** A line → its event, or the reason why it can't be read, as a sentence's end. */
export function readEvent(line: TextLine): ReadEvent | string {
  if (line.flaw !== undefined) return line.flaw;
  if (line.text.trim() === '') return 'it is blank';
  const values = parseJson(line.text);
  if (typeof values === 'string') {
    return line.ended ? `it is not valid JSON (${values})` : 'it breaks off before its end';
  }
  return isObject(values.value) ? { line, values: values.value } : 'it is no JSON object';
}

/** The same with the places of its parts. */
export function parseEvent(line: TextLine): ParsedEvent | string {
  const event = readEvent(line);
  return typeof event === 'string' ? event : locateParts(event);
}

export function locateParts({ line, values }: ReadEvent): ParsedEvent | string {
  const attributes = objectMembers(line.text, line.text.indexOf('{'));
  const event = { line, attributes, values };
  const data = attributes.findLast(({ key }) => key === 'data');
  if (data === undefined) return event;
  const rows = readRows(values['data'], line.text, data);
  return typeof rows === 'string' ? rows : { ...event, rows };
}

/** The content of a file that a dataref points to. */
export function parseRowsFile(text: string): EventRows | string {
  const parsed = parseJson(text);
  if (typeof parsed === 'string') return `it is not valid JSON (${parsed})`;
  return readRows(parsed.value, text, { from: 0, to: text.length });
}

/** The text of each row, as it is written. */
export function rowSpans({ text, from }: EventRows): Span[] {
  return arrayElements(text, from);
}

/** Rows that JSON.parse gave for a part of the text, if they are such. */
export function readRows(rows: unknown, text: string, { from, to }: Span): EventRows | string {
  if (!Array.isArray(rows)) return 'its data is no array of rows';
  if (rows.length === 0) return 'its data is an empty array';
  if (!rows.every(isObject)) return 'its data holds something else than row objects';
  return { rows, text, from, to };
}

function parseJson(text: string): { readonly value: unknown } | string {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.length > 120 ? `${message.slice(0, 120)}…` : message;
  }
}

function isObject(value: unknown): value is JsonRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
