import { DOT, QUOTE, ZERO, copy, unquote, writeDecimal } from './bytes';
import {
  CALL_ID,
  ENVELOPE,
  EVENT_ID_JSON,
  EVENT_REQUEST_JSON,
  HASHED,
  MAX_ID_BYTES,
  ROW_REQUEST_JSON,
  SCRATCH,
  TIME,
} from './layout';
import { escape } from './json';
import { h1, h2, h3, h4, murmur3 } from './murmur3';
import { idLength, timeLength, width } from './rows';
import { fieldStart, separatorAt } from './scanner';

/** The line's constant parts, in order; ENVELOPE begins with the address and the length of each. */
const BEFORE_ID: u32 = 0;
const BEFORE_TIME: u32 = 1;
const BEFORE_DATA: u32 = 2;
const BEFORE_LAST_BYTE: u32 = 3;
const BEFORE_BYTES: u32 = 4;
const BEFORE_CORRELATION_ID: u32 = 5;
const BEFORE_REQUEST_ID: u32 = 6;
const BEHIND: u32 = 7;

const UUID_BYTES: usize = 36;

let prefixLength: usize = 0;
let eventIdLength: usize = 0;
let eventRequestLength: usize = 0;
/** 0: the row has none, so its correlation id stands in for it. */
let rowRequestLength: usize = 0;

export function beginEnvelope(hashedPrefixLength: usize): void {
  prefixLength = hashedPrefixLength;
  rowRequestLength = 0;
}

// @ts-ignore: decorator
@inline
function part(to: usize, n: u32): usize {
  const at = ENVELOPE + (<usize>n << 3);
  return copy(to, load<u32>(at), load<u32>(at, 4));
}

/** Writes bytes as a JSON string. */
function writeText(to: usize, p: usize, end: usize): usize {
  store<u8>(to, <u8>QUOTE);
  to = escape(to + 1, p, end, false);
  store<u8>(to, <u8>QUOTE);
  return to + 1;
}

/** Remembers the request id of a row all of whose fields are known. False if it is too long. */
export function takeRequestId(): bool {
  let p = fieldStart(width + 7);
  let end = separatorAt(width + 7);
  if (end - p > MAX_ID_BYTES) return false;
  if (end > p && load<u8>(p) == QUOTE) {
    end = unquote(SCRATCH, p + 1, end - 1);
    p = SCRATCH;
  }
  rowRequestLength = p == end || isZeros(p, end) ? 0 : writeText(ROW_REQUEST_JSON, p, end) - ROW_REQUEST_JSON;
  return true;
}

/** `00000000-0000-0000-0000-000000000000`. */
function isZeros(p: usize, end: usize): bool {
  return (
    end - p == UUID_BYTES &&
    load<u64>(p) == 0x3030303030303030 &&
    load<u64>(p, 8) == 0x30302d303030302d &&
    load<u64>(p, 16) == 0x2d303030302d3030 &&
    load<u64>(p, 24) == 0x3030303030303030 &&
    load<u32>(p, 32) == 0x30303030
  );
}

/** The line up to its data, of an event whose rows have a correlation id; `partNumber` counts from 0 within the call. */
export function writeCorrelatedHead(to: usize, partNumber: u64): usize {
  const key = HASHED + prefixLength;
  const ownEnd = copy(key, CALL_ID, idLength);
  let end = ownEnd;
  if (partNumber > 0) {
    store<u8>(end, <u8>DOT);
    end = writeDecimal(end + 1, partNumber);
  } else if (endsLikePart(key, end)) {
    store<u16>(end, <u16>(DOT | (ZERO << 8)));
    end += 2;
  }
  eventIdLength = writeText(EVENT_ID_JSON, key, end) - EVENT_ID_JSON;
  if (rowRequestLength > 0) {
    eventRequestLength = rowRequestLength;
    copy(EVENT_REQUEST_JSON, ROW_REQUEST_JSON, rowRequestLength);
  } else if (end == ownEnd) {
    eventRequestLength = eventIdLength;
    copy(EVENT_REQUEST_JSON, EVENT_ID_JSON, eventIdLength);
  } else {
    eventRequestLength = writeText(EVENT_REQUEST_JSON, CALL_ID, CALL_ID + idLength) - EVENT_REQUEST_JSON;
  }
  murmur3(HASHED, <u32>(end - HASHED));
  return writeHead(to);
}

/** As above, of rows without the eight values, the first of which is the `ordinal`th: the event's id is all its ids. */
export function writeUncorrelatedHead(to: usize, ordinal: u64): usize {
  const end = writeDecimal(HASHED + prefixLength, ordinal);
  murmur3(HASHED, <u32>(end - HASHED));
  store<u8>(EVENT_ID_JSON, <u8>QUOTE);
  store<u8>(writeId(EVENT_ID_JSON + 1), <u8>QUOTE);
  eventIdLength = UUID_BYTES + 2;
  eventRequestLength = eventIdLength;
  copy(EVENT_REQUEST_JSON, EVENT_ID_JSON, eventIdLength);
  return writeHead(to);
}

/** Whether the id ends in a dot and digits, as those of later parts do. */
function endsLikePart(start: usize, end: usize): bool {
  let p = end;
  while (p > start && <u32>load<u8>(p - 1) - ZERO < 10) p -= 1;
  return p < end && p > start && load<u8>(p - 1) == DOT;
}

function writeHead(to: usize): usize {
  to = part(to, BEFORE_ID);
  to = writeId(to);
  to = part(to, BEFORE_TIME);
  to = copy(to, TIME, timeLength);
  store<u8>(to, 0x5a);
  return part(to + 1, BEFORE_DATA);
}

/** The digest of `murmur3` as a UUID of version 8. */
function writeId(to: usize): usize {
  let digest = i32x4(h1, h2, h3, h4);
  const version = i8x16(-1, -1, -1, -1, -1, -1, 0x0f, -1, 0x3f, -1, -1, -1, -1, -1, -1, -1);
  const variant = i8x16(0, 0, 0, 0, 0, 0, -0x80, 0, -0x80, 0, 0, 0, 0, 0, 0, 0);
  digest = v128.or(v128.and(digest, version), variant);
  const high = i8x16.shr_u(digest, 4);
  const low = v128.and(digest, v128.splat<u8>(15));
  const letters = i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102);
  const front = i8x16.swizzle(letters, v128.shuffle<u8>(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  const back = i8x16.swizzle(
    letters,
    v128.shuffle<u8>(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
  );
  store<u64>(to, i64x2.extract_lane(front, 0));
  store<u32>(to, i32x4.extract_lane(front, 2), 9);
  store<u32>(to, i32x4.extract_lane(front, 3), 14);
  store<u32>(to, i32x4.extract_lane(back, 0), 19);
  store<u32>(to, i32x4.extract_lane(back, 1), 24);
  store<u64>(to, i64x2.extract_lane(back, 1), 28);
  store<u8>(to, 0x2d, 8);
  store<u8>(to, 0x2d, 13);
  store<u8>(to, 0x2d, 18);
  store<u8>(to, 0x2d, 23);
  return to + UUID_BYTES;
}

/** The line from behind its data on, which had so many bytes. */
export function writeTail(to: usize, dataBytes: u64): usize {
  to = part(to, BEFORE_LAST_BYTE);
  to = writeDecimal(to, dataBytes - 1);
  to = part(to, BEFORE_BYTES);
  to = writeDecimal(to, dataBytes);
  to = part(to, BEFORE_CORRELATION_ID);
  to = copy(to, EVENT_ID_JSON, eventIdLength);
  to = part(to, BEFORE_REQUEST_ID);
  to = copy(to, EVENT_REQUEST_JSON, eventRequestLength);
  return part(to, BEHIND);
}
