import { BACKSLASH, QUOTE } from './bytes';

/**
 * Writes the bytes `p..end` as the inside of a JSON string, escaped as `JSON.stringify` does; of a quoted field a doubled quote
 * becomes one. Returns the end of what was written: at most six bytes for one, and up to 15 behind it are touched.
 */
export function escape(to: usize, p: usize, end: usize, quoted: bool): usize {
  while (p < end) {
    const block = v128.load(p);
    v128.store(to, block);
    const found = <u32>i8x16.bitmask(
      v128.or(
        i8x16.lt_u(block, i8x16.splat(0x20)),
        v128.or(i8x16.eq(block, i8x16.splat(<i8>QUOTE)), i8x16.eq(block, i8x16.splat(<i8>BACKSLASH))),
      ),
    );
    const length: usize = found == 0 ? 16 : <usize>ctz(found);
    if (p + length >= end) return to + (end - p);
    p += length;
    to += length;
    if (found == 0) continue;
    const byte = <u32>load<u8>(p);
    to = escapeByte(to, byte);
    p += quoted && byte == QUOTE ? 2 : 1;
  }
  return to;
}

/** `u0000` to `\u001f` in short where JSON has a letter for it. */
function escapeByte(to: usize, byte: u32): usize {
  let letter: u32 = 0;
  switch (byte) {
    case QUOTE: letter = QUOTE; break;
    case BACKSLASH: letter = BACKSLASH; break;
    case 0x08: letter = 0x62; break;
    case 0x09: letter = 0x74; break;
    case 0x0a: letter = 0x6e; break;
    case 0x0c: letter = 0x66; break;
    case 0x0d: letter = 0x72; break;
  }
  if (letter != 0) {
    store<u16>(to, <u16>(BACKSLASH | (letter << 8)));
    return to + 2;
  }
  // `\u00`, then two hex digits, of which the first is 0 or 1.
  store<u32>(to, 0x3030755c);
  const low = byte & 15;
  store<u16>(to + 4, <u16>(0x30 + (byte >> 4) + ((low < 10 ? 0x30 + low : 0x57 + low) << 8)));
  return to + 6;
}
