import { describe, expect, it } from 'vitest';
import type { SyncPass } from '../../src/follow/sync-report.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import type { ReadRange } from '../../src/storage/storage.js';
import { correlatedFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';
import { eventFiles, expectSameAsConverted, Followed } from './followed.js';

const INPUTS = sourceName();
const PREDICTIONS = sourceName('predictions', '2024/02/29', 'predictions.csv');
const row = (id: string): string => `1,${correlation(id)}`;

/** Notes what is asked of it. */
class AskedStorage extends MemoryStorage {
  asked: string[] = [];

  override list(...args: Parameters<MemoryStorage['list']>): ReturnType<MemoryStorage['list']> {
    this.asked.push(`list ${args[0]}`);
    return super.list(...args);
  }

  override async stat(name: string): ReturnType<MemoryStorage['stat']> {
    return await super.stat(name);
  }

  override async *read(
    name: string,
    range?: ReadRange,
    signal?: AbortSignal,
  ): ReturnType<MemoryStorage['read']> {
    this.asked.push(`read ${name} ${range?.start ?? 0}`);
    yield* super.read(name, range, signal);
  }

  override async stage(name: string): ReturnType<MemoryStorage['stage']> {
    this.asked.push(`stage ${name}`);
    return await super.stage(name);
  }

  override async append(name: string, bytes: Uint8Array): Promise<void> {
    this.asked.push(`append ${name}`);
    await super.append(name, bytes);
  }
}

class AskedFollowed extends Followed {
  override readonly source: AskedStorage = new AskedStorage('modeldata');
  override readonly destination: AskedStorage = new AskedStorage('v2');

  takeAsked(): string[] {
    return [...this.source.asked.splice(0), ...this.destination.asked.splice(0)];
  }
}

describe('--watch', () => {
  it('asks for one listing of each live folder, and nothing else, while nothing changes', async () => {
    const followed = new AskedFollowed();
    followed.append(INPUTS, correlatedFile('a', row('x'), row('y')));
    followed.append(PREDICTIONS, correlatedFile('p', row('x'), row('y')));
    const asked: string[][] = [];
    await followed.watch(5, () => {
      followed.rest();
      asked.push(followed.takeAsked());
    });
    // The first passes read and convert; then all is settled.
    const folder = 'sub/rg/ws/svc/m/1';
    expect(asked.at(-1)).toEqual([
      `list ${folder}/inputs/2024/02/28/`,
      `list ${folder}/inputs/2024/02/29/`,
      `list ${folder}/predictions/2024/02/28/`,
      `list ${folder}/predictions/2024/02/29/`,
    ]);
  });

  it('reads of a blob that has grown what is new, and its last part', async () => {
    const followed = new AskedFollowed({ partBytes: 500 });
    followed.append(INPUTS, correlatedFile('a', ...Array.from({ length: 40 }, (_, i) => row(`c${i}`))));
    let reads: number[] = [];
    let size = 0;
    await followed.watch(6, (pass) => {
      const starts = followed.takeAsked().map((text) => /^read \S+inputs.csv (\d+)$/.exec(text)?.[1]);
      reads = starts.filter((start) => start !== undefined).map(Number);
      size = followed.source.get(INPUTS)?.length ?? 0;
      if (pass < 5) followed.append(INPUTS, `${row(`later-${pass}`)}\r\n`);
    });
    const far = reads.filter((start) => start > 0);
    expect(Math.min(...far)).toBeGreaterThan(size - 2500);
    // The head is looked at, to see a header that was put in front; and the file's first line says what its rows are.
    expect(reads.filter((start) => start === 0).length).toBeLessThanOrEqual(2);
  });

  it('finds a new model within an hour, by a listing of everything', async () => {
    const followed = new Followed();
    followed.append(INPUTS, correlatedFile('a', row('x'), row('y')));
    const listed: SyncPass['listed'][] = [];
    await followed.watch(
      4,
      (pass) => {
        followed.clock.advance(25 * 60_000);
        if (pass === 1)
          followed.append(INPUTS.replace('/m/1/', '/m/2/'), correlatedFile('a', row('z'), row('w')));
      },
      { onPass: (pass) => listed.push(pass.listed) },
    );
    expect(listed).toEqual(['everything', 'live folders', 'live folders', 'everything']);
    expect(
      [...(await eventFiles(followed.destination)).keys()].some((name) => name.startsWith('svc/m-2/')),
    ).toBe(true);
  });

  it('waits for the first source of an empty tree', async () => {
    const followed = new Followed();
    await followed.watch(3, (pass) => {
      if (pass === 1) followed.append(INPUTS, correlatedFile('a', row('x'), row('y')));
    });
    expect((await eventFiles(followed.destination)).size).toBe(1);
  });

  it('shows an added row after an interval and the time in which it settles', async () => {
    const followed = new Followed();
    const interval = 30_000;
    followed.append(INPUTS, correlatedFile('a', row('x')));
    let since = 0;
    await followed.watch(12, async (pass) => {
      if (pass === 3) followed.append(INPUTS, `${row('last')}\r\n`);
      if (pass >= 3) since += interval;
      followed.clock.advance(interval);
      const text = [...(await eventFiles(followed.destination)).values()].join('');
      // Since the pass in which it shows was over.
      if (text.includes('"last"') && since > 0) {
        expect(since - interval).toBeLessThanOrEqual(interval + 120_000);
        since = Number.NEGATIVE_INFINITY;
      }
    });
    expect(since).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('clocks', () => {
  it('that jump settle nothing too early, and lose nothing', async () => {
    const followed = new Followed();
    followed.append(INPUTS, correlatedFile('a', row('x'), row('y')));
    await followed.watch(6, (pass) => {
      followed.clock.set(pass % 2 === 0 ? '2024-02-29T23:00:00Z' : '2024-02-27T01:00:00Z');
      followed.append(INPUTS, `${row(`c${pass}`)}\r\n${row(`c${pass}`)}\r\n`);
    });
    const text = [...(await eventFiles(followed.destination)).values()].join('');
    expect(text).not.toContain('"c5"');
    followed.clock.set('2024-02-29T23:00:00Z');
    followed.endDay();
    await followed.sync();
    followed.endDay();
    await followed.sync();
    await expectSameAsConverted(followed);
  });
});

describe('two followers started by mistake', () => {
  it('exclude each other: the second says whom it met', async () => {
    const followed = new Followed();
    followed.append(INPUTS, correlatedFile('a', row('x'), row('y')));
    let refused: unknown;
    await followed.watch(2, async () => {
      refused = await followed.sync().catch((error: unknown) => error);
    });
    expect(refused).toMatchObject({ code: 'conflict', message: expect.stringContaining('mdc-bridge sync') });
    await followed.sync();
  });
});
