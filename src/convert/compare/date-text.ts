import { isTimestamp } from '../../legacy/timestamp.js';

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?)?(?:Z|\+00:00)?$/;
const HYPHEN = 0x2d;

/** A date as pandas' CSV has it → its epoch milliseconds as text, cut as pandas' JSON cuts them; absent for other text. */
export function epochMilliseconds(text: string, from: number, to: number): string | undefined {
  // A glance spares most text the pattern.
  if (text.charCodeAt(from + 4) !== HYPHEN || text.charCodeAt(from + 7) !== HYPHEN) return undefined;
  const match = DATE.exec(text.slice(from, to));
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = ''] = match;
  const time = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
    Number(fraction.slice(0, 3).padEnd(3, '0')),
  );
  return String(time);
}

/** The times of rows and events. Remembers the last date, since they come in order. */
export class Timestamps {
  #date = '';
  #midnight = Number.NaN;

  /** `YYYY-MM-DDTHH:MM:SS`, with a fraction or not, as the SDK writes it → epoch milliseconds; NaN for what is no such time. */
  readLegacy(text: string): number {
    const time = timeOfDay(text, text.length);
    if (Number.isNaN(time)) return Number.NaN;
    if (!text.startsWith(this.#date) || this.#date === '') {
      if (!isTimestamp(text)) return Number.NaN;
      this.#date = text.slice(0, 11);
      this.#midnight = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
    }
    return this.#midnight + time;
  }

  /** The same with `Z`, or another form of RFC 3339. */
  readEvent(text: string): number {
    const read = text.endsWith('Z') ? this.readLegacy(text.slice(0, -1)) : Number.NaN;
    return Number.isNaN(read) ? Date.parse(text) : read;
  }
}

const DIGIT_0 = 0x30;
const COLON = 0x3a;
const POINT = 0x2e;

/** Milliseconds; NaN for what is no `HH:MM:SS` with a fraction of up to six digits or none, behind ten characters and a `T`. */
function timeOfDay(text: string, end: number): number {
  if (text[10] !== 'T' || text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return Number.NaN;
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
  let fraction = 0;
  if (end > 19) {
    if (text.charCodeAt(19) !== POINT || end < 21 || end > 26) return Number.NaN;
    let unit = 100;
    for (let i = 20; i < end; i += 1) {
      const digit = text.charCodeAt(i) - DIGIT_0;
      if (!(digit >= 0 && digit <= 9)) return Number.NaN;
      fraction += digit * Math.trunc(unit);
      unit /= 10;
    }
  }
  return (hour * 3600 + minute * 60 + second) * 1000 + fraction;
}

function twoDigits(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - DIGIT_0, text.charCodeAt(at + 1) - DIGIT_0];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

export const HOUR_MS = 3_600_000;

/** Hours since 1970. */
export function hourNumber(milliseconds: number): number {
  return Math.floor(milliseconds / HOUR_MS);
}

/** `2024-02-29T12:00Z`. */
export function hourText(hour: number): string {
  return `${new Date(hour * HOUR_MS).toISOString().slice(0, 16)}Z`;
}
