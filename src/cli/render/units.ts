/** A narrow no-break space: groups digits without looking like the end of the number. */
const GROUP = '\u202f';

export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, GROUP);
}

/** `1 row`, `1 234 rows`. */
export function counted(value: number, one: string, many: string = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Decimal units, as storage accounts and disks are billed and as MB/s is measured. */
export function bytes(value: number): string {
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let amount = value / 1000;
  let unit = 0;
  if (amount < 1) return `${count(value)} B`;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${units[unit]}`;
}

export function megabytes(value: number): string {
  return `${count(Math.round(value / 1e6))} MB`;
}

/** Nothing where no time has passed yet. */
export function rate(byteCount: number, seconds: number): string {
  if (seconds <= 0) return '– MB/s';
  const perSecond = byteCount / 1e6 / seconds;
  return `${perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond))} MB/s`;
}

/** Says 100 % only of all, and 0 % only of none: the last missing row is the one that matters. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  if (part === whole) return '100 %';
  if (part === 0) return '0 %';
  const value = (100 * part) / whole;
  if (value > 99.9) return '>99.9 %';
  return value < 0.1 ? '<0.1 %' : `${value.toFixed(1)} %`;
}

export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  if (minutes < 60) return `${minutes} min ${String(rest).padStart(2, '0')} s`;
  return `${count(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`;
}
