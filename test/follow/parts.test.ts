import { describe, expect, it } from 'vitest';
import { convertFile } from '../../src/convert/convert-file.js';
import { makeConvertTask } from '../../src/convert/convert-task.js';
import { Journal } from '../../src/convert/journal.js';
import { convertFileFast } from '../../src/convert/kernel/convert-file-fast.js';
import { planMigration } from '../../src/convert/plan.js';
import type { SourceResult } from '../../src/convert/report.js';
import { zeroCounts } from '../../src/convert/source-counts.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { memoryTree, readObjects } from '../support/converted.js';
import { FailingStorage } from '../support/failing-storage.js';
import { correlatedFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';
import { eventFiles, expectSameAsConverted, Followed } from './followed.js';

const INPUTS = sourceName();
const LABELS = sourceName('labels', '2024/02/29', 'labels.csv');
/** Of the events that readers see in these files. */
function idsIn(storage: MemoryStorage, names: Iterable<string>): string[] {
  const texts = [...names]
    .filter((name) => !name.startsWith('_'))
    .map((name) => storage.get(name)?.toString() ?? '');
  return texts.flatMap((text) => [...text.matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id));
}

const numbers = (from: number, n: number): string =>
  Array.from({ length: n }, (_, i) => `${from + i}\r\n`).join('');

describe('a part of a source', () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${correlation(`call-${i >> 1}`)}`);
  const content = correlatedFile('a', ...rows);
  const start = content.indexOf('20,call-10');

  it('becomes the same through the kernel and through the reference reader: the lines behind its beginning', async () => {
    const source = memoryTree({ [INPUTS]: content });
    const plan = await planMigration(source);
    const whole = makeConvertTask(plan, plan.files.at(0)!);
    const context = (destination: MemoryStorage): Parameters<typeof convertFile>[1] => {
      return { source, destination, container: 'modeldata', sourceId: 'x' };
    };
    const [all, fast, slow] = [new MemoryStorage('v2'), new MemoryStorage('v2'), new MemoryStorage('v2')];
    await convertFile(whole, context(all));
    const task = { ...whole, part: { index: 3, start, ordinal: 20 } };
    const result = await convertFileFast(task, context(fast));
    expect(result).toEqual(await convertFile(task, context(slow)));
    expect(result).toMatchObject({ rows: 20, events: 10, headers: 0, lines: 20 });
    const [[name = '', text = ''] = []] = await readObjects(fast);
    expect(name).toMatch(/[0-9a-f]{32}000003\.jsonl$/);
    expect([...(await readObjects(slow))]).toEqual([[name, text]]);
    const [expected = ''] = (await readObjects(all)).values();
    expect(expected.endsWith(text)).toBe(true);
    expect(text.split('\n').length - 1).toBe(10);
  });
});

it('readers never miss an event that was there, and never see one twice, at any moment of any pass', async () => {
  const followed = new Followed({ partBytes: 700 });
  followed.append(INPUTS, correlatedFile('a', `1,${correlation('x')}`));
  let seen = new Set<string>();
  let moments = 0;
  const names = new Set<string>();
  const look = (name = '_'): void => {
    const ids = idsIn(followed.destination, names.add(name));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of seen) expect(ids).toContain(id);
    seen = new Set(ids);
    moments += 1;
  };
  const call = (id: string): string => `1,${correlation(id)}\r\n2,${correlation(id)}\r\n`;
  const destination = new FailingStorage(followed.destination, (_, name) => look(name));
  // Processes one after the other: each goes on where the last one ended.
  for (let process = 0; process < 6; process += 1) {
    const grow = (pass: number): void => {
      look();
      const calls = Array.from({ length: pass + 1 }, (_, i) => call(`c${process}-${pass}-${i}`));
      followed.append(INPUTS, calls.join(''));
    };
    await followed.watch(5, grow, { partBytes: process % 2 === 0 ? 2500 : 700 }, destination);
    grow(0);
  }
  expect(seen.size).toBeGreaterThan(20);
  expect(moments).toBeGreaterThan(100);
});

describe('rows without correlation', () => {
  it('are shown as they come: the last event grows under its id, up to 1,000 rows', async () => {
    const followed = new Followed();
    followed.append(LABELS, `y\r\n${numbers(0, 700)}`);
    const ids: string[][] = [];
    await followed.watch(3, async (pass) => {
      followed.append(LABELS, numbers(pass * 700, 700));
      const text = [...(await eventFiles(followed.destination)).values()].join('');
      ids.push([...text.matchAll(/"id":"([^"]+)"/g)].map(([, id = '']) => id));
    });
    expect(ids.map((list) => list.length)).toEqual([1, 2]);
    expect(ids[1]?.[0]).toBe(ids[0]?.[0]);
    followed.endDay();
    await followed.sync();
    await expectSameAsConverted(followed);
  });

  it('are cut between two such events only', async () => {
    const followed = new Followed({ partBytes: 5000 });
    followed.append(LABELS, `y\r\n${numbers(0, 700)}`);
    await followed.watch(8, (pass) => followed.append(LABELS, numbers(pass * 700, 700)));
    followed.endDay();
    await followed.sync();
    const files = await eventFiles(followed.destination);
    expect(files.size).toBeGreaterThan(2);
    const sizes = [...files.values()].map((text) =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => (JSON.parse(line) as { data: unknown[] }).data.length),
    );
    expect(
      sizes
        .slice(0, -1)
        .flat()
        .every((size) => size === 1000),
    ).toBe(true);
    await expectSameAsConverted(followed);
  });

  it('are not cut where one is rejected: which rows an event has, only all before it tell', async () => {
    const followed = new Followed({ partBytes: 5000, onTypeChange: 'reject' });
    followed.append(LABELS, `y\r\n${numbers(0, 700)}`);
    await followed.watch(8, (pass) => followed.append(LABELS, `${numbers(pass * 700, 699)}1,2\r\n`));
    followed.endDay();
    await followed.sync();
    await expectSameAsConverted(followed);
  });
});

describe('names that change in the middle of a file', () => {
  it('are in force from there on, and the source is one part', async () => {
    const followed = new Followed({ partBytes: 400, onTypeChange: 'string' });
    followed.append(INPUTS, correlatedFile('a', `1,${correlation('x')}`, `1,${correlation('y')}`));
    await followed.watch(5, (pass) => {
      const header = pass === 2 ? correlatedFile('b') : '';
      const calls = [0, 1, 2].map((i) => `v,${correlation(`c${pass}-${i}`)}\r\n`).join('');
      followed.append(INPUTS, header + (pass > 1 ? calls : calls.replaceAll('v,', '1,')));
    });
    followed.endDay();
    await followed.sync();
    const text = [...(await eventFiles(followed.destination)).values()].join('');
    expect(text).toContain('"data":[{"b":"v"}]');
    expect(text).toContain('"data":[{"a":1}]');
    await expectSameAsConverted(followed);
  });
});

describe('the journal of a tree that is followed', () => {
  it('stays short, however often a source grows', async () => {
    const followed = new Followed({ partBytes: 2000 });
    followed.append(INPUTS, correlatedFile('a', `1,${correlation('x')}`));
    const sizes: number[] = [];
    await followed.watch(400, async (pass) => {
      followed.append(INPUTS, `1,${correlation(`c${pass}`)}\r\n`);
      for await (const { name, size } of followed.destination.list('_migration/')) {
        if (name.endsWith('journal.jsonl')) sizes.push(size);
      }
    });
    // An entry is as long at the end as at the beginning, though the source has many parts by then.
    const perPass = (at: number): number => ((sizes[at] ?? 0) - (sizes[at - 40] ?? 0)) / 40;
    expect(perPass(390)).toBeLessThan(2 * perPass(60));
  });

  it('is replaced by the entries that count, where most no longer do, and says the same', async () => {
    const storage = new MemoryStorage('v2');
    const journal = await Journal.open(storage, 'x');
    const entry = (n: number): SourceResult => ({
      ...zeroCounts(),
      source: `s${n % 7}.csv`,
      size: n,
      etag: 'x'.repeat(20_000),
      fingerprint: 'f',
      outputs: [],
    });
    await journal.append(
      { kind: 'claim', instances: ['i'] },
      { kind: 'watermark', path: 'a/b/c', hour: '2024/01/01/00' },
    );
    const lengths: number[] = [];
    for (let n = 0; n < 600; n += 1) {
      await journal.append({ kind: 'source', ...entry(n) });
      await journal.shorten();
      lengths.push(storage.get('_migration/x/journal.jsonl')?.length ?? 0);
    }
    expect(Math.max(...lengths)).toBeLessThan(4.1 * 2 ** 20);
    const again = await Journal.open(storage, 'x');
    for (const part of ['collections', 'watermarks', 'instances'] as const)
      expect(again[part]).toEqual(journal[part]);
    expect([...again.sources.values()].map(({ size }) => size).sort()).toEqual([
      593, 594, 595, 596, 597, 598, 599,
    ]);
  });
});
