import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from './places.js';

const PAUSE_MS = 20;

/** Whether a consumer of events, or a person who looks for rejects, takes this file for one of theirs. */
export function isForReaders(name: string): boolean {
  return /^_migration\/[^/]+\/rejects\//.test(name) || !/(?:^|\/)[_.]/.test(name);
}

/** Reads a destination again and again while others write it, and notes every file that is not what it must become. */
export class Onlooker {
  /** Names of files that were not whole, or that nobody expects. */
  readonly wrong: string[] = [];
  /** Contents that it has read. */
  reads = 0;
  readonly #first: PromiseWithResolvers<number> = Promise.withResolvers();
  readonly #place: Place;
  readonly #expected: ReadonlyMap<string, Buffer>;
  readonly #known = new Map<string, string>();
  readonly #work: Promise<void>;
  #isOver = false;

  constructor(place: Place, expected: ReadonlyMap<string, Buffer>) {
    this.#place = place;
    this.#expected = expected;
    this.#work = this.#look();
    // Told by `end`.
    this.#work.catch(() => undefined);
  }

  /** When it first saw a file for readers, by the clock of `performance`. */
  get first(): Promise<number> {
    return this.#first.promise;
  }

  /** Looks once more. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#work;
  }

  async #look(): Promise<void> {
    for (let isLast = false; !isLast; ) {
      isLast = this.#isOver;
      const listed = [...(await this.#place.list())].filter(([name]) => isForReaders(name));
      if (listed.length > 0) this.#first.resolve(performance.now());
      for (const [name, version] of listed) {
        if (this.#known.get(name) === version) continue;
        const content = await this.#place.read(name);
        if (content === undefined) continue;
        this.#known.set(name, version);
        this.reads += 1;
        if (this.#expected.get(name)?.equals(content) !== true) this.wrong.push(name);
      }
      if (!isLast) await sleep(PAUSE_MS);
    }
  }
}
