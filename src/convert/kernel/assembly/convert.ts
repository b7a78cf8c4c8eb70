import { COMMA, QUOTE, copy } from './bytes';
import { writeCorrelatedHead, writeTail, writeUncorrelatedHead, takeRequestId } from './envelope';
import { escape } from './json';
import { COLUMNS, LIMITS, MAX_SEGMENTS, OUTPUT, OUTPUT_SOFT_BYTES, SEGMENTS } from './layout';
import {
  BLANK,
  DONE,
  MISFIT,
  NEEDS_DRAIN,
  NEW_CALL,
  NO_ID,
  ROW,
  correlated,
  isSameRest,
  isSameTail,
  mayBeAmlName,
  readRow,
  takeRow,
  takeValues,
  width,
} from './rows';
import { fieldStart, separatorAt } from './scanner';
import { hour, order, readTimestamp } from './timestamp';
import { BOOLEAN, INFINITY, INTEGER, NAN, NUMBER, isTrue, numberKind, wordKind } from './tokens';

/** Types of columns, as the host writes them into COLUMNS. */
const TYPE_INTEGER: u32 = 1;
const TYPE_NUMBER: u32 = 2;
const TYPE_BOOLEAN: u32 = 3;
const TYPE_STRING: u32 = 4;

const MAX_EVENT_ROWS: u32 = 1000;

const OPEN_BRACKET: u8 = 0x5b;
const CLOSE_BRACKET: u8 = 0x5d;
const OPEN_BRACE: u8 = 0x7b;
const CLOSE_BRACE: u8 = 0x7d;

let keepsEmpty: bool = false;
let since: u64 = 0;
let until: u64 = u64.MAX_VALUE;

/** The end of what is written. */
let out: usize = OUTPUT;
let segments: u32 = 0;
let segmentStart: usize = OUTPUT;
let segmentHour: u32 = 0;

let isOpen: bool = false;
let isInRange: bool = false;
/** Rows of the call so far; of the pack, for rows without the eight values. */
let places: u64 = 0;
let eventRows: u32 = 0;
/** Of the open event's data: bytes that the host has taken, and where the rest begins. */
let dataTaken: u64 = 0;
let dataStart: usize = OUTPUT;
/** The infinities in the row in hand that become null. */
let rowLossy: u32 = 0;

let lines: u64 = 0;
let blanks: u64 = 0;
let rows: u64 = 0;
let events: u64 = 0;
let lossy: u64 = 0;
let outOfRange: u64 = 0;

/** Lengths of the texts in LIMITS, 0 for none: `since`, and `until` 32 bytes further. */
export function beginConvert(emptyAsString: bool, sinceLength: u32, untilLength: u32): void {
  keepsEmpty = emptyAsString;
  since = 0;
  until = u64.MAX_VALUE;
  if (sinceLength > 0 && readTimestamp(LIMITS, sinceLength)) since = order;
  if (untilLength > 0 && readTimestamp(LIMITS + 32, untilLength)) until = order;
  segmentHour = 0;
  isOpen = false;
  places = 0;
  lines = 0;
  blanks = 0;
  rows = 0;
  events = 0;
  lossy = 0;
  outOfRange = 0;
  out = OUTPUT;
  drained();
}

/** The input begins with the `ordinal`th row of its file. */
export function continueAt(ordinal: f64): void {
  places = <u64>ordinal;
}

export function lineCount(): f64 {
  return <f64>lines;
}
export function blankCount(): f64 {
  return <f64>blanks;
}
export function rowCount(): f64 {
  return <f64>rows;
}
export function eventCount(): f64 {
  return <f64>events;
}
export function lossyCount(): f64 {
  return <f64>lossy;
}
export function outOfRangeCount(): f64 {
  return <f64>outOfRange;
}
export function segmentCount(): u32 {
  return segments;
}

/** The host has taken all segments. */
export function drained(): void {
  dataTaken += <u64>(out - dataStart);
  out = OUTPUT;
  dataStart = OUTPUT;
  segmentStart = OUTPUT;
  segments = 0;
}

/** Converts rows until the input, the room for output or the file ends, or a row is irregular. */
export function convert(): i32 {
  while (true) {
    if (out - OUTPUT >= OUTPUT_SOFT_BYTES || segments >= MAX_SEGMENTS) {
      closeSegment();
      return NEEDS_DRAIN;
    }
    const status = readRow();
    if (status == BLANK) {
      lines += 1;
      blanks += 1;
      takeRow();
      continue;
    }
    if (status != ROW) {
      if (status != DONE) return status;
      finishEvent();
      closeSegment();
      return DONE;
    }
    const placed = correlated ? placeCorrelated() : placeUncorrelated();
    if (placed != ROW) return placed;
    rowLossy = 0;
    const end = writeRow(out);
    if (end == 0) return MISFIT;
    lines += 1;
    places += 1;
    eventRows += 1;
    if (isInRange) {
      out = end;
      rows += 1;
      lossy += rowLossy;
    } else {
      outOfRange += 1;
    }
    takeRow();
  }
}

/** Continues the open event, or begins the next one. */
function placeCorrelated(): i32 {
  if (!isSameTail) {
    const call = takeValues();
    if (call > NEW_CALL) return call;
    if (!isSameRest && !takeRequestId()) return NO_ID;
    if (call == NEW_CALL) {
      finishEvent();
      places = 0;
    }
  }
  if (isOpen && eventRows < MAX_EVENT_ROWS) {
    separate();
    return ROW;
  }
  finishEvent();
  begin();
  if (isInRange) openData(writeCorrelatedHead(out, places / MAX_EVENT_ROWS));
  return ROW;
}

function placeUncorrelated(): i32 {
  if (isOpen && eventRows < MAX_EVENT_ROWS) {
    separate();
    return ROW;
  }
  finishEvent();
  begin();
  if (isInRange) openData(writeUncorrelatedHead(out, places));
  return ROW;
}

// @ts-ignore: decorator
@inline
function separate(): void {
  if (!isInRange) return;
  store<u8>(out, <u8>COMMA);
  out += 1;
}

/** The next event belongs to the time read last. */
function begin(): void {
  isOpen = true;
  eventRows = 0;
  isInRange = order >= since && order < until;
  if (!isInRange || hour == segmentHour) return;
  closeSegment();
  segmentHour = hour;
}

function openData(end: usize): void {
  dataTaken = 0;
  dataStart = end;
  store<u8>(end, OPEN_BRACKET);
  out = end + 1;
}

function finishEvent(): void {
  if (isOpen && isInRange) {
    store<u8>(out, CLOSE_BRACKET);
    out += 1;
    out = writeTail(out, dataTaken + <u64>(out - dataStart));
    events += 1;
  }
  isOpen = false;
}

function closeSegment(): void {
  if (out == segmentStart) return;
  const at = SEGMENTS + <usize>segments * 12;
  store<u32>(at, segmentHour);
  store<u32>(at, <u32>segmentStart, 4);
  store<u32>(at, <u32>out, 8);
  segments += 1;
  segmentStart = out;
}

/** Writes the row in hand as an object; returns its end, or 0 if a field does not fit its column. */
function writeRow(to: usize): usize {
  store<u8>(to, OPEN_BRACE);
  to += 1;
  let start = fieldStart(0);
  let column = COLUMNS;
  for (let i: u32 = 0; i < width; i += 1) {
    const end = separatorAt(i);
    to = copy(to, load<u32>(column), load<u32>(column, 4));
    const type = load<u32>(column, 8);
    if (type == TYPE_NUMBER && numberKind(start, <u32>(end - start)) <= NUMBER) {
      to = copy(to, start, end - start);
    } else {
      to = writeOther(to, start, end, type);
      if (to == 0) return 0;
    }
    column += 16;
    start = end + 1;
  }
  store<u8>(to, CLOSE_BRACE);
  return to + 1;
}

/** Writes any field; 0 if it does not fit its column, or could make the row a header. */
function writeOther(to: usize, start: usize, end: usize, type: u32): usize {
  const quoted = end > start && load<u8>(start) == QUOTE;
  if (quoted) {
    start += 1;
    end -= 1;
  }
  const length = <u32>(end - start);
  const kind = wordKind(start, length);
  if (kind <= NAN) {
    if (kind == NAN || type != TYPE_STRING || !keepsEmpty) return writeNull(to);
    store<u16>(to, 0x2222);
    return to + 2;
  }
  switch (type) {
    case TYPE_STRING:
      return mayBeAmlName(start, length) ? 0 : writeString(to, start, end, quoted);
    case TYPE_BOOLEAN:
      return kind == BOOLEAN ? writeBoolean(to, isTrue(start, length)) : 0;
    case TYPE_INTEGER:
      return numberKind(start, length) == INTEGER ? copy(to, start, length) : 0;
    case TYPE_NUMBER:
      if (kind == INFINITY) {
        rowLossy += 1;
        return writeNull(to);
      }
      return numberKind(start, length) <= NUMBER ? copy(to, start, length) : 0;
    default:
      return 0;
  }
}

// @ts-ignore: decorator
@inline
function writeString(to: usize, start: usize, end: usize, quoted: bool): usize {
  store<u8>(to, <u8>QUOTE);
  to = escape(to + 1, start, end, quoted);
  store<u8>(to, <u8>QUOTE);
  return to + 1;
}

function writeNull(to: usize): usize {
  store<u32>(to, 0x6c6c756e);
  return to + 4;
}

function writeBoolean(to: usize, value: bool): usize {
  store<u32>(to, value ? 0x65757274 : 0x736c6166);
  if (value) return to + 4;
  store<u8>(to, 0x65, 4);
  return to + 5;
}
