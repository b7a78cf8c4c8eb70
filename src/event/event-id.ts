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

/** The digest of the last id, in its four little-endian words. */
const digest: Buffer = Buffer.alloc(16);

function eventId(key: string): string {
  murmur3x86128(key).forEach((word, i) => {
    digest.writeUInt32LE(word, 4 * i);
  });
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x80, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Austin Appleby's MurmurHash3_x86_128 (public domain), seed 0, over one byte a character. */
export function murmur3x86128(key: string): Uint32Array {
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
    h1 ^= Math.imul(rotl(Math.imul(bytes.readInt32LE(i), c1), 15), c2);
    h1 = (Math.imul((rotl(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotl(Math.imul(bytes.readInt32LE(i + 4), c2), 16), c3);
    h2 = (Math.imul((rotl(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotl(Math.imul(bytes.readInt32LE(i + 8), c3), 17), c4);
    h3 = (Math.imul((rotl(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotl(Math.imul(bytes.readInt32LE(i + 12), c4), 18), c1);
    h4 = (Math.imul((rotl(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  // Bytes past the end are 0, which leaves the mixing of absent words without effect.
  h4 ^= Math.imul(rotl(Math.imul(bytes.readInt32LE(blocks + 12), c4), 18), c1);
  h3 ^= Math.imul(rotl(Math.imul(bytes.readInt32LE(blocks + 8), c3), 17), c4);
  h2 ^= Math.imul(rotl(Math.imul(bytes.readInt32LE(blocks + 4), c2), 16), c3);
  h1 ^= Math.imul(rotl(Math.imul(bytes.readInt32LE(blocks), c1), 15), c2);
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
  return Uint32Array.of(h1, h2 + h1, h3 + h1, h4 + h1);
}

/** Bytes of the last short key; longer ones get memory of their own. */
const scratch: Buffer = Buffer.alloc(512);

/** The key and zeros up to a whole block behind it: four bytes at once are read faster than four characters. */
function bytesOf(key: string): Buffer {
  const end = key.length + 16;
  const bytes = end <= scratch.length ? scratch.fill(0, key.length, end) : Buffer.alloc(end);
  bytes.write(key, 'latin1');
  return bytes;
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
