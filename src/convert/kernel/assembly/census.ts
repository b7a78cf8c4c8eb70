import { MINUS, PLUS, QUOTE, ZERO, copy, equal } from './bytes';
import {
  CALLS,
  CALLS_BYTES,
  CALL_ID,
  COUNTS,
  FIRST_TIME,
  IDENTITY,
  IDENTITY_BYTES,
  LAST_TIME,
  SAMPLES,
  SAMPLES_BYTES,
  TIME,
} from './layout';
import { h1, h2, murmur3 } from './murmur3';
import {
  BLANK,
  DONE,
  LIKE_A_HEADER,
  NEEDS_DRAIN,
  NEW_CALL,
  OTHER_IDENTITY,
  ROW,
  correlated,
  idLength,
  isSameRest,
  isSameTail,
  mayBeAmlName,
  readRow,
  rowOffset,
  takeRow,
  takeValues,
  timeLength,
  width,
} from './rows';
import { fieldStart, separatorAt } from './scanner';
import { hour, order } from './timestamp';
import { INTEGER, NUMBER, TEXT, numberKind, wordKind } from './tokens';

/** The two bases of `census/sequence-digest.ts`. */
const BASE_A: u32 = 0x01000193;
const BASE_B: u32 = 0x9e3779b1;

let lines: u64 = 0;
let blanks: u64 = 0;
let rows: u64 = 0;
let calls: u64 = 0;

let callRows: u32 = 0;
let callHigh: u32 = 0;
let callLow: u32 = 0;
let callsEnd: usize = CALLS;
let samplesEnd: usize = SAMPLES;

let sizesA: u32 = 0;
let sizesB: u32 = 0;

let identityLength: usize = 0;
let firstTime: u64 = 0;
let lastTime: u64 = 0;
let previousTime: u64 = 0;
let firstTimeLength: u32 = 0;
let lastTimeLength: u32 = 0;
let goesBack: bool = false;

/** Names of the first line: more rows of so many integers would be what a numbered first line could be. 0: no such line. */
let formWidth: u32 = 0;
let hasOtherForm: bool = false;

/** Where the file may be split: the first place from here on, at best where the hour changes in so many bytes. */
let splitFrom: u64 = u64.MAX_VALUE;
let splitEvery: u64 = 0;
let splitReach: u64 = 0;
/** Of the call that began last, once a split is due; 0 until then. */
let splitHour: u32 = 0;
/** The split found last: in bytes from the first row, and in rows before it. */
let hasSplit: bool = false;
let splitByte: u64 = 0;
let splitRow: u64 = 0;

/** Rows of an event without the eight values: a split must not come between them. */
const MAX_EVENT_ROWS: u64 = 1000;

export function beginCensus(names: u32): void {
  lines = 0;
  blanks = 0;
  rows = 0;
  calls = 0;
  callRows = 0;
  callsEnd = CALLS;
  samplesEnd = SAMPLES;
  sizesA = 0;
  sizesB = 0;
  identityLength = 0;
  firstTimeLength = 0;
  lastTimeLength = 0;
  goesBack = false;
  formWidth = names;
  // Eight values are never all integers.
  hasOtherForm = correlated || names != width;
  memory.fill(COUNTS, 0, <usize>width * 32);
  splitFrom = u64.MAX_VALUE;
  hasSplit = false;
}

/** To be called behind `beginCensus`, if the file is to be split. */
export function beginSplits(every: f64, reach: f64): void {
  splitEvery = <u64>every;
  splitReach = <u64>reach;
  splitFrom = splitEvery;
  splitHour = 0;
}

/** Whether a split was found since the last time. Until it is taken, no other is looked for. */
export function takeSplit(): bool {
  const found = hasSplit;
  hasSplit = false;
  return found;
}
export function splitOffset(): f64 {
  return <f64>splitByte;
}
export function splitOrdinal(): f64 {
  return <f64>splitRow;
}

export function censusLines(): f64 {
  return <f64>lines;
}
export function censusBlanks(): f64 {
  return <f64>blanks;
}
export function censusRows(): f64 {
  return <f64>rows;
}
export function censusCalls(): f64 {
  return <f64>calls;
}
export function callSizesA(): i32 {
  return <i32>sizesA;
}
export function callSizesB(): i32 {
  return <i32>sizesB;
}
export function firstTimeBytes(): u32 {
  return firstTimeLength;
}
export function lastTimeBytes(): u32 {
  return lastTimeLength;
}
export function doesGoBack(): bool {
  return goesBack;
}
export function isAnotherForm(): bool {
  return hasOtherForm;
}
/** Records that the host has not taken yet. */
export function finishedCalls(): u32 {
  return <u32>(callsEnd - CALLS) / 12;
}
export function sampleCount(): u32 {
  return <u32>(samplesEnd - SAMPLES) >> 4;
}
export function censusDrained(): void {
  callsEnd = CALLS;
  samplesEnd = SAMPLES;
}

/** Counts rows until the input, the room for records or the file ends, or a row is irregular. */
export function census(): i32 {
  while (true) {
    const isFull = callsEnd >= CALLS + CALLS_BYTES || samplesEnd + <usize>width * 16 > SAMPLES + SAMPLES_BYTES;
    if (isFull) return NEEDS_DRAIN;
    const status = readRow();
    if (status == BLANK) {
      lines += 1;
      blanks += 1;
      takeRow();
      continue;
    }
    if (status != ROW) {
      if (status == DONE) finishCall();
      return status;
    }
    if (correlated) {
      if (!isSameTail) {
        const taken = countValues();
        if (taken != ROW) return taken;
      }
      callRows += 1;
    } else if (rowOffset() >= splitFrom && rows % MAX_EVENT_ROWS == 0) {
      split();
    }
    if (!countFields()) return LIKE_A_HEADER;
    lines += 1;
    rows += 1;
    takeRow();
  }
}

function countValues(): i32 {
  const call = takeValues();
  if (call > NEW_CALL) return call;
  if (!isSameRest && !isSameIdentity()) return OTHER_IDENTITY;
  countTime();
  if (call != NEW_CALL) return ROW;
  if (rowOffset() >= splitFrom) splitAtCall();
  finishCall();
  calls += 1;
  murmur3(CALL_ID, idLength);
  callHigh = h1;
  callLow = h2;
  return ROW;
}

/** The row in hand begins a call. Where the hour changes too, hardly an output file is cut in two. */
function splitAtCall(): void {
  if ((splitHour != 0 && hour != splitHour) || rowOffset() >= splitFrom + splitReach) split();
  else splitHour = hour;
}

function split(): void {
  if (hasSplit) return;
  hasSplit = true;
  splitByte = rowOffset();
  splitRow = rows;
  splitFrom = splitByte + splitEvery;
  splitHour = 0;
}

/** Workspace, service, model and version are, as written, those of the first row. */
function isSameIdentity(): bool {
  const start = fieldStart(width + 3);
  const length = separatorAt(width + 6) - start;
  if (identityLength > 0) return length == identityLength && equal(start, IDENTITY, length);
  if (length > IDENTITY_BYTES) return false;
  identityLength = length;
  copy(IDENTITY, start, length);
  return true;
}

function countTime(): void {
  if (firstTimeLength == 0) previousTime = order;
  if (order < previousTime) goesBack = true;
  previousTime = order;
  if (firstTimeLength == 0 || order < firstTime) {
    firstTime = order;
    firstTimeLength = timeLength;
    copy(FIRST_TIME, TIME, timeLength);
  }
  if (lastTimeLength == 0 || order > lastTime) {
    lastTime = order;
    lastTimeLength = timeLength;
    copy(LAST_TIME, TIME, timeLength);
  }
}

function finishCall(): void {
  if (callRows == 0) return;
  sizesA = sizesA * BASE_A + callRows + 1;
  sizesB = sizesB * BASE_B + callRows + 1;
  store<u32>(callsEnd, callHigh);
  store<u32>(callsEnd, callLow, 4);
  store<u32>(callsEnd, callRows, 8);
  callsEnd += 12;
  callRows = 0;
}

/** Counts each field's kind in its column; false if the row could be a header. */
function countFields(): bool {
  let start = fieldStart(0);
  let counts = COUNTS;
  let allIntegers = true;
  for (let i: u32 = 0; i < width; i += 1) {
    const end = separatorAt(i);
    let kind = numberKind(start, <u32>(end - start));
    if (kind == TEXT) {
      kind = otherKind(start, end);
      if (kind > TEXT) return false;
    }
    if (kind != INTEGER) allIntegers = false;
    const count = load<u32>(counts + (kind << 2));
    if (count == 0) addSample(i, kind, start, end);
    store<u32>(counts + (kind << 2), count + 1);
    counts += 32;
    start = end + 1;
  }
  if (!hasOtherForm && !allIntegers) hasOtherForm = !isAllIntegers();
  return true;
}

/** The kind of a field that is no plain number; TEXT + 1 if it could be one of the eight names. */
function otherKind(start: usize, end: usize): u32 {
  if (end > start && load<u8>(start) == QUOTE) {
    start += 1;
    end -= 1;
    const number = numberKind(start, <u32>(end - start));
    if (number <= NUMBER) return number;
  }
  const kind = wordKind(start, <u32>(end - start));
  return kind == TEXT && mayBeAmlName(start, end - start) ? TEXT + 1 : kind;
}

function addSample(column: u32, kind: u32, start: usize, end: usize): void {
  store<u32>(samplesEnd, column);
  store<u32>(samplesEnd, kind, 4);
  store<u32>(samplesEnd, <u32>start, 8);
  store<u32>(samplesEnd, <u32>end, 12);
  samplesEnd += 16;
}

/** Every field is `[+-]?[0-9]+`, with leading zeros as it likes. */
function isAllIntegers(): bool {
  for (let i: u32 = 0; i < width; i += 1) {
    let p = fieldStart(i);
    let end = separatorAt(i);
    if (end > p && load<u8>(p) == QUOTE) {
      p += 1;
      end -= 1;
    }
    if (end > p && (load<u8>(p) == PLUS || load<u8>(p) == MINUS)) p += 1;
    if (p >= end) return false;
    for (; p < end; p += 1) if (<u32>load<u8>(p) - ZERO > 9) return false;
  }
  return true;
}
