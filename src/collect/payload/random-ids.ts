import { randomUUID } from 'node:crypto';

const DIGITS = 3;
/** The last digits of the ids that share a start. */
const ENDS: readonly string[] = Array.from({ length: 16 ** DIGITS }, (_, count) =>
  count.toString(16).padStart(DIGITS, '0'),
);

/** Makes UUIDs that nobody else makes: of random bits, the last digits counted. Random bits for each would be most of its cost. */
export function randomIds(): () => string {
  let start = '';
  let next = ENDS.length;
  return () => {
    if (next === ENDS.length) {
      start = randomUUID().slice(0, -DIGITS);
      next = 0;
    }
    const id = start + ENDS[next];
    next += 1;
    return id;
  };
}
