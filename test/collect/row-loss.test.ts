import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CollectEvent } from '../../src/collect/collect-event.js';
import type { ModelDataCollector } from '../../src/collect/model-data-collector.js';
import { errorOf } from '../support/error-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn, filesIn, nameOf } from './collectors.js';

/** A row of predictions that is so many bytes long with its line ending. */
function rowOf(bytes: number): string[] {
  return ['x'.repeat(bytes - 2)];
}

/** The disk is full for one file, until it is freed. */
class FullFile {
  readonly #path: string;

  constructor(folder: string, name: string) {
    this.#path = join(folder, name);
    mkdirSync(dirname(this.#path), { recursive: true });
    symlinkSync('/dev/full', this.#path);
  }

  free(): void {
    rmSync(this.#path);
  }
}

describe('a storage that refuses', () => {
  it('loses no row: they are kept, and written once when it takes them', async () => {
    const folder = await temporaryFolder();
    const full = new FullFile(folder, nameOf('predictions'));
    const errors: Error[] = [];
    const collector = collectorIn(folder, 'predictions', ['y'], { onError: (error) => errors.push(error) });
    collector.collect([[1], [2]]);
    expect(await errorOf(collector.flush())).toMatchObject({ code: 'storage', reason: 'ENOSPC' });
    collector.collect([3]);
    expect(await errorOf(collector.flush())).toMatchObject({ reason: 'ENOSPC' });
    expect(errors.map((error) => error.message)).toEqual(
      Array(2).fill(expect.stringContaining('the disk is full')),
    );
    expect(collector.stats()).toMatchObject({
      accepted: 3,
      written: 0,
      retried: 2 + 3,
      dropped: { full: 0, shutdown: 0 },
      bytesBuffered: 9,
      lastError: expect.stringContaining('ENOSPC') as string,
    });
    expect(collector.stats().lastFlush).toBeUndefined();
    full.free();
    await collector.flush();
    expect(filesIn(folder)[nameOf('predictions')]).toBe('y\r\n1\r\n2\r\n3\r\n');
    expect(collector.stats()).toMatchObject({ accepted: 3, written: 3, bytesBuffered: 0 });
    await collector.close();
  });

  it('is tried again by itself', async () => {
    const folder = await temporaryFolder();
    const full = new FullFile(folder, nameOf('predictions'));
    const collector = collectorIn(folder, 'predictions', ['y'], { flushMs: 1, onError: () => undefined });
    collector.collect([1]);
    await expect.poll(() => collector.stats().retried).toBeGreaterThan(0);
    full.free();
    await expect.poll(() => collector.stats().written, { timeout: 10_000 }).toBe(1);
    expect(filesIn(folder)[nameOf('predictions')]).toBe('y\r\n1\r\n');
    await collector.close();
  });
});

describe('a full buffer', () => {
  it('drops what is new, counts every row of it, and says so once an episode', async () => {
    const folder = await temporaryFolder();
    const errors: Error[] = [];
    const collector = collectorIn(folder, 'predictions', ['y'], {
      maxBufferedBytes: 100,
      onError: (error) => errors.push(error),
    });
    for (let i = 0; i < 9; i += 1) collector.collect(rowOf(10));
    collector.collect([rowOf(10), rowOf(10), rowOf(10)]);
    // What is small enough still fits, and ends no episode.
    collector.collect(rowOf(3));
    collector.collect(rowOf(20));
    collector.collect(rowOf(3));
    collector.collect(rowOf(20));
    expect(collector.stats()).toMatchObject({
      accepted: 11,
      dropped: { full: 5, shutdown: 0 },
      bytesBuffered: 96,
    });
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('rows are dropped')]);
    await collector.flush();
    collector.collect(rowOf(10));
    for (let i = 0; i < 20; i += 1) collector.collect(rowOf(10));
    expect(errors).toHaveLength(2);
    expect(collector.stats()).toMatchObject({ accepted: 21, dropped: { full: 5 + 11 }, bytesBuffered: 100 });
    await collector.close();
    expect(filesIn(folder)[nameOf('predictions')]?.split('\r\n')).toHaveLength(1 + 21 + 1);
  });

  it('is never passed when the caller awaits ready()', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder, 'predictions', ['y'], { maxBufferedBytes: 4096 });
    for (let i = 0; i < 2000; i += 1) {
      await collector.ready();
      collector.collect([`${i}`.padStart(40)]);
    }
    await collector.close();
    expect(collector.stats()).toMatchObject({ accepted: 2000, written: 2000, dropped: { full: 0 } });
  });

  it('lets go of those who await ready() when the collector is closed', async () => {
    const folder = await temporaryFolder();
    const full = new FullFile(folder, nameOf('predictions'));
    const collector = collectorIn(folder, 'predictions', ['y'], {
      maxBufferedBytes: 100,
      shutdownMs: 20,
      onError: () => undefined,
    });
    for (let i = 0; i < 9; i += 1) collector.collect(rowOf(10));
    const ready = collector.ready();
    await errorOf(collector.close());
    await ready;
    full.free();
    expect(collector.stats()).toMatchObject({ accepted: 9, written: 0, dropped: { shutdown: 9 } });
  });
});

describe('diagnostics_channel', () => {
  it('has an event for all that is counted', async () => {
    const kinds = ['accepted', 'written', 'retried', 'dropped'] as const;
    const events: CollectEvent[] = [];
    const listen = (event: unknown): void => void events.push(event as CollectEvent);
    for (const kind of kinds) subscribe(`mdc-bridge:collect:${kind}`, listen);
    const folder = await temporaryFolder();
    const full = new FullFile(folder, nameOf('predictions'));
    const options = { maxBufferedBytes: 30, shutdownMs: 20, onError: () => undefined };
    const collector = collectorIn(folder, 'predictions', ['y'], options);
    collector.collect([rowOf(10), rowOf(10)]);
    collector.collect([rowOf(10), rowOf(10), rowOf(10)]);
    await errorOf(collector.flush());
    full.free();
    await collector.flush();
    const last = new FullFile(folder, nameOf('predictions').replace('.csv', '.old'));
    renameSync(
      join(folder, nameOf('predictions').replace('.csv', '.old')),
      join(folder, nameOf('predictions')),
    );
    collector.collect(rowOf(10));
    await errorOf(collector.close());
    for (const kind of kinds) unsubscribe(`mdc-bridge:collect:${kind}`, listen);
    expect(last).toBeDefined();
    const sum = (kind: CollectEvent['kind'], reason?: string): number =>
      events
        .filter((event) => event.kind === kind && (event.kind !== 'dropped' || event.reason === reason))
        .reduce((rows, event) => rows + event.rows, 0);
    const { accepted, written, retried, dropped } = collector.stats();
    expect([accepted, written, dropped]).toEqual([3, 2, { full: 3, shutdown: 1 }]);
    expect(retried).toBeGreaterThanOrEqual(3);
    expect({ accepted, written, retried }).toEqual({
      accepted: sum('accepted'),
      written: sum('written'),
      retried: sum('retried'),
    });
    expect(dropped).toEqual({ full: sum('dropped', 'full'), shutdown: sum('dropped', 'shutdown') });
    const [first] = events;
    expect(first).toEqual({ kind: 'accepted', rows: 2, bytes: 20 });
    expect(events.find(({ kind }) => kind === 'written')).toEqual({
      kind: 'written',
      rows: 2,
      bytes: 20,
      blob: nameOf('predictions'),
    });
  });
});

describe('whatever is called when, and whenever the disk is full (property)', () => {
  const cell = fc.oneof(
    fc.constantFrom('', 'a,b', 'say "x"', 'two\r\nlines', 'é', '\n', ' '),
    fc.string({ maxLength: 6 }),
  );
  const call = fc.record({
    by: fc.nat(2),
    rows: fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 3 }),
  });
  const step = fc.oneof(
    { weight: 5, arbitrary: call },
    { weight: 1, arbitrary: fc.record({ flush: fc.nat(2), waits: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ full: fc.boolean() }) },
  );

  it('every accepted row is in the file once, in the order of its collector, beside the rows of its call', async () => {
    const root = await temporaryFolder();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30 }), async (steps) => {
        const folder = mkdtempSync(join(root, 'run-'));
        const disk = new SwitchedDisk(join(folder, nameOf('predictions')));
        const collectors = [0, 1, 2].map(() =>
          collectorIn(folder, 'predictions', ['call', 'p', 'q'], { onError: () => undefined, flushMs: 1 }),
        );
        const expected: string[][][] = [[], [], []];
        for (const [n, one] of steps.entries()) {
          if ('full' in one) disk.switch(one.full);
          else if ('flush' in one) await flush(collectors[one.flush], one.waits);
          else {
            const rows = one.rows.map((cells) => [`${one.by}:${n}`, ...cells]);
            collectors[one.by]?.collect(rows);
            expected[one.by]?.push(...rows);
          }
        }
        disk.switch(false);
        await Promise.all(collectors.map((collector) => collector.close()));
        const [header, ...rows] = parse(disk.text, { relax_column_count: true }) as string[][];
        if (expected.flat().length > 0) expect(header).toEqual(['call', 'p', 'q']);
        expect([0, 1, 2].map((by) => rows.filter(([id]) => id?.startsWith(`${by}:`)))).toEqual(expected);
        const calls = rows.map(([id]) => id).filter((id, i) => id !== rows[i - 1]?.[0]);
        expect(new Set(calls).size).toBe(calls.length);
        const { length } = expected.flat();
        const sum = (key: 'accepted' | 'written'): number =>
          collectors.reduce((total, collector) => total + collector.stats()[key], 0);
        expect([sum('accepted'), sum('written')]).toEqual([length, length]);
      }),
      { numRuns: 60 },
    );
  });

  async function flush(collector: ModelDataCollector | undefined, waits: boolean): Promise<void> {
    const flushed = collector?.flush().catch(() => undefined);
    if (waits) await flushed;
  }

  /** While it is full, what is in the file stands aside. */
  class SwitchedDisk {
    readonly #path: string;
    #isFull = false;

    constructor(path: string) {
      this.#path = path;
      mkdirSync(dirname(path), { recursive: true });
    }

    /** Nothing, where no row made a file. */
    get text(): string {
      return existsSync(this.#path) ? readFileSync(this.#path, 'utf8') : '';
    }

    switch(isFull: boolean): void {
      if (isFull === this.#isFull) return;
      this.#isFull = isFull;
      if (isFull) {
        this.#move(this.#path, `${this.#path}.aside`);
        symlinkSync('/dev/full', this.#path);
      } else {
        rmSync(this.#path);
        this.#move(`${this.#path}.aside`, this.#path);
      }
    }

    #move(from: string, to: string): void {
      try {
        renameSync(from, to);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }
});
