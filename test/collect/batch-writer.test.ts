import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CollectCounters } from '../../src/collect/collect-event.js';
import { BatchWriter, type WriterRhythm } from '../../src/collect/delivery/batch-writer.js';
import { MemoryStore } from '../../src/collect/delivery/memory-store.js';
import { errorOf } from '../support/error-of.js';
import { FakeDisk, FakeSink } from './fake-sink.js';

/** A writer over a store, with rows `1`, `2` ... that it is given. */
class Bench {
  readonly store: MemoryStore;
  readonly counters = new CollectCounters();
  readonly errors: Error[] = [];
  readonly writer: BatchWriter;
  #count = 0;

  constructor(sink: FakeSink, rhythm: Partial<WriterRhythm> = {}, maxBytes = 1000) {
    this.store = new MemoryStore(maxBytes);
    this.writer = new BatchWriter(
      this.store,
      sink,
      { flushMs: 1000, flushBytes: 1_000_000, ...rhythm },
      this.counters,
      (error) => this.errors.push(error),
    );
  }

  add(name = 'x'): void {
    this.#count += 1;
    const rows = Buffer.from(`${this.#count}\n`);
    expect(this.store.add({ name, header: Buffer.from('h\n') }, rows, 1)).toBe(true);
    this.counters.accepted(1, rows.length);
    this.writer.touched();
  }

  get stats(): ReturnType<CollectCounters['stats']> {
    return this.counters.stats(this.store.bytes);
  }
}

describe('rows', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are sent after flushMs, all that came meanwhile in one go', async () => {
    const sink = new FakeSink();
    const bench = new Bench(sink);
    bench.add();
    await vi.advanceTimersByTimeAsync(900);
    bench.add();
    expect(sink.asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(sink.blobs.get('x')).toBe('h\n1\n2\n');
    expect(sink.asked).toEqual(['x']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sink.asked).toEqual(['x']);
  });

  it('are sent at once when flushBytes wait', async () => {
    const sink = new FakeSink();
    const bench = new Bench(sink, { flushBytes: 4 });
    bench.add();
    await vi.advanceTimersByTimeAsync(1);
    expect(sink.asked).toEqual([]);
    bench.add();
    await vi.advanceTimersByTimeAsync(1);
    expect(sink.blobs.get('x')).toBe('h\n1\n2\n');
  });

  it('that come while others are on their way are sent too', async () => {
    const sink = new FakeSink();
    const bench = new Bench(sink);
    const { promise, resolve } = Promise.withResolvers<void>();
    sink.gate = promise;
    bench.add();
    await vi.advanceTimersByTimeAsync(1000);
    bench.add();
    await vi.advanceTimersByTimeAsync(5000);
    resolve();
    await vi.advanceTimersByTimeAsync(1000);
    expect(sink.blobs.get('x')).toBe('h\n1\n2\n');
  });

  it('are still sent after such a time in which nothing was left', async () => {
    const sink = new FakeSink();
    const bench = new Bench(sink);
    const { promise, resolve } = Promise.withResolvers<void>();
    sink.gate = promise;
    bench.add('x');
    bench.add('y');
    await vi.advanceTimersByTimeAsync(1000);
    // It goes with those of y that were there before; its own time is up meanwhile.
    bench.add('y');
    await vi.advanceTimersByTimeAsync(1000);
    sink.gate = undefined;
    resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(sink.blobs.get('y')).toBe('h\n2\n3\n');
    bench.add('x');
    await vi.advanceTimersByTimeAsync(1000);
    expect(sink.blobs.get('x')).toBe('h\n1\n4\n');
  });

  it('are kept when the sink refuses, and written once when it takes them: later after each failure, a minute at most', async () => {
    const sink = new FakeSink();
    sink.room = 0;
    const bench = new Bench(sink);
    bench.add();
    await vi.advanceTimersByTimeAsync(1000);
    expect(bench.stats).toMatchObject({ accepted: 1, written: 0, retried: 1, bytesBuffered: 2 });
    expect(bench.errors).toHaveLength(1);
    const attempts = (): number => sink.asked.length;
    await vi.advanceTimersByTimeAsync(3600_000);
    expect(attempts()).toBeGreaterThan(60);
    expect(attempts()).toBeLessThan(140);
    const before = attempts();
    sink.room = 1;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempts()).toBe(before + 1);
    expect(sink.blobs.get('x')).toBe('h\n1\n');
    expect(bench.stats).toMatchObject({ accepted: 1, written: 1, retried: before, bytesBuffered: 0 });
    expect(bench.stats.lastError).toContain('ENOSPC');
  });

  it('of a blob that is refused keep none of the others', async () => {
    const sink = new FakeSink();
    sink.refused = new Set(['x']);
    const bench = new Bench(sink);
    bench.add('x');
    bench.add('y');
    await vi.advanceTimersByTimeAsync(1000);
    expect([...sink.blobs]).toEqual([['y', 'h\n2\n']]);
    expect(bench.stats).toMatchObject({ written: 1, retried: 1, bytesBuffered: 2 });
  });

  it('are sent less often to a blob with very many blocks', async () => {
    const sink = new FakeSink();
    sink.blocks = 40_000;
    const bench = new Bench(sink);
    bench.add();
    await vi.advanceTimersByTimeAsync(1000);
    bench.add();
    await vi.advanceTimersByTimeAsync(3900);
    expect(sink.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(100);
    expect(sink.asked).toHaveLength(2);
    // The next day's blob has few.
    sink.blocks = 1;
    bench.add('y');
    await vi.advanceTimersByTimeAsync(4000);
    bench.add('y');
    await vi.advanceTimersByTimeAsync(1000);
    expect(sink.asked).toHaveLength(4);
  });

  it('may wait for longer than a timer can', async () => {
    const sink = new FakeSink();
    const bench = new Bench(sink, { flushMs: 2 ** 33 });
    bench.add();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(sink.asked).toEqual([]);
  });

  it('that wait don’t keep the process up, unless somebody waits for room', async () => {
    vi.useRealTimers();
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const sink = new FakeSink();
    const bench = new Bench(sink, {}, 4);
    bench.add();
    bench.add();
    expect(timers()).toBe(before);
    sink.room = 0;
    const room = bench.writer.room();
    await nextTurn();
    await nextTurn();
    expect(timers()).toBe(before + 1);
    bench.writer.forget();
    await room;
    expect(timers()).toBe(before);
  });
});

describe('a full blob', () => {
  it('is told once, with the name of the one that its rows go on in', async () => {
    const sink = new FakeSink();
    const bench = new Bench(sink);
    sink.continuation = '-1';
    for (let i = 0; i < 3; i += 1) {
      bench.add();
      await bench.writer.flush();
    }
    expect(bench.errors.map(({ message }) => message)).toEqual([
      'x has as many blocks as it may: its rows go on in x-1',
    ]);
    await bench.writer.close();
  });
});

describe('flush', () => {
  it('returns when all is written, also what came after another flush had begun', async () => {
    const sink = new FakeSink();
    const bench = new Bench(sink);
    bench.add();
    const first = bench.writer.flush();
    bench.add();
    await Promise.all([first, bench.writer.flush()]);
    expect(sink.blobs.get('x')).toBe('h\n1\n2\n');
    expect(bench.writer.hasWork()).toBe(false);
  });

  it('rejects with what the sink refused with, and the rows are kept', async () => {
    const sink = new FakeSink();
    sink.room = 0;
    const bench = new Bench(sink);
    bench.add();
    expect(await errorOf(bench.writer.flush())).toMatchObject({ reason: 'ENOSPC' });
    sink.room = 9;
    await bench.writer.flush();
    expect(sink.blobs.get('x')).toBe('h\n1\n');
    await bench.writer.close();
  });

  it('makes a blob of its header alone where that is asked for, and says nothing of rows', async () => {
    const sink = new FakeSink();
    const bench = new Bench(sink);
    bench.writer.touchHeader({ name: 'x', header: Buffer.from('h\n') });
    await bench.writer.flush();
    expect([...sink.blobs]).toEqual([['x', 'h\n']]);
    expect(bench.stats).toEqual(new CollectCounters().stats(0));
  });
});

describe('room', () => {
  it('is there when half of the buffer is free', async () => {
    const sink = new FakeSink();
    const bench = new Bench(sink, {}, 8);
    for (let i = 0; i < 4; i += 1) bench.add();
    await bench.writer.room();
    expect(sink.blobs.get('x')).toBe('h\n1\n2\n3\n4\n');
    await bench.writer.room();
    expect(sink.asked).toHaveLength(1);
  });

  it('is waited for in patience: a sink that refuses is not asked at every turn', async () => {
    const sink = new FakeSink();
    sink.room = 0;
    const bench = new Bench(sink, {}, 4);
    bench.add();
    bench.add();
    let isThere = false;
    const room = bench.writer.room().then(() => {
      isThere = true;
    });
    for (let i = 0; i < 100; i += 1) await nextTurn();
    expect(sink.asked).toHaveLength(1);
    expect(isThere).toBe(false);
    sink.room = 1;
    await bench.writer.flush();
    await room;
  });
});

describe('the end', () => {
  it('is tried for until the deadline; what is left stays', async () => {
    const sink = new FakeSink();
    sink.room = 0;
    const bench = new Bench(sink);
    bench.add();
    await bench.writer.flushUntil(50);
    expect(sink.asked.length).toBeGreaterThan(0);
    expect(bench.writer.hasWork()).toBe(true);
    sink.room = 1;
    await bench.writer.flushUntil(5000);
    expect(sink.blobs.get('x')).toBe('h\n1\n');
    await bench.writer.close();
  });

  it('does not wait for a sink that never answers: neither the deadline nor close', async () => {
    const sink = new FakeSink();
    sink.gate = new Promise(() => undefined);
    const bench = new Bench(sink);
    bench.add();
    await bench.writer.flushUntil(20);
    bench.writer.forget();
    await bench.writer.close();
    expect(sink.isClosed).toBe(true);
  });

  it('of rows that were given up is not changed by a late answer', async () => {
    const sink = new FakeSink();
    const { promise, resolve } = Promise.withResolvers<void>();
    sink.gate = promise;
    const bench = new Bench(sink);
    bench.add();
    await bench.writer.flushUntil(20);
    bench.writer.forget();
    bench.counters.dropped(bench.store.abandon(), 'shutdown');
    resolve();
    await nextTurn();
    expect(bench.stats).toMatchObject({ written: 0, dropped: { shutdown: 1 } });
  });

  it('is none for rows that come afterwards: they are sent like others, once', async () => {
    const disk = new FakeDisk();
    disk.room = 0;
    const bench = new Bench(disk);
    bench.add();
    await bench.writer.flushUntil(20);
    bench.writer.forget();
    bench.counters.dropped(bench.store.abandon(), 'shutdown');
    disk.room = 9;
    bench.add();
    await bench.writer.flush();
    bench.add();
    await bench.writer.flush();
    expect(disk.blobs.get('x')).toBe('h\n2\n3\n');
    expect(bench.stats).toMatchObject({ accepted: 3, written: 2, dropped: { shutdown: 1 } });
    await bench.writer.close();
  });

  it('keeps the process up until the deadline, though a sink waits for nothing that does', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const sink = new FakeSink();
    sink.gate = new Promise(() => undefined);
    const bench = new Bench(sink);
    bench.add();
    const before = timers();
    const end = bench.writer.flushUntil(20);
    expect(timers()).toBe(before + 1);
    await end;
    expect(timers()).toBe(before);
  });

  it('can be written at once by a disk; what one blob refuses keeps none of the others', () => {
    const disk = new FakeDisk();
    disk.refused = new Set(['x']);
    const bench = new Bench(disk);
    bench.add('x');
    bench.add('y');
    bench.writer.writeLast();
    expect([...disk.blobs]).toEqual([['y', 'h\n2\n']]);
    expect(bench.stats).toMatchObject({ written: 1, retried: 1 });
    expect(bench.errors).toHaveLength(1);
  });

  it('can be written at once though an answer is outstanding, which then counts nothing twice', async () => {
    const disk = new FakeDisk();
    const { promise, resolve } = Promise.withResolvers<void>();
    disk.gate = promise;
    const bench = new Bench(disk);
    bench.add();
    const flushed = bench.writer.flush();
    bench.add();
    bench.writer.writeLast();
    resolve();
    await flushed;
    expect(disk.blobs.get('x')).toBe('h\n1\n2\n');
    expect(bench.stats).toMatchObject({ accepted: 2, written: 2 });
  });

  it('can’t be written at once elsewhere: it is left', () => {
    const bench = new Bench(new FakeSink());
    bench.add();
    bench.writer.writeLast();
    expect(bench.writer.hasWork()).toBe(true);
    bench.writer.forget();
  });
});
