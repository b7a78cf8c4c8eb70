/**
 * Deterministic event ids: UUID version 8 over MurmurHash3_x86_128 (seed 0), the same for a conversion, its repetition and the
 * dual writer. Not a secret and not a proof: only a name that two runs agree on. Text is given as byte strings (one character
 * a byte), so that hashing needs no encoding step.
 */

/** Of an event whose rows have a correlation id; `correlationId` is the event's, with its part or late suffix. */
export function correlatedEventId(collection: string, correlationId: string): string {
  return eventId(`${collection}\0${correlationId}`);
}

/** Of an event of uncorrelated rows: where its first data row stands (0-based, counted after explosion). */
export function uncorrelatedEventId(collection: string, sourceName: string, ordinal: number): string {
  return eventId(`${collection}\0${sourceName}\0${ordinal}`);
}

const [DASH, DIGITS] = [45, Buffer.from('0123456789abcdef', 'latin1')];
/** Where in a UUID's text the two digits of each of its bytes stand. */
const PLACES: Uint8Array = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34);
/** The last id's text. */
const text: Buffer = Buffer.alloc(36, DASH);

/** Digit by digit into one buffer: strings for its groups would take several times as long. */
function eventId(key: string): string {
  hash(key);
  digest[1] = ((digest[1] ?? 0) & ~0x00f0_0000) | 0x0080_0000;
  digest[2] = ((digest[2] ?? 0) & ~0x0000_00c0) | 0x0000_0080;
  for (let byte = 0; byte < PLACES.length; byte += 1) {
    const place = PLACES[byte] ?? 0;
    const value = ((digest[byte >> 2] ?? 0) >>> (8 * (byte & 3))) & 0xff;
    text[place] = DIGITS[value >> 4] ?? 0;
    text[place + 1] = DIGITS[value & 15] ?? 0;
  }
  return text.toString('latin1');
}

/** Austin Appleby's MurmurHash3_x86_128 (public domain), seed 0, over one byte a character. */
export function murmur3x86128(key: string): Uint32Array {
  hash(key);
  return digest.slice();
}

/** The last digest, in its four little-endian words. */
const digest: Uint32Array = new Uint32Array(4);

function hash(key: string): void {
  const c1 = 0x239b961b;
  const c2 = 0xab0e9789;
  const c3 = 0x38b34ae5;
  const c4 = 0xa1e38b93;
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  const bytes = bytesOf(key);
  const blocks = key.length - (key.length % 16);
  for (let i = 0; i < blocks; i += 16) {
    h1 ^= Math.imul(rotl(Math.imul(bytes.getInt32(i, true), c1), 15), c2);
    h1 = (Math.imul((rotl(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotl(Math.imul(bytes.getInt32(i + 4, true), c2), 16), c3);
    h2 = (Math.imul((rotl(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotl(Math.imul(bytes.getInt32(i + 8, true), c3), 17), c4);
    h3 = (Math.imul((rotl(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotl(Math.imul(bytes.getInt32(i + 12, true), c4), 18), c1);
    h4 = (Math.imul((rotl(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  // Bytes past the end are 0, which leaves the mixing of absent words without effect.
  h4 ^= Math.imul(rotl(Math.imul(bytes.getInt32(blocks + 12, true), c4), 18), c1);
  h3 ^= Math.imul(rotl(Math.imul(bytes.getInt32(blocks + 8, true), c3), 17), c4);
  h2 ^= Math.imul(rotl(Math.imul(bytes.getInt32(blocks + 4, true), c2), 16), c3);
  h1 ^= Math.imul(rotl(Math.imul(bytes.getInt32(blocks, true), c1), 15), c2);
  h1 ^= key.length;
  h2 ^= key.length;
  h3 ^= key.length;
  h4 ^= key.length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = mix(h1);
  h2 = mix(h2);
  h3 = mix(h3);
  h4 = mix(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  digest[0] = h1;
  digest[1] = h2 + h1;
  digest[2] = h3 + h1;
  digest[3] = h4 + h1;
}

/** Bytes of the last short key; longer ones get memory of their own. */
const scratch: Buffer = Buffer.alloc(512);
const scratchView: DataView = new DataView(scratch.buffer, scratch.byteOffset, scratch.length);

/** The key and zeros up to a whole block behind it: four bytes at once are read faster than four characters. */
function bytesOf(key: string): DataView {
  const end = key.length + 16;
  if (end <= scratch.length) {
    // A loop: a native call takes longer than so few bytes.
    for (let i = 0; i < key.length; i += 1) scratch[i] = key.charCodeAt(i);
    for (let i = key.length; i < end; i += 1) scratch[i] = 0;
    return scratchView;
  }
  const bytes = Buffer.alloc(end);
  bytes.write(key, 'latin1');
  return new DataView(bytes.buffer, bytes.byteOffset, end);
}

function rotl(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** Murmur3's last step: every bit of a word has a say in every bit of the result. */
export function mix(x: number): number {
  let h = x ^ (x >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
