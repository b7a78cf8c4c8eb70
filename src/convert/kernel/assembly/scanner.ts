import { COMMA, CR, LF, QUOTE } from './bytes';
import { SEPARATORS } from './layout';

/** What `scan` returns in place of an address. */
export const ROW_ENDED: usize = 0;
/** The input ends within the row. */
export const UNFINISHED: usize = 1;
/** Text behind a closing quote. */
export const SPOILT: usize = 2;

/** Separators of the row in hand found so far; their positions stand in SEPARATORS. */
export let separators: u32 = 0;
/** Where the line feed is that ends the row: a valid one, or the sentinel at the input's end; 0 inside an open quote. */
export let lineFeed: usize = 0;
/** Not 0 when a byte of the blocks seen was no ASCII. */
export let beyondAscii: u32 = 0;

let rowStart: usize = 0;
let inputEnd: usize = 0;

/** Behind the input stands a sentinel, so that no loop needs to look for its end. */
export function beginInput(end: usize): void {
  inputEnd = end;
  store<u8>(end, <u8>LF);
}

// @ts-ignore: decorator
@inline
export function beginRow(start: usize): void {
  rowStart = start;
  separators = 0;
  beyondAscii = 0;
}

/** Makes the row's end look like one more separator. */
// @ts-ignore: decorator
@inline
export function closeLastField(end: usize): void {
  store<u32>(SEPARATORS + (<usize>separators << 2), <u32>end);
}

// @ts-ignore: decorator
@inline
export function separatorAt(n: u32): usize {
  return load<u32>(SEPARATORS + (<usize>n << 2));
}

/** The first byte of the `n`th field, 0-based. */
// @ts-ignore: decorator
@inline
export function fieldStart(n: u32): usize {
  return n == 0 ? rowStart : separatorAt(n - 1) + 1;
}

/**
 * Finds the row's separators from `p` on until there are `limit` (or a few more) or the row ends. Returns where to go on, or a
 * status. A quote opens a field only as its first byte; elsewhere it is data.
 */
export function scan(p: usize, limit: u32): usize {
  let found = separators;
  let seen = v128.splat<u8>(0);
  while (true) {
    const block = v128.load(p);
    seen = v128.or(seen, block);
    let commas = <u32>i8x16.bitmask(i8x16.eq(block, i8x16.splat(<i8>COMMA)));
    const special = <u32>i8x16.bitmask(
      v128.or(i8x16.eq(block, i8x16.splat(<i8>LF)), i8x16.eq(block, i8x16.splat(<i8>QUOTE))),
    );
    if (special == 0) {
      while (commas != 0) {
        store<u32>(SEPARATORS + (<usize>found << 2), <u32>p + ctz(commas));
        commas &= commas - 1;
        found += 1;
      }
      p += 16;
      if (found < limit) continue;
      separators = found;
      beyondAscii |= <u32>i8x16.bitmask(seen);
      return p;
    }
    let mask = commas | special;
    let next = p + 16;
    do {
      const at = p + <usize>ctz(mask);
      mask &= mask - 1;
      const byte = <u32>load<u8>(at);
      if (byte == COMMA) {
        store<u32>(SEPARATORS + (<usize>found << 2), <u32>at);
        found += 1;
        if (found < limit) continue;
        separators = found;
        beyondAscii |= <u32>i8x16.bitmask(seen);
        return at + 1;
      }
      separators = found;
      if (byte == LF) {
        lineFeed = at;
        beyondAscii |= <u32>i8x16.bitmask(seen);
        return at == inputEnd ? UNFINISHED : ROW_ENDED;
      }
      if (at != fieldStart(found)) continue;
      const close = closingQuote(at + 1);
      if (close == 0) {
        lineFeed = 0;
        return UNFINISHED;
      }
      next = close + 1;
      const behind = <u32>load<u8>(next);
      if (behind != COMMA && behind != LF && !(behind == CR && load<u8>(next + 1) == LF)) return SPOILT;
      break;
    } while (mask != 0);
    p = next;
  }
}

/** Where the quoted field ends whose content begins at `p`; 0 if the input ends first. */
function closingQuote(p: usize): usize {
  let seen = v128.splat<u8>(0);
  while (true) {
    const block = v128.load(p);
    seen = v128.or(seen, block);
    const quotes = <u32>i8x16.bitmask(i8x16.eq(block, i8x16.splat(<i8>QUOTE)));
    if (quotes == 0) {
      p += 16;
      if (p >= inputEnd) return 0;
      continue;
    }
    p += <usize>ctz(quotes);
    if (p >= inputEnd) return 0;
    if (load<u8>(p + 1) != QUOTE) {
      beyondAscii |= <u32>i8x16.bitmask(seen);
      return p;
    }
    p += 2;
  }
}
