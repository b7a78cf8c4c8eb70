import { encodeText } from '../../csv/byte-string.js';
import { murmur3x86128 } from '../../event/event-id.js';
import { firstInstance } from '../../event/event-path.js';
import type { Storage } from '../../storage/storage.js';
import { HashSet64 } from '../census/hash-set.js';
import { HashCounts } from './hash-counts.js';
import { callOf, readLiveEvents } from './live-events.js';
import type { LiveFile } from './live-file.js';
import { hoursAround } from './live-tree.js';

/** Hours whose calls are in memory: a call is looked for in its own and in the ones beside it. */
const MAX_HOURS = 8;

/** The calls of one hour. */
interface HourCalls {
  /** The rows that events have of each. */
  readonly rows: HashCounts;
  /** Those of them that are in other collectors' events, which may hold rows of other calls as well. */
  readonly foreign: HashCounts;
}

/**
 * The calls that live events have, by the hour, read when a call of about that time is asked for. Memory: of 8 hours 24 to 48 bytes a
 * call, and while one is read as much again.
 */
export class LiveCalls {
  readonly #storage: Storage;
  readonly #signal: AbortSignal | undefined;
  readonly #files = new Map<string, LiveFile[]>();
  /** The least recently asked for first. */
  readonly #hours = new Map<string, HourCalls>();

  #lastNear: { readonly hour: string; readonly near: readonly string[] } = { hour: '', near: [] };

  constructor(files: readonly LiveFile[], storage: Storage, signal: AbortSignal | undefined) {
    this.#storage = storage;
    this.#signal = signal;
    for (const file of files) {
      const known = this.#files.get(file.hour);
      if (known === undefined) this.#files.set(file.hour, [file]);
      else known.push(file);
    }
  }

  /** Whether calls of this hour can be looked up at once. */
  isReady(hour: string): boolean {
    return this.#near(hour).every((near) => this.#hours.has(near));
  }

  async prepare(hour: string): Promise<void> {
    for (const near of this.#near(hour)) {
      const known = this.#hours.get(near) ?? (await this.#read(near));
      this.#hours.delete(near);
      this.#hours.set(near, known);
    }
    for (const oldest of this.#hours.keys()) {
      if (this.#hours.size <= MAX_HOURS) break;
      this.#hours.delete(oldest);
    }
  }

  /** Of hours that were prepared. */
  rowsOf(id: string, hour: string): number {
    return this.#near(hour).reduce((sum, near) => sum + (this.#hours.get(near)?.rows.get(id) ?? 0), 0);
  }

  /** Rows of other collectors' events that have this id, of hours that were prepared. */
  foreignRowsOf(id: string, hour: string): number {
    return this.#near(hour).reduce((sum, near) => sum + (this.#hours.get(near)?.foreign.get(id) ?? 0), 0);
  }

  /** Neighbouring calls are mostly of one hour. */
  #near(hour: string): readonly string[] {
    if (hour === this.#lastNear.hour) return this.#lastNear.near;
    const near = hoursAround(hour).filter((one) => this.#files.has(one));
    this.#lastNear = { hour, near };
    return near;
  }

  /**
   * An event that one writer has left there twice, as after a kill, counts once. Two writers may have the same rows under one id, as two
   * who label one request.
   */
  async #read(hour: string): Promise<HourCalls> {
    const calls = { rows: new HashCounts(), foreign: new HashCounts() };
    const seen = new HashSet64();
    for (const file of this.#files.get(hour) ?? []) {
      const writer = encodeText(firstInstance(file.instance));
      for await (const { correlationId, data, isOurs, rows } of readLiveEvents(
        file,
        this.#storage,
        this.#signal,
      )) {
        const [high = 0, low = 0] = murmur3x86128(`${writer}\0${correlationId}\0${encodeText(data)}`);
        if (!seen.add(high, low)) continue;
        calls.rows.add(isOurs ? callOf(correlationId) : correlationId, rows);
        if (!isOurs) calls.foreign.add(correlationId, rows);
      }
    }
    return calls;
  }
}
