/**
 * Where everything stands in the kernel's memory, which never grows. Behind each region lie bytes that 16-byte loads and stores
 * may run into (slack) and bytes that nothing may touch (a guard), which the host fills and checks.
 */
const SLACK: usize = 64;
export const GUARD_BYTES: usize = 64;
const GAP: usize = SLACK + GUARD_BYTES;

/** Whatever is larger than one of these is irregular: the reference path takes it. */
export const MAX_ROW_BYTES: usize = 4 << 20;
export const MAX_COLUMNS: u32 = 16384;
/** Of a correlation id or a request id, as written. */
export const MAX_ID_BYTES: usize = 4096;
/** Of a row's eight values as a whole, for them to be compared with the next row's. */
export const MAX_TAIL_BYTES: usize = 16384;

/** The row in hand: u32 positions of its separators. A block of 16 bytes may add 15 more than were asked for. */
export const SEPARATORS: usize = 0x10000;
const SEPARATORS_BYTES: usize = (<usize>MAX_COLUMNS + 8 + 32) * 4;

/** One for each column: u32 address of its key, length of the key, type, 0. */
export const COLUMNS: usize = SEPARATORS + SEPARATORS_BYTES + GAP;
const COLUMNS_BYTES: usize = <usize>MAX_COLUMNS * 16;

/** `"age":`, `,"income":` and so on. */
export const KEYS: usize = COLUMNS + COLUMNS_BYTES + GAP;
export const KEYS_BYTES: usize = 512 << 10;

/** The header's fields without quotes: u32 length, then the bytes. */
export const HEADER: usize = KEYS + KEYS_BYTES + GAP;
export const HEADER_BYTES: usize = 256 << 10;

/** The constant parts of an event's line. */
export const ENVELOPE: usize = HEADER + HEADER_BYTES + GAP;
export const ENVELOPE_BYTES: usize = 32 << 10;

/** What an event's id is the hash of: a constant prefix, then the id or the ordinal. */
export const HASHED: usize = ENVELOPE + ENVELOPE_BYTES + GAP;
export const HASHED_PREFIX_BYTES: usize = 16 << 10;
const HASHED_BYTES: usize = HASHED_PREFIX_BYTES + MAX_ID_BYTES + 32;

/** The call in hand: its correlation id without quotes; its last row's timestamp. */
export const CALL_ID: usize = HASHED + HASHED_BYTES + GAP;
export const TIME: usize = CALL_ID + MAX_ID_BYTES + GAP;
const TIME_BYTES: usize = 32;

/** As JSON strings: the open event's correlationid and xrequestid, and the last row's request id. */
const ID_JSON_BYTES: usize = MAX_ID_BYTES * 6 + 64;
export const EVENT_ID_JSON: usize = TIME + TIME_BYTES + GAP;
export const EVENT_REQUEST_JSON: usize = EVENT_ID_JSON + ID_JSON_BYTES + GAP;
export const ROW_REQUEST_JSON: usize = EVENT_REQUEST_JSON + ID_JSON_BYTES + GAP;

/** For a moment: a field without its quotes. */
export const SCRATCH: usize = ROW_REQUEST_JSON + ID_JSON_BYTES + GAP;
export const SCRATCH_BYTES: usize = HEADER_BYTES * 2 + 64;

/** The eight values of the previous row, when the input that held them has moved. */
export const TAIL: usize = SCRATCH + SCRATCH_BYTES + GAP;

/** Times that the host gives as text: since, until. */
export const LIMITS: usize = TAIL + MAX_TAIL_BYTES + GAP;
const LIMITS_BYTES: usize = 64;

/** Census: u32 counts, eight for each column, by kind of token. */
export const COUNTS: usize = LIMITS + LIMITS_BYTES + GAP;
export const COUNTS_BYTES: usize = <usize>MAX_COLUMNS * 32;

/** Census: u32 column, kind, start and end of the first token of its kind in the column; for the host to copy at once. */
export const SAMPLES: usize = COUNTS + COUNTS_BYTES + GAP;
export const SAMPLES_BYTES: usize = <usize>MAX_COLUMNS * 16 * 2;

/** Census: u32 high and low half of the hash of a call's id, and its rows. */
export const CALLS: usize = SAMPLES + SAMPLES_BYTES + GAP;
export const CALLS_BYTES: usize = 12 * 16384;

/** Census: texts of the first and the last time, and of the first row's identity (four fields as written). */
export const FIRST_TIME: usize = CALLS + CALLS_BYTES + GAP;
export const LAST_TIME: usize = FIRST_TIME + 32;
export const IDENTITY: usize = LAST_TIME + 32 + GAP;
export const IDENTITY_BYTES: usize = MAX_TAIL_BYTES;

/** Runs of whole or unfinished lines of one hour in the output: u32 hour, start, end. */
export const SEGMENTS: usize = IDENTITY + IDENTITY_BYTES + GAP;
export const MAX_SEGMENTS: u32 = 8192;

/** What was read: the unfinished row of the last chunk, then the chunk. */
export const INPUT: usize = SEGMENTS + (<usize>MAX_SEGMENTS + 4) * 12 + GAP;
export const INPUT_BYTES: usize = MAX_ROW_BYTES + (1 << 20);

/** Lines. At `OUTPUT_SOFT_BYTES` the host is asked to take them; what one row can add fits behind that. */
export const OUTPUT: usize = INPUT + INPUT_BYTES + GAP;
export const OUTPUT_SOFT_BYTES: usize = 512 << 10;
const OUTPUT_BYTES: usize =
  OUTPUT_SOFT_BYTES + MAX_ROW_BYTES * 6 + KEYS_BYTES + <usize>MAX_COLUMNS * 8 + ENVELOPE_BYTES * 2 + MAX_ID_BYTES * 16;

export const MEMORY_BYTES: usize = OUTPUT + OUTPUT_BYTES + GAP;

/** The address of the `n`th guard, in order; 0 behind the last. */
export function guardAt(n: u32): usize {
  switch (n) {
    case 0: return COLUMNS - GUARD_BYTES;
    case 1: return KEYS - GUARD_BYTES;
    case 2: return HEADER - GUARD_BYTES;
    case 3: return ENVELOPE - GUARD_BYTES;
    case 4: return HASHED - GUARD_BYTES;
    case 5: return CALL_ID - GUARD_BYTES;
    case 6: return TIME - GUARD_BYTES;
    case 7: return EVENT_ID_JSON - GUARD_BYTES;
    case 8: return EVENT_REQUEST_JSON - GUARD_BYTES;
    case 21: return ROW_REQUEST_JSON - GUARD_BYTES;
    case 9: return SCRATCH - GUARD_BYTES;
    case 10: return TAIL - GUARD_BYTES;
    case 11: return LIMITS - GUARD_BYTES;
    case 12: return COUNTS - GUARD_BYTES;
    case 13: return SAMPLES - GUARD_BYTES;
    case 14: return CALLS - GUARD_BYTES;
    case 15: return FIRST_TIME - GUARD_BYTES;
    case 16: return IDENTITY - GUARD_BYTES;
    case 17: return SEGMENTS - GUARD_BYTES;
    case 18: return INPUT - GUARD_BYTES;
    case 19: return OUTPUT - GUARD_BYTES;
    case 20: return MEMORY_BYTES - GUARD_BYTES;
    default: return 0;
  }
}
