const C1: u32 = 0x239b961b;
const C2: u32 = 0xab0e9789;
const C3: u32 = 0x38b34ae5;
const C4: u32 = 0xa1e38b93;

/** The digest's four words. */
export let h1: u32 = 0;
export let h2: u32 = 0;
export let h3: u32 = 0;
export let h4: u32 = 0;

// @ts-ignore: decorator
@inline
function mix(x: u32): u32 {
  let h = x ^ (x >> 16);
  h *= 0x85ebca6b;
  h ^= h >> 13;
  h *= 0xc2b2ae35;
  return h ^ (h >> 16);
}

/** Austin Appleby's MurmurHash3_x86_128 (public domain), seed 0, of the bytes at `p`. Zeros are written behind them. */
export function murmur3(p: usize, length: u32): void {
  let a: u32 = 0;
  let b: u32 = 0;
  let c: u32 = 0;
  let d: u32 = 0;
  const blocks = p + (length & ~15);
  for (; p < blocks; p += 16) {
    a ^= rotl<u32>(load<u32>(p) * C1, 15) * C2;
    a = (rotl<u32>(a, 19) + b) * 5 + 0x561ccd1b;
    b ^= rotl<u32>(load<u32>(p, 4) * C2, 16) * C3;
    b = (rotl<u32>(b, 17) + c) * 5 + 0x0bcaa747;
    c ^= rotl<u32>(load<u32>(p, 8) * C3, 17) * C4;
    c = (rotl<u32>(c, 15) + d) * 5 + 0x96cd1c35;
    d ^= rotl<u32>(load<u32>(p, 12) * C4, 18) * C1;
    d = (rotl<u32>(d, 13) + a) * 5 + 0x32ac3b17;
  }
  // Zeros behind the end leave the mixing of absent words without effect.
  v128.store(p + (length & 15), v128.splat<u8>(0));
  d ^= rotl<u32>(load<u32>(p, 12) * C4, 18) * C1;
  c ^= rotl<u32>(load<u32>(p, 8) * C3, 17) * C4;
  b ^= rotl<u32>(load<u32>(p, 4) * C2, 16) * C3;
  a ^= rotl<u32>(load<u32>(p) * C1, 15) * C2;
  a ^= length;
  b ^= length;
  c ^= length;
  d ^= length;
  a += b + c + d;
  b += a;
  c += a;
  d += a;
  a = mix(a);
  b = mix(b);
  c = mix(c);
  d = mix(d);
  a += b + c + d;
  h1 = a;
  h2 = b + a;
  h3 = c + a;
  h4 = d + a;
}
