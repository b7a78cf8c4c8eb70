import type { SourceResult } from '../convert/report.js';
import { isChanged, type Storage, type StoredObject } from '../storage/storage.js';
import { type FollowClock, isOver } from './follow-clock.js';
import { type BlobOptions, FollowedBlob } from './followed-blob.js';
import type { ListedData } from './list-data.js';
import { dayOf } from './whole-days.js';

/** Of a blob that changes while it is read: the next pass will find it at rest, or try again. */
const READINGS = 3;

/** One source that grows: what was read of it, and since when it is at rest. */
export class FollowedSource {
  readonly name: string;
  readonly object: string;
  readonly date: string;
  /** See `dayOf`. */
  readonly day: string;
  blob: FollowedBlob;
  /** What was written of it counts no more: it is converted again from its start. */
  isAnew = false;
  /** Its last part is converted again, whether it has grown or not. */
  isSpoilt = false;
  /** When its last growth was seen: UTC. */
  grew = '';
  #grewAt = 0;

  constructor({ name, object, date }: ListedData, options: BlobOptions) {
    this.name = name;
    this.object = object;
    this.date = date;
    this.day = dayOf(name);
    this.blob = new FollowedBlob(object, options);
  }

  /** Goes on from what an earlier run left: read from its start, since nothing else tells which calls it holds. */
  static restore(
    listed: ListedData,
    entry: SourceResult | undefined,
    options: Omit<BlobOptions, 'frozenEnd'>,
  ): FollowedSource {
    const frozenEnd = entry?.followed?.frozen.starts.at(-1)?.offset ?? 0;
    return new FollowedSource(listed, { ...options, frozenEnd });
  }

  /** Whether nothing was added for so long, by our own clock: what writers' clocks say decides nothing. */
  isAtRest(clock: FollowClock, settleMs: number): boolean {
    return clock.steady() - this.#grewAt >= settleMs;
  }

  /** Whether all of it has settled, a last line without an end, too. */
  isDone(clock: FollowClock, settleMs: number): boolean {
    return isOver(this.date, clock.now()) && this.isAtRest(clock, settleMs);
  }

  /** Up to here it is converted. `converted`: up to here it was before; less never is. */
  settledEnd(clock: FollowClock, settleMs: number, converted: number): number {
    if (this.isDone(clock, settleMs)) return this.blob.seen;
    const { runs } = this.blob;
    const settled = this.isAtRest(clock, settleMs) ? runs.end : runs.lastCall;
    return Math.max(settled, Math.min(this.isAnew ? 0 : converted, runs.end));
  }

  /** Reads on; `false`: it changes each time that it is read. */
  async readOn(
    storage: Storage,
    listed: Pick<StoredObject, 'size' | 'etag'>,
    clock: FollowClock,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    let now = listed;
    for (let left = READINGS; left > 0; left -= 1) {
      try {
        await this.#read(storage, now, clock, signal);
        return true;
      } catch (error) {
        if (!isChanged(error)) throw error;
        const found = await storage.stat(this.object);
        if (found === undefined) return false;
        now = found;
      }
    }
    return false;
  }

  /** Forgets what was read, to read all of it once more: `frozenEnd` as for a `FollowedBlob`. */
  readAgain(frozenEnd: number): void {
    this.blob = this.blob.again(frozenEnd);
  }

  /** As an earlier run saw it: at rest since then. */
  growsSince(grew: string, clock: FollowClock): void {
    this.grew = grew;
    this.#grewAt = clock.steady() - Math.max(0, clock.now() - Date.parse(grew));
  }

  /** Everything is converted again. */
  replace(): void {
    this.blob = this.blob.again(0);
    this.isAnew = true;
  }

  async #read(
    storage: Storage,
    now: Pick<StoredObject, 'size' | 'etag'>,
    clock: FollowClock,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (now.etag === this.blob.etag) return;
    const before = { blob: this.blob, seen: this.blob.seen };
    try {
      if ((await this.blob.read(storage, now, signal)) === 'replaced') {
        this.replace();
        await this.blob.read(storage, now, signal);
      }
    } finally {
      if (this.blob !== before.blob || this.blob.seen !== before.seen || before.seen === 0) {
        this.grew = new Date(clock.now()).toISOString();
        this.#grewAt = clock.steady();
      }
    }
  }
}
