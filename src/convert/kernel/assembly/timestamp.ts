import { COLON, DOT, MINUS, ZERO } from './bytes';

/** Of the time read last: hours in an order of their own (see `hourKey`), and a number that orders times. */
export let hour: u32 = 0;
export let order: u64 = 0;

// @ts-ignore: decorator
@inline
function digit(p: usize): u32 {
  return <u32>load<u8>(p) - ZERO;
}

/** Two digits; over 99 if they are none. */
// @ts-ignore: decorator
@inline
function pair(p: usize): u32 {
  const tens = digit(p);
  const ones = digit(p + 1);
  return tens > 9 || ones > 9 ? 1000 : tens * 10 + ones;
}

/** A time by hour alone: every field has room for its largest value, so keys order as times do and the host can take them apart. */
// @ts-ignore: decorator
@inline
function hourKey(year: u32, month: u32, day: u32, hour: u32): u32 {
  return ((year * 16 + month) * 32 + day) * 32 + hour;
}

function daysIn(year: u32, month: u32): u32 {
  if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Reads `YYYY-MM-DDTHH:MM:SS` and a fraction of 1-6 digits or none; false if there is no such time. */
export function readTimestamp(p: usize, length: u32): bool {
  if (length < 19 || length > 26 || length == 20) return false;
  const form =
    load<u8>(p, 4) == MINUS && load<u8>(p, 7) == MINUS && load<u8>(p, 10) == 0x54 && load<u8>(p, 13) == COLON && load<u8>(p, 16) == COLON;
  if (!form) return false;
  const century = pair(p);
  const yearOfCentury = pair(p + 2);
  const year = century * 100 + yearOfCentury;
  const month = pair(p + 5);
  const day = pair(p + 8);
  const hours = pair(p + 11);
  const minutes = pair(p + 14);
  const seconds = pair(p + 17);
  if (century > 99 || yearOfCentury > 99 || year == 0 || month - 1 > 11 || hours > 23 || minutes > 59 || seconds > 59) return false;
  if (day == 0 || day > daysIn(year, month)) return false;
  let fraction: u32 = 0;
  if (length > 19) {
    if (load<u8>(p, 19) != DOT) return false;
    for (let i: u32 = 20; i < 26; i += 1) {
      const value = i < length ? digit(p + i) : 0;
      if (value > 9) return false;
      fraction = fraction * 10 + value;
    }
  }
  hour = hourKey(year, month, day, hours);
  order = ((<u64>hour * 60 + minutes) * 60 + seconds) * 1000000 + fraction;
  return true;
}
