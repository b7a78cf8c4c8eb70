import { COLON, CR, DOLLAR, LF, PAREN, QUOTE, copy, equal, unquote } from './bytes';
import {
  CALL_ID,
  HEADER,
  INPUT,
  MAX_ID_BYTES,
  MAX_ROW_BYTES,
  MAX_TAIL_BYTES,
  SCRATCH,
  TAIL,
  TIME,
} from './layout';
import {
  ROW_ENDED,
  SPOILT,
  UNFINISHED,
  beginInput,
  beginRow,
  beyondAscii,
  closeLastField,
  fieldStart,
  lineFeed,
  scan,
  separatorAt,
  separators,
} from './scanner';
import { readTimestamp } from './timestamp';
import { isUtf8 } from './utf8';

/** What `readRow` found, and what a run ends with; from IRREGULAR on, why the reference path must take the file. */
export const NEEDS_INPUT: i32 = 0;
export const NEEDS_DRAIN: i32 = 1;
export const DONE: i32 = 2;
export const ROW: i32 = 3;
export const BLANK: i32 = 4;
export const IRREGULAR: i32 = 16;
export const OTHER_WIDTH: i32 = 16;
export const BAD_QUOTES: i32 = 17;
export const NOT_UTF8: i32 = 18;
export const TOO_LONG: i32 = 19;
export const NO_VALUES: i32 = 20;
export const HAS_VALUES: i32 = 21;
export const NO_ID: i32 = 22;
export const LIKE_A_HEADER: i32 = 23;
export const MISFIT: i32 = 24;
export const OTHER_IDENTITY: i32 = 25;
export const TOO_MANY: i32 = 26;

/** User fields of every row, and whether every row has the eight values behind them. */
export let width: u32 = 0;
export let correlated: bool = false;
/** Fields of a header that may be repeated; 0 for none. */
let headerFields: u32 = 0;

let rowStart: usize = INPUT;
let inputEnd: usize = INPUT;
let nextRow: usize = INPUT;
let isLastInput: bool = false;
/** Bytes that the host has put there and that were moved out. */
let movedOut: u64 = 0;

/** Of a correlated row: whether all eight values are those of the row before it, byte by byte; or all but id and time. */
export let isSameTail: bool = false;
export let isSameRest: bool = false;

/** The previous row's eight values with their line ending, as bytes: in the input, or in TAIL. */
let tail: usize = 0;
let tailLength: usize = 0;
/** From the tail's start to the field behind the timestamp. */
let restOffset: usize = 0;

/** Of the call in hand. */
export let idLength: u32 = 0;
export let timeLength: u32 = 0;

export function beginFile(userFields: u32, hasValues: bool, repeatable: u32): void {
  width = userFields;
  correlated = hasValues;
  headerFields = repeatable;
  rowStart = INPUT;
  inputEnd = INPUT;
  nextRow = INPUT;
  isLastInput = false;
  movedOut = 0;
  tailLength = 0;
  idLength = 0;
  timeLength = 0;
}

/** All rows have the time that the host has put into TIME. False if it is none. */
export function setFolderTime(length: u32): bool {
  timeLength = length;
  return readTimestamp(TIME, length);
}

/** Where the host may put the next bytes. Moves the unfinished row to the front; addresses in it are void from here on. */
export function makeRoom(): usize {
  const length = inputEnd - rowStart;
  if (rowStart != INPUT) {
    if (tailLength != 0 && tail != TAIL) {
      if (tailLength <= MAX_TAIL_BYTES) copy(TAIL, tail, tailLength);
      else tailLength = 0;
      tail = TAIL;
    }
    movedOut += <u64>(rowStart - INPUT);
    memory.copy(INPUT, rowStart, length);
    rowStart = INPUT;
    nextRow = INPUT;
    inputEnd = INPUT + length;
  }
  return inputEnd;
}

/** Where the row in hand begins, in bytes from the first that the host put there. */
// @ts-ignore: decorator
@inline
export function rowOffset(): u64 {
  return movedOut + <u64>(rowStart - INPUT);
}

/** So many bytes were put there; `last`: they are the file's end. */
export function acceptInput(length: usize, last: bool): void {
  inputEnd += length;
  isLastInput = last;
  beginInput(inputEnd);
}

/** The next row becomes the one in hand; not to be called again before it is done with (`takeRow`). */
// @ts-ignore: decorator
@inline
export function takeRow(): void {
  rowStart = nextRow;
}

/** Reads the row in hand: where its fields are, and that nothing about it is irregular. */
export function readRow(): i32 {
  const first = <u32>load<u8>(rowStart);
  if (first == LF || (first == CR && load<u8>(rowStart + 1) == LF)) {
    const end = first == LF ? rowStart : rowStart + 1;
    if (end < inputEnd) {
      nextRow = end + 1;
      return BLANK;
    }
    if (rowStart == inputEnd) return isLastInput ? DONE : NEEDS_INPUT;
  }
  beginRow(rowStart);
  return correlated ? readCorrelatedRow() : readUncorrelatedRow();
}

function readCorrelatedRow(): i32 {
  let p = rowStart;
  if (width > 0) {
    p = scan(p, width);
    if (p <= SPOILT) return endEarly(p);
  }
  const start = fieldStart(width);
  isSameTail = tailLength != 0 && start + tailLength <= inputEnd && equal(start, tail, tailLength);
  if (isSameTail) {
    nextRow = start + tailLength;
    tail = start;
    return checkBytes(start);
  }
  if (separators < width + 2) {
    p = scan(p, width + 2);
    if (p <= SPOILT) return endEarly(p);
  }
  const rest = fieldStart(width + 2);
  isSameRest = tailLength != 0 && rest + tailLength - restOffset <= inputEnd && equal(rest, tail + restOffset, tailLength - restOffset);
  if (isSameRest) {
    nextRow = rest + tailLength - restOffset;
  } else {
    const status = finishRow(p, width + 8);
    if (status != ROW) return status;
    if (!isBoundary(rest, separatorAt(width + 2))) return NO_VALUES;
  }
  tail = start;
  restOffset = rest - start;
  tailLength = nextRow - start;
  // The last row of a file may lack its line ending, and no row follows it.
  return checkBytes(isSameRest ? rest : nextRow);
}

function readUncorrelatedRow(): i32 {
  const status = finishRow(rowStart, width);
  if (status != ROW) return status;
  if (width >= 8 && mayHaveValues()) return HAS_VALUES;
  if (headerFields == width && isHeader()) return LIKE_A_HEADER;
  return checkBytes(nextRow);
}

/** Scans to the row's end, which must come behind so many fields. */
function finishRow(p: usize, fields: u32): i32 {
  // A separator too many may have been met already, in the block of an earlier one.
  const status = separators < fields ? scan(p, fields) : SPOILT + 1;
  if (status > SPOILT) return OTHER_WIDTH;
  let end = lineFeed;
  if (status == UNFINISHED) {
    if (!isLastInput) return endEarly(UNFINISHED);
    if (lineFeed == 0) return BAD_QUOTES;
    end = inputEnd;
    nextRow = inputEnd;
  } else if (status == SPOILT) {
    return BAD_QUOTES;
  } else {
    nextRow = lineFeed + 1;
    if (load<u8>(end - 1) == CR) end -= 1;
  }
  if (separators + 1 != fields) return OTHER_WIDTH;
  closeLastField(end);
  // A CR behind a closing quote belongs to a line ending or spoils the row.
  const last = fieldStart(separators);
  if (status == UNFINISHED && load<u8>(last) == QUOTE && load<u8>(end - 1) == CR) return BAD_QUOTES;
  return ROW;
}

/** The row ended, or the input, before all fields were there. */
function endEarly(status: usize): i32 {
  if (status == ROW_ENDED) return OTHER_WIDTH;
  if (status == SPOILT) return BAD_QUOTES;
  if (isLastInput) return lineFeed == 0 ? BAD_QUOTES : OTHER_WIDTH;
  return inputEnd - rowStart > MAX_ROW_BYTES ? TOO_LONG : NEEDS_INPUT;
}

/** The row's bytes up to `end` are text. */
// @ts-ignore: decorator
@inline
function checkBytes(end: usize): i32 {
  if (nextRow - rowStart > MAX_ROW_BYTES) return TOO_LONG;
  return beyondAscii == 0 || isUtf8(rowStart, end) ? ROW : NOT_UTF8;
}

// @ts-ignore: decorator
@inline
function isBoundary(p: usize, end: usize): bool {
  if (end - p == 4) return load<u32>(p) == 0x30343431;
  return end - p == 2 && load<u16>(p) == 0x3036;
}

/** Whether a row without the eight values could be taken for one with them. Strict in the other direction than `takeValues`. */
function mayHaveValues(): bool {
  const n = width - 6;
  let p = fieldStart(n);
  let end = separatorAt(n);
  if (end > p && load<u8>(p) == QUOTE) {
    p += 1;
    end -= 1;
  }
  if (!isBoundary(p, end)) return false;
  p = fieldStart(n - 1);
  if (load<u8>(p) == QUOTE) p += 1;
  return separatorAt(n - 1) >= p + 19 && load<u8>(p, 10) == 0x54 && load<u8>(p, 13) == COLON;
}

/** Whether the row's fields are those of the header. */
function isHeader(): bool {
  let known = HEADER;
  for (let i: u32 = 0; i < width; i += 1) {
    const length = <usize>load<u32>(known);
    if (!isField(i, known + 4, length)) return false;
    known += 4 + length;
  }
  return true;
}

/** Whether the `n`th field, without quotes, is these bytes. */
function isField(n: u32, bytes: usize, length: usize): bool {
  let p = fieldStart(n);
  let end = separatorAt(n);
  if (end > p && load<u8>(p) == QUOTE) {
    if (end - p - 2 > length * 2) return false;
    end = unquote(SCRATCH, p + 1, end - 1);
    p = SCRATCH;
  }
  return end - p == length && equal(p, bytes, length);
}

/** Whether a text could be one of the eight names, with which a row would be a header. */
// @ts-ignore: decorator
@inline
export function mayBeAmlName(p: usize, length: usize): bool {
  const first = <u32>load<u8>(p);
  if (first != DOLLAR && first != PAREN) return false;
  return length > 4 && load<u32>(p + (first == DOLLAR ? 1 : 3)) == 0x5f6c6d61;
}

/**
 * Reads id and time of a row whose eight values are not those of the row before it. SAME_CALL, NEW_CALL or a status. The id
 * stands in CALL_ID then, without quotes, the time in TIME.
 */
export const SAME_CALL: i32 = 0;
export const NEW_CALL: i32 = 1;
export function takeValues(): i32 {
  const time = fieldStart(width + 1);
  const length = <u32>(separatorAt(width + 1) - time);
  if (!readTimestamp(time, length)) return NO_VALUES;
  v128.store(TIME, v128.load(time));
  v128.store(TIME, v128.load(time, 16), 16);
  timeLength = length;
  let p = fieldStart(width);
  let end = separatorAt(width);
  if (end - p > MAX_ID_BYTES) return NO_ID;
  if (end > p && load<u8>(p) == QUOTE) {
    end = unquote(SCRATCH, p + 1, end - 1);
    p = SCRATCH;
  }
  if (p == end) return NO_ID;
  if (end - p == idLength && equal(p, CALL_ID, idLength)) return SAME_CALL;
  idLength = <u32>(end - p);
  copy(CALL_ID, p, idLength);
  return NEW_CALL;
}
