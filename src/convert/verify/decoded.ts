import { type ByteString, decodeText } from '../../csv/byte-string.js';

/** The text that a byte string spells. Most are ASCII, where bytes and text are the same. */
export function decoded(field: string): string {
  for (let i = 0; i < field.length; i += 1) {
    if (field.charCodeAt(i) > 0x7f) return decodeText(field as ByteString);
  }
  return field;
}
