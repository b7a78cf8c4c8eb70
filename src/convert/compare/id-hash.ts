import { mix } from '../../event/event-id.js';

const [STEP_A, STEP_B, STEP_C, STEP_D] = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93] as const;

/**
 * 128 bits of an id into `hash`: two ids of one tree never have the same by any chance that counts. Faster than the hash of event ids,
 * which other programs have to agree with.
 */
export function idHash(id: string, hash: Int32Array): Int32Array {
  let [a, b, c, d] = [id.length, STEP_B | 0, STEP_C | 0, STEP_D | 0];
  for (let i = 0; i < id.length; i += 1) {
    const code = id.charCodeAt(i);
    a = Math.imul(a ^ code, STEP_A);
    b = Math.imul(((b << 13) | (b >>> 19)) ^ code, STEP_B);
    c = Math.imul(((c << 7) | (c >>> 25)) + code, STEP_C);
    d = Math.imul(((d << 17) | (d >>> 15)) + code, STEP_D);
  }
  hash[0] = mix(a ^ Math.imul(b, STEP_C));
  hash[1] = mix(b ^ Math.imul(c, STEP_D));
  hash[2] = mix(c ^ Math.imul(d, STEP_A));
  hash[3] = mix(d ^ Math.imul(a, STEP_B));
  return hash;
}
