import { MdcBridgeError } from '../../errors.js';
import { type CallCounts, isClean } from './call-counts.js';
import { hourText } from './date-text.js';

/** What a gate may limit. */
export type GateLimit =
  | 'missing'
  | 'extra'
  | 'different'
  | 'doubled'
  | 'pending'
  | 'outside'
  | 'rejected'
  | 'batched'
  | 'rounded'
  | 'respelled';

const COUNTED: Readonly<Record<GateLimit, (counts: CallCounts) => number>> = {
  missing: ({ onlyLegacy }) => onlyLegacy,
  extra: ({ onlyV2 }) => onlyV2,
  different: ({ different }) => different,
  doubled: ({ doubledLegacy, doubledV2 }) => doubledLegacy + doubledV2,
  pending: ({ pendingLegacy, pendingV2 }) => pendingLegacy + pendingV2,
  outside: ({ outsideDualLegacy, outsideDualV2 }) => outsideDualLegacy + outsideDualV2,
  rejected: ({ rejected }) => rejected,
  batched: ({ batched }) => batched,
  rounded: ({ rounded }) => rounded,
  respelled: ({ respelled }) => respelled,
};

/** When it is safe to go on. */
export interface Gate {
  readonly limits: Readonly<Partial<Record<GateLimit, number>>>;
  /** The limits hold for so many latest hours, each of which must have calls on both sides; absent: for all that was compared. */
  readonly hours?: number;
}

export interface GateResult {
  readonly met: boolean;
  readonly checks: readonly GateCheck[];
  /** The hours that were looked at, both inclusive: `2024-02-29T12:00Z`. */
  readonly window?: { readonly from: string; readonly to: string };
}

export interface GateCheck {
  readonly name: GateLimit | 'hours';
  /** At most; of `hours` at least. */
  readonly limit: number;
  readonly found: number;
  readonly met: boolean;
}

/** All collections' counts of one hour. */
export interface GateHour {
  /** Since 1970. */
  readonly hour: number;
  readonly counts: CallCounts;
}

/** `missing=0,different=0,hours=24`. @throws MdcBridgeError `usage` */
export function parseGate(text: string): Gate {
  const limits: Partial<Record<GateLimit, number>> = {};
  let hours: number | undefined;
  for (const part of text.split(',')) {
    const [, name = '', digits = ''] = /^([a-z]+)=(\d{1,15})$/.exec(part.trim()) ?? [];
    if (name === 'hours' && hours === undefined && Number(digits) > 0) hours = Number(digits);
    else if (isLimit(name) && limits[name] === undefined && digits !== '') limits[name] = Number(digits);
    else throw wrongGate(text, part);
  }
  return { limits, ...(hours === undefined ? {} : { hours }) };
}

/** @param settled the first hour, since 1970, that may still be short of calls. */
export function judgeGate({ limits, hours }: Gate, all: readonly GateHour[], settled: number): GateResult {
  const ordered = all.toSorted((a, b) => a.hour - b.hour);
  const last = ordered.findLast(({ hour }) => hour < settled)?.hour;
  const inWindow =
    hours === undefined
      ? ordered
      : ordered.filter(({ hour }) => last !== undefined && hour <= last && hour > last - hours);
  const checks: GateCheck[] = (Object.keys(limits) as GateLimit[]).map((name) => {
    const found = inWindow.reduce((sum, { counts }) => sum + COUNTED[name](counts), 0);
    const limit = limits[name] ?? 0;
    return { name, limit, found, met: found <= limit };
  });
  if (hours !== undefined) {
    const found = cleanRun(inWindow, last, limits);
    checks.push({ name: 'hours', limit: hours, found, met: found >= hours });
  }
  const window =
    hours === undefined || last === undefined
      ? {}
      : { window: { from: hourText(last - hours + 1), to: hourText(last) } };
  return { met: checks.every(({ met }) => met), checks, ...window };
}

/** Hours before and with the last one that follow each other, have calls on both sides and are clean. */
function cleanRun(hours: readonly GateHour[], last: number | undefined, limits: Gate['limits']): number {
  let expected = last;
  let run = 0;
  for (const { hour, counts } of hours.toReversed()) {
    const isPresent = counts.legacy > 0 && counts.v2 > 0;
    if (hour !== expected || !isPresent || !isWithin(counts, limits)) break;
    run += 1;
    expected = hour - 1;
  }
  return run;
}

/** Without any limit an hour must have no finding at all. */
function isWithin(counts: CallCounts, limits: Gate['limits']): boolean {
  const names = Object.keys(limits) as GateLimit[];
  if (names.length === 0) return isClean(counts);
  return names.every((name) => COUNTED[name](counts) <= (limits[name] ?? 0));
}

function isLimit(name: string): name is GateLimit {
  return Object.hasOwn(COUNTED, name);
}

function wrongGate(given: string, part: string): MdcBridgeError {
  return new MdcBridgeError('usage', `a gate can't be "${given}": "${part}" is no limit of one`, {
    remedy: `give limits such as missing=0,different=0,hours=24; there are ${Object.keys(COUNTED).join(', ')} and hours`,
  });
}
