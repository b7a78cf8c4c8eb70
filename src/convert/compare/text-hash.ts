import type { ByteString } from '../../csv/byte-string.js';
import { mix } from '../../event/event-id.js';
import { STEP_B } from './rows-digest.js';

/** By which a hash moves on with each byte of a text: two hashes go along each text, of 32 bits each. */
export const FNV = 0x01000193;
export const MURMUR = 0x85ebca6b;

/** Of a column's name. */
export function columnHash(name: ByteString): number {
  return hashText(name, 0);
}

/** One hash alone, of what has no part in telling whether values are the same. */
export function hashText(text: string, seed: number): number {
  let a = seed ^ STEP_B;
  for (let i = 0; i < text.length; i += 1) a = Math.imul(a ^ text.charCodeAt(i), FNV);
  return mix(a ^ text.length);
}
