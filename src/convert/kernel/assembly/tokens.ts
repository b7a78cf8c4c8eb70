import { DOT, MINUS, PLUS, ZERO } from './bytes';

/** What a field's text can be; the numbers are those of COUNTS. Mirrors `TokenKind` of `mapping/column-types.ts`. */
export const EMPTY: u32 = 0;
export const NAN: u32 = 1;
export const INTEGER: u32 = 2;
export const NUMBER: u32 = 3;
export const INFINITY: u32 = 4;
export const BOOLEAN: u32 = 5;
export const TEXT: u32 = 6;

const EXPONENT: u32 = 0x65;

// @ts-ignore: decorator
@inline
function digitMask(p: usize): u32 {
  const values = i8x16.sub(v128.load(p), i8x16.splat(<i8>ZERO));
  return <u32>i8x16.bitmask(i8x16.lt_u(values, i8x16.splat(10)));
}

// @ts-ignore: decorator
@inline
function isExponent(byte: u8): bool {
  return (byte | 0x20) == EXPONENT;
}

/**
 * INTEGER, NUMBER or TEXT: the grammar of JSON numbers, read from a mask of what is no digit: at most a sign, a dot, an exponent
 * and its sign, each where it belongs.
 */
// @ts-ignore: decorator
@inline
export function numberKind(p: usize, length: u32): u32 {
  if (length - 1 >= 31) return length == 0 ? TEXT : longNumberKind(p, length);
  let digits = digitMask(p);
  if (length > 16) digits |= digitMask(p + 16) << 16;
  let others = ~digits & ((1 << length) - 1);
  let first: u32 = 0;
  if (load<u8>(p) == MINUS) {
    first = 1;
    others &= others - 1;
    if (length == 1) return TEXT;
  }
  const at = others == 0 ? length : ctz(others);
  // At least one digit before anything else, and no zero before other digits.
  if (at == first || (load<u8>(p + first) == ZERO && at != first + 1)) return TEXT;
  if (others == 0) return INTEGER;
  others &= others - 1;
  if (load<u8>(p + at) == DOT) {
    if (at == length - 1) return TEXT;
    if (others == 0) return NUMBER;
    const exponent = ctz(others);
    if (exponent == at + 1 || !isExponent(load<u8>(p + exponent))) return TEXT;
    return exponentKind(p, length, exponent, others & (others - 1));
  }
  return isExponent(load<u8>(p + at)) ? exponentKind(p, length, at, others) : TEXT;
}

/** `others` has what is no digit behind the exponent's letter. */
// @ts-ignore: decorator
@inline
function exponentKind(p: usize, length: u32, letter: u32, others: u32): u32 {
  if (others == 0) return letter + 1 < length ? NUMBER : TEXT;
  const sign = <u32>load<u8>(p + letter + 1);
  const alone = others == 1 << (letter + 1);
  return alone && (sign == PLUS || sign == MINUS) && letter + 2 < length ? NUMBER : TEXT;
}

function skipDigits(p: usize, end: usize): usize {
  while (p < end && <u32>load<u8>(p) - ZERO < 10) p += 1;
  return p;
}

/** The same grammar, byte by byte, for tokens that don't fit a mask. */
function longNumberKind(start: usize, length: u32): u32 {
  const end = start + length;
  const first = load<u8>(start) == MINUS ? start + 1 : start;
  let p = skipDigits(first, end);
  if (p == first || (load<u8>(first) == ZERO && p != first + 1)) return TEXT;
  if (p == end) return INTEGER;
  if (load<u8>(p) == DOT) {
    const fraction = p + 1;
    p = skipDigits(fraction, end);
    if (p == fraction) return TEXT;
    if (p == end) return NUMBER;
  }
  if (!isExponent(load<u8>(p))) return TEXT;
  p += 1;
  if (p < end && (load<u8>(p) == PLUS || load<u8>(p) == MINUS)) p += 1;
  return p < end && skipDigits(p, end) == end ? NUMBER : TEXT;
}

// @ts-ignore: decorator
@inline
function isNan(p: usize, length: u32): bool {
  return length == 3 && load<u16>(p) == 0x616e && load<u8>(p + 2) == 0x6e;
}

// @ts-ignore: decorator
@inline
function isInf(p: usize): bool {
  return load<u16>(p) == 0x6e69 && load<u8>(p + 2) == 0x66;
}

export function isTrue(p: usize, length: u32): bool {
  return length == 4 && load<u32>(p) == 0x65757254;
}

export function isFalse(p: usize, length: u32): bool {
  return length == 5 && load<u32>(p) == 0x736c6146 && load<u8>(p + 4) == 0x65;
}

/** The kind of a token that is no number, without quotes. */
export function wordKind(p: usize, length: u32): u32 {
  if (length == 0) return EMPTY;
  if (length > 5) return TEXT;
  if (isNan(p, length)) return NAN;
  if ((length == 3 && isInf(p)) || (length == 4 && load<u8>(p) == MINUS && isInf(p + 1))) return INFINITY;
  return isTrue(p, length) || isFalse(p, length) ? BOOLEAN : TEXT;
}
