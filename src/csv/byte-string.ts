/**
 * Text with one character for each byte (latin1), so that a string's length and indexes are bytes and offsets. All legacy
 * data stays in this form from the reader to the writer: JSON escapes only ASCII characters, so escaping a byte string and
 * writing it as latin1 gives exactly the UTF-8 that escaping the decoded text would give, without decoding anything.
 */
export type ByteString = string & { readonly __bytes: unique symbol };

export function toByteString(bytes: Uint8Array): ByteString {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') as ByteString;
}

/** Most text is ASCII, which is one already. */
export function encodeText(text: string): ByteString {
  const isAscii = Buffer.byteLength(text) === text.length;
  return isAscii ? (text as ByteString) : toByteString(Buffer.from(text, 'utf8'));
}

/** The text that the bytes spell; what is not UTF-8 becomes U+FFFD, so only for messages or checked bytes. */
export function decodeText(bytes: ByteString): string {
  return toBuffer(bytes).toString('utf8');
}

/** A part of a byte string is one too. */
export function sliceBytes(bytes: ByteString, start: number, end?: number): ByteString {
  return bytes.slice(start, end) as ByteString;
}

export function toBuffer(bytes: ByteString): Buffer {
  return Buffer.from(bytes, 'latin1');
}
