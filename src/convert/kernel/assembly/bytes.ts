/** ASCII, by the names it has in the format. */
export const LF: u32 = 0x0a;
export const CR: u32 = 0x0d;
export const QUOTE: u32 = 0x22;
export const DOLLAR: u32 = 0x24;
export const PAREN: u32 = 0x28;
export const PLUS: u32 = 0x2b;
export const COMMA: u32 = 0x2c;
export const MINUS: u32 = 0x2d;
export const DOT: u32 = 0x2e;
export const ZERO: u32 = 0x30;
export const COLON: u32 = 0x3a;
export const BACKSLASH: u32 = 0x5c;

/** Copies in steps of 16: up to 15 bytes behind either end are touched. Returns the end of the copy. */
// @ts-ignore: decorator
@inline
export function copy(to: usize, from: usize, length: usize): usize {
  let done: usize = 0;
  do {
    v128.store(to + done, v128.load(from + done));
    done += 16;
  } while (done < length);
  return to + length;
}

/** Reads in steps of 16, as `copy`. */
// @ts-ignore: decorator
@inline
export function equal(a: usize, b: usize, length: usize): bool {
  let done: usize = 0;
  while (done + 16 <= length) {
    if (v128.any_true(v128.xor(v128.load(a + done), v128.load(b + done)))) return false;
    done += 16;
  }
  const rest = <u32>(length - done);
  const same = <u32>i8x16.bitmask(i8x16.eq(v128.load(a + done), v128.load(b + done)));
  return (~same & ((1 << rest) - 1)) == 0;
}

/** The content of a quoted field, whose quotes are doubled, with single ones. Returns the end of the copy. */
export function unquote(to: usize, from: usize, end: usize): usize {
  while (from < end) {
    const byte = load<u8>(from);
    store<u8>(to, byte);
    to += 1;
    from += byte == QUOTE ? 2 : 1;
  }
  return to;
}

/** Returns the end of the digits. */
export function writeDecimal(to: usize, value: u64): usize {
  let digits: usize = 1;
  for (let rest = value / 10; rest > 0; rest /= 10) digits += 1;
  let at = to + digits;
  do {
    at -= 1;
    store<u8>(at, <u8>(ZERO + <u32>(value % 10)));
    value /= 10;
  } while (at > to);
  return to + digits;
}
