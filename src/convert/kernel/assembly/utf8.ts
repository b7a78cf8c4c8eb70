/** True if the bytes are UTF-8 as the standard has it: no overlong forms, no surrogates. What follows `end` is ASCII. */
export function isUtf8(p: usize, end: usize): bool {
  while (p < end) {
    const block = v128.load(p);
    const high = <u32>i8x16.bitmask(block);
    if (high == 0) {
      p += 16;
      continue;
    }
    p += <usize>ctz(high);
    if (p >= end) return true;
    const lead = <u32>load<u8>(p);
    const second = <u32>load<u8>(p + 1);
    if (lead < 0xe0) {
      if (lead < 0xc2 || (second & 0xc0) != 0x80) return false;
      p += 2;
    } else if (lead < 0xf0) {
      if ((second & 0xc0) != 0x80 || (load<u8>(p + 2) & 0xc0) != 0x80) return false;
      if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f)) return false;
      p += 3;
    } else {
      if (lead > 0xf4 || (second & 0xc0) != 0x80) return false;
      if ((load<u8>(p + 2) & 0xc0) != 0x80 || (load<u8>(p + 3) & 0xc0) != 0x80) return false;
      if ((lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) return false;
      p += 4;
    }
  }
  return true;
}
