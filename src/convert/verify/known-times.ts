import { isTimestamp } from '../../legacy/timestamp.js';

/** Behind a date that is one and the `T`. */
const TIME_OF_DAY = /^.{11}(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?$/;

/** Tells timestamps from other texts: rows of one call have one time, and those of one day one date, so what was looked at once is known. */
export class KnownTimes {
  /** The last timestamp that is one. */
  #last: string | undefined;

  isTime(timestamp: string): boolean {
    if (timestamp === this.#last) return true;
    const isKnownDate = this.#last !== undefined && timestamp.startsWith(this.#last.slice(0, 11));
    if (!(isKnownDate ? TIME_OF_DAY.test(timestamp) : isTimestamp(timestamp))) return false;
    this.#last = timestamp;
    return true;
  }
}
