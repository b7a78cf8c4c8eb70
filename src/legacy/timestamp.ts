/**
 * The legacy collector's timestamp: UTC `YYYY-MM-DDTHH:MM:SS`, a fraction of 1-6 digits or none, no zone
 * (measured: the SDK leaves the fraction out when it is zero).
 */

/** What makes a field a timestamp by form, so that a row with an impossible date is still recognised as correlated. */
const FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[0-9.:Z+-]*$/;
const STRICT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,6})?$/;

export function hasTimestampForm(text: string): boolean {
  return FORM.test(text);
}

/** True for a time that exists: a calendar date of the years 1-9999, no second 60, no zone, at most 6 decimals. */
export function isTimestamp(text: string): boolean {
  const match = STRICT.exec(text);
  if (match === null) return false;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  return (
    isDate(year ?? 0, month ?? 0, day ?? 0) && (hour ?? 24) < 24 && (minute ?? 60) < 60 && (second ?? 60) < 60
  );
}

/** True for a day of the proleptic Gregorian calendar in the years 1-9999. */
export function isDate(year: number, month: number, day: number): boolean {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * Orders two valid timestamps. Texts of one length compare as text; a missing fraction is `.0`.
 * Returns a negative number, 0 or a positive number.
 */
export function compareTimestamps(a: string, b: string): number {
  const [x, y] = a.length === b.length ? [a, b] : [padded(a), padded(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function padded(timestamp: string): string {
  return (timestamp.length === 19 ? `${timestamp}.` : timestamp).padEnd(26, '0');
}
