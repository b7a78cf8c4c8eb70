import { expect } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import { syncTree } from '../../src/follow/sync.js';
import type { SyncOptions } from '../../src/follow/sync-options.js';
import type { SyncReport } from '../../src/follow/sync-report.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import type { Storage } from '../../src/storage/storage.js';
import { readObjects } from '../support/converted.js';
import { ManualClock } from './manual-clock.js';

export const DAY = '2024-02-29';
const SETTLE = 120_000;

/** A legacy tree in memory that grows, and the tree that follows it. Its service collects on 29 February 2024. */
export class Followed {
  readonly source: MemoryStorage = new MemoryStorage('modeldata');
  readonly destination: MemoryStorage = new MemoryStorage('v2');
  readonly clock: ManualClock = new ManualClock(`${DAY}T12:00:00Z`);
  readonly options: SyncOptions;

  constructor(options: SyncOptions = {}) {
    this.options = { settle: SETTLE, clock: this.clock, ...options };
  }

  append(name: string, text: string | Buffer): void {
    this.source.put(
      name,
      Buffer.concat([this.source.get(name) ?? Buffer.alloc(0), Buffer.from(text as Buffer)]),
    );
  }

  /** One pass of a process of its own. */
  async sync(options: SyncOptions = {}): Promise<SyncReport> {
    return await syncTree(this.source, this.destination, { ...this.options, ...options });
  }

  /** Passes of one process, which does `between` (given the number of the pass that is done) after each; ends after so many. */
  async watch(
    passes: number,
    between: (pass: number) => void | Promise<void>,
    options: SyncOptions = {},
    destination: Storage = this.destination,
  ): Promise<SyncReport> {
    const stop = new AbortController();
    const clock = Object.create(this.clock, {
      sleep: {
        value: async () => {
          done += 1;
          if (done === passes) stop.abort();
          else await between(done);
        },
      },
      now: { value: () => this.clock.now() },
      steady: { value: () => this.clock.steady() },
    }) as ManualClock;
    let done = 0;
    return await syncTree(this.source, destination, {
      ...this.options,
      watch: true,
      signal: stop.signal,
      ...options,
      clock,
    });
  }

  /** Nothing grows any more, and the day is over. */
  endDay(): void {
    this.clock.advance(36 * 60 * 60 * 1000);
  }

  rest(): void {
    this.clock.advance(SETTLE);
  }

  /** What one conversion makes of the source now. */
  async converted(options: Parameters<typeof convertTree>[2] = {}): Promise<MemoryStorage> {
    const destination = new MemoryStorage('v2');
    await convertTree(this.source, destination, options);
    return destination;
  }
}

/** Files that consumers and people read: by name. */
export async function eventFiles(storage: Storage): Promise<Map<string, string>> {
  const all = await readObjects(storage);
  return new Map([...all].filter(([name]) => !name.startsWith('_migration/') || name.includes('/rejects/')));
}

/** The same, parts of one source and hour put together in their order. */
export async function joinedFiles(storage: Storage): Promise<Map<string, string>> {
  const joined = new Map<string, string>();
  for (const [name, text] of await eventFiles(storage)) {
    const first = name.replace(/\d{6}\.jsonl$/, '000000.jsonl');
    joined.set(first, (joined.get(first) ?? '') + text);
  }
  return joined;
}

/** Event by event, where each stands. */
export async function expectSameAsConverted(followed: Followed): Promise<void> {
  const converted = await followed.converted();
  expect(await joinedFiles(followed.destination)).toEqual(await eventFiles(converted));
}
