import { setTimeout as sleep } from 'node:timers/promises';

/** The time by which a follower works; a test may have its own. */
export interface FollowClock {
  /** UTC, in milliseconds: decides which days are over. */
  now(): number;
  /** Milliseconds that never go back. */
  steady(): number;
  /** Returns early, without an error, when the signal fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: FollowClock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  async sleep(ms, signal) {
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  },
};

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether a folder's day (`2018-12-30`) has ended. */
export function isOver(date: string, now: number): boolean {
  return Date.parse(`${date}T00:00:00Z`) + DAY_MS <= now;
}

/** The folder's day so many days before. */
export function dayBefore(now: number, days: number): string {
  return new Date(now - days * DAY_MS).toISOString().slice(0, 10);
}
