import type { FollowClock } from '../../src/follow/follow-clock.js';

/** A clock that a test moves on; nobody sleeps by it. */
export class ManualClock implements FollowClock {
  #steady = 0;
  #now: number;

  constructor(now: string) {
    this.#now = Date.parse(now);
  }

  now(): number {
    return this.#now;
  }

  steady(): number {
    return this.#steady;
  }

  async sleep(ms: number): Promise<void> {
    this.advance(ms);
  }

  advance(ms: number): void {
    this.#now += ms;
    this.#steady += ms;
  }

  /** As a machine's clock is set: time itself goes on as before. */
  set(now: string): void {
    this.#now = Date.parse(now);
  }
}
