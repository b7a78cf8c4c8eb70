import { MdcBridgeError } from '../../errors.js';

/** Formats contexts' timestamps; the last one's text is kept, since a request's collections share it. */
export class EventTime {
  #timestamp = Number.NaN;
  #text = '';

  /**
   * RFC 3339, as real events have it: `2023-10-24T22:25:04Z`; a fraction is kept to the millisecond.
   *
   * @param timestamp unix seconds
   * @throws MdcBridgeError `usage` for what is no time of the years 1 to 9999.
   */
  format(timestamp: number): string {
    if (timestamp === this.#timestamp) return this.#text;
    const date = new Date(timestamp * 1000);
    const year = date.getUTCFullYear();
    if (!(year >= 1 && year <= 9999)) throw noTime(timestamp);
    const text = date.toISOString();
    this.#text = Number.isInteger(timestamp) ? `${text.slice(0, 19)}Z` : text;
    this.#timestamp = timestamp;
    return this.#text;
  }
}

function noTime(timestamp: unknown): MdcBridgeError {
  return new MdcBridgeError('usage', `the context's timestamp is no unix time in seconds: ${timestamp}`, {
    remedy: 'leave it out for now, or give whole seconds since 1970',
  });
}
