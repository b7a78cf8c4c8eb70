import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { hasEnded } from '../../storage/lock-holder.js';

/** The process that a spool file belongs to, told from every earlier and later one of the same number. */
export interface SpoolOwner {
  readonly host: string;
  /** What process numbers are unique in: this start of the machine, and this container. `0`: not told here. */
  readonly boot: string;
  readonly space: string;
  /** 0: nobody's, it was given up. */
  readonly pid: number;
  /** When the process began: clock ticks since the machine's start, or seconds since 1970. */
  readonly start: string;
}

/** An owner on another machine touches its files every 10 s. */
export const SILENT_MS = 60_000;
/** Of this machine, but another container, whose processes can't be seen: the clock is the same. */
export const SILENT_HERE_MS = 30_000;

let self: SpoolOwner | undefined;

export function thisOwner(): SpoolOwner {
  self ??= {
    host: hostname(),
    boot: textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)) ?? '0',
    space: textOf(() => readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')) ?? '0',
    pid: process.pid,
    start: startOf(process.pid) ?? String(Math.round(performance.timeOrigin / 1000)),
  };
  return self;
}

/** Whoever gave a file up: the next may have it at once. */
export function nobody(): SpoolOwner {
  return { ...thisOwner(), pid: 0, start: '0' };
}

/**
 * Whether nobody will write to a file of this owner any more. Of a process that can be seen from here, its number and start
 * tell; of any other, that it has been silent.
 *
 * @param touched when its file was last touched, in ms.
 */
export function isGone(owner: SpoolOwner, touched: number, here: SpoolOwner = thisOwner()): boolean {
  if (owner.pid === 0) return true;
  const silent = Date.now() - touched;
  if (owner.host !== here.host || owner.boot !== here.boot) return silent > SILENT_MS;
  // Containers of one pod, and all that use their machine's network, share its name.
  if (owner.space !== here.space) return silent > SILENT_HERE_MS;
  if (owner.pid === here.pid) return owner.start !== here.start;
  if (hasEnded({ host: owner.host, pid: owner.pid, since: '', command: '' })) return true;
  const start = startOf(owner.pid);
  return start === undefined ? silent > SILENT_MS : start !== owner.start;
}

/** The 22nd field of `/proc/…/stat`; the second, a name in parentheses, may hold anything. */
function startOf(pid: number): string | undefined {
  const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat
    ?.slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .at(19);
}

/** `undefined` on systems without /proc. */
function textOf(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
