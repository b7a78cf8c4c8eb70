import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressNote, type RunProgress } from '../../src/convert/progress-note.js';
import { convertTree } from '../../src/convert/run.js';
import { type MigrationStatus, readStatus } from '../../src/convert/status.js';
import { StorageError } from '../../src/errors.js';
import { thisProcess } from '../../src/storage/lock-holder.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { CHANGED } from '../../src/storage/storage.js';
import { type Converted, convert, memoryTree, readObjects } from '../support/converted.js';
import { errorOf } from '../support/error-of.js';
import { callRows, correlatedFile } from '../support/legacy-file.js';
import { sourceName } from '../support/rows.js';

const INPUTS = sourceName();
const LABELS = sourceName('labels', '2024/02/29', 'labels.csv');
const TREE = { [INPUTS]: correlatedFile('a', ...callRows('x', 3)), [LABELS]: 'y\n1\n2,x\n' };
const SIZE = Object.values(TREE).reduce((sum, content) => sum + content.length, 0);

const HALF: RunProgress = {
  filesDone: 1,
  filesTotal: 2,
  rows: 5,
  bytesDone: 100,
  bytesTotal: 400,
  seconds: 10,
  inHand: 1,
};

async function only(destination: MemoryStorage): Promise<MigrationStatus> {
  const { migrations } = await readStatus(destination);
  expect(migrations).toHaveLength(1);
  return migrations[0] ?? expect.unreachable();
}

/** As a run that was killed before it had done its last source. */
function forgetLast({ destination, report }: Converted): { readonly source: string; readonly size: number } {
  const name = `_migration/${report.sourceId}/journal.jsonl`;
  const lines = (destination.get(name)?.toString() ?? '').split('\n');
  const last = lines.findLastIndex((line) => line.startsWith('{"kind":"source"'));
  destination.put(name, lines.toSpliced(last, 1).join('\n'));
  return JSON.parse(lines[last] ?? '') as { source: string; size: number };
}

describe('the status of a destination', () => {
  it('without a migration is an empty list', async () => {
    const destination = new MemoryStorage('v2');
    destination.put('something/else.jsonl', '');
    expect(await readStatus(destination)).toEqual({
      kind: 'mdc-bridge status',
      version: 1,
      destination: 'memory:///v2',
      migrations: [],
    });
  });

  it('tells what is finished, and that nobody is at work', async () => {
    const tree = await convert(TREE);
    expect(await only(tree.destination)).toEqual({
      sourceId: tree.report.sourceId,
      source: 'memory:///modeldata',
      sources: { done: 2, inHand: 0, left: 0 },
      bytes: { done: SIZE, left: 0 },
      rows: tree.report.totals.rows,
      events: tree.report.totals.events,
      rejected: tree.report.totals.rejected,
    });
    expect(tree.report.totals.rejected).not.toEqual({});
  });

  it('tells what is left of a run that was killed; what it had told of its progress is void', async () => {
    const tree = await convert(TREE);
    const { size } = forgetLast(tree);
    tree.destination.put(`_migration/${tree.report.sourceId}/progress.json`, JSON.stringify(HALF));
    const status = await only(tree.destination);
    expect(status.sources).toEqual({ done: 1, inHand: 0, left: 1 });
    expect(status.bytes).toEqual({ done: SIZE - size, left: size });
    expect(status).not.toHaveProperty('pace');
  });

  it('counts what a new plan decides otherwise as left', async () => {
    const tree = await convert(TREE);
    const other = await convert(TREE, { endpoint: 'moved' });
    const name = `_migration/${tree.report.sourceId}/plan.json`;
    tree.destination.put(name, other.destination.get(name) ?? '');
    expect((await only(tree.destination)).sources).toEqual({ done: 0, inHand: 0, left: 2 });
  });

  it('while a run is at work tells who, what it has in hand, how fast it is, and how long it will take', async () => {
    const tree = await convert(TREE);
    forgetLast(tree);
    const folder = `_migration/${tree.report.sourceId}`;
    const holder = thisProcess('mdc-bridge convert a b');
    const lock = await tree.destination.lock(`${folder}/lock`, holder);
    expect(await only(tree.destination)).toMatchObject({
      heldBy: holder,
      sources: { done: 1, inHand: 0, left: 1 },
    });
    tree.destination.put(`${folder}/progress.json`, JSON.stringify(HALF));
    expect(await only(tree.destination)).toMatchObject({
      heldBy: holder,
      sources: { done: 1, inHand: 1, left: 0 },
      pace: { seconds: 10, bytesPerSecond: 10, secondsLeft: 30 },
    });
    await lock.release();
    expect(await only(tree.destination)).not.toHaveProperty('heldBy');
  });

  it('promises nothing before there is something to go by', async () => {
    const tree = await convert(TREE);
    const folder = `_migration/${tree.report.sourceId}`;
    await tree.destination.lock(`${folder}/lock`, thisProcess('x'));
    tree.destination.put(`${folder}/progress.json`, JSON.stringify({ ...HALF, bytesDone: 0 }));
    expect((await only(tree.destination)).pace).toEqual({ seconds: 10, bytesPerSecond: 0 });
    tree.destination.put(`${folder}/progress.json`, '{"filesDone":');
    expect(await only(tree.destination)).not.toHaveProperty('pace');
  });

  it('tells every migration there', async () => {
    const tree = await convert(TREE);
    const other = new MemoryStorage('other');
    other.put(LABELS, 'y\n1\n');
    const two = await convertTree(other, tree.destination);
    const { migrations } = await readStatus(tree.destination);
    expect(migrations.map(({ sourceId }) => sourceId).sort()).toEqual(
      [tree.report.sourceId, two.sourceId].sort(),
    );
  });

  it('writes nothing, though the journal’s last line is not whole: its writer may be at it', async () => {
    const tree = await convert(TREE);
    await tree.destination.append(
      `_migration/${tree.report.sourceId}/journal.jsonl`,
      Buffer.from('{"kind":"source","so'),
    );
    const before = await readObjects(tree.destination);
    expect((await only(tree.destination)).sources.done).toBe(2);
    expect(await readObjects(tree.destination)).toEqual(before);
  });

  it('is read again where the journal grew while it was read, and not for ever', async () => {
    const tree = await convert(TREE);
    let refusals = 0;
    class Restless extends MemoryStorage {
      override read(name: string, ...rest: []): ReturnType<MemoryStorage['read']> {
        if (!name.endsWith('journal.jsonl') || refusals === 0) return super.read(name, ...rest);
        refusals -= 1;
        throw new StorageError(CHANGED, `can't read ${name}: it has changed meanwhile`);
      }
    }
    const destination = new Restless('v2');
    for (const [name, content] of await readObjects(tree.destination)) destination.put(name, content);
    refusals = 2;
    expect((await only(destination)).sources.done).toBe(2);
    refusals = 100;
    expect(await errorOf(readStatus(destination))).toMatchObject({ reason: CHANGED });
  });

  it('with a journal of a later version says so', async () => {
    const tree = await convert(TREE);
    const name = `_migration/${tree.report.sourceId}/journal.jsonl`;
    tree.destination.put(name, '{"kind":"journal","version":2}\n');
    expect(await errorOf(readStatus(tree.destination))).toMatchObject({
      code: 'conflict',
      message: 'the journal is of a later version (2)',
    });
  });
});

describe('a run that is under way', () => {
  it('can be asked for its status, which names this process', async () => {
    const [source, destination] = [memoryTree(TREE), new MemoryStorage('v2')];
    const asked: Promise<MigrationStatus>[] = [];
    await convertTree(source, destination, {
      onProgress: ({ phase }) => {
        if (phase === 'convert' && asked.length === 0) asked.push(only(destination));
      },
    });
    const [status] = await Promise.all(asked);
    expect(status?.heldBy).toMatchObject({ pid: process.pid, command: expect.stringContaining('convert') });
    expect((await only(destination)).heldBy).toBeUndefined();
  });
});

describe('the note of a run’s progress', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is written every few seconds and goes with its run; a short run has none', async () => {
    const storage = new MemoryStorage();
    const note = new ProgressNote(storage, 'tree-1');
    let rows = 0;
    note.start(() => ({ ...HALF, rows }));
    await vi.advanceTimersByTimeAsync(2000);
    expect(await ProgressNote.read(storage, 'tree-1')).toBeUndefined();
    for (rows = 1; rows < 3; rows += 1) {
      await vi.advanceTimersByTimeAsync(3000);
      expect(await ProgressNote.read(storage, 'tree-1')).toEqual({ ...HALF, rows });
    }
    await note.end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await readObjects(storage)).toEqual(new Map());
  });

  it('goes also when its run ends while it is being written', async () => {
    class SlowStorage extends MemoryStorage {
      override async stage(name: string): ReturnType<MemoryStorage['stage']> {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        return await super.stage(name);
      }
    }
    const storage = new SlowStorage();
    const note = new ProgressNote(storage, 'tree-1');
    note.start(() => HALF);
    await vi.advanceTimersByTimeAsync(3500);
    const ended = note.end();
    await vi.advanceTimersByTimeAsync(2000);
    await ended;
    expect(await readObjects(storage)).toEqual(new Map());
  });

  it('that can’t be written is no failure of the run', async () => {
    class FullStorage extends MemoryStorage {
      override async stage(): Promise<never> {
        throw new StorageError('ENOSPC', 'the disk is full');
      }
    }
    const storage = new FullStorage();
    const note = new ProgressNote(storage, 'tree-1');
    note.start(() => HALF);
    await vi.advanceTimersByTimeAsync(4000);
    await note.end();
    expect(await ProgressNote.read(storage, 'tree-1')).toBeUndefined();
  });
});
