import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { ConvertReport } from '../../src/convert/report.js';
import { convertTree } from '../../src/convert/run.js';
import { StorageError } from '../../src/errors.js';
import { LocalStorage } from '../../src/storage/local-storage.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import type { ReadRange, Storage } from '../../src/storage/storage.js';
import { memoryTree, readObjects } from '../support/converted.js';
import { errorOf } from '../support/error-of.js';
import { FailingStorage, fullAfter, type Step } from '../support/failing-storage.js';
import { callRows, correlatedFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const row = (id: string, time: string): string => `1,${correlation(id, `2024-02-29T${time}`)}`;

/** Five sources; the first has three hours, one has rejects, one takes many chunks. */
const TREE = memoryTree({
  [sourceName('inputs', '2024/02/29')]: correlatedFile(
    'a',
    row('x', '01:00:00'),
    row('y', '02:00:00'),
    row('z', '03:00:00'),
  ),
  [sourceName('inputs', '2024/03/01')]: correlatedFile('a', ...callRows('x', 3), `1,2,${correlation('y')}`),
  [sourceName('labels', '2024/02/29', 'labels.csv')]: 'y\n1\n2,x\n',
  [sourceName('labels', '2024/03/01', 'labels.csv')]: `y\n${'1\n'.repeat(5000)}`,
  [sourceName('labels', '2024/03/02', 'labels.csv')]: 'y\n3\n',
});

/** All that a conversion leaves but its journal and report, whose entries stand in the order of the work. */
async function outcome(storage: Storage): Promise<Map<string, string>> {
  const all = await readObjects(storage);
  return new Map(
    [...all].filter(([name]) => !/^_migration\/[^/]+\/(?:journal\.jsonl|report\.json)$/.test(name)),
  );
}

const whole = new MemoryStorage('v2');
await convertTree(TREE, whole);
const COMPLETE = await outcome(whole);

/** What is visible is complete, file by file. */
async function expectNoHalfFile(storage: Storage): Promise<void> {
  for (const [name, content] of await outcome(storage)) {
    if (name.startsWith('_migration/') && name.endsWith('plan.json')) continue;
    expect(content, name).toBe(COMPLETE.get(name));
  }
}

describe('a run that its signal interrupts', () => {
  /** Aborts at the n-th progress of the conversion. */
  async function interruptAt(n: number, destination: Storage): Promise<ConvertReport> {
    const controller = new AbortController();
    let seen = 0;
    return await convertTree(TREE, destination, {
      signal: controller.signal,
      onProgress: ({ phase }) => {
        if (phase !== 'convert') return;
        if (seen === n) controller.abort();
        seen += 1;
      },
    });
  }

  it('leaves no half file visible and nothing staged, wherever it stops; a rerun completes it', async () => {
    let interrupted = 0;
    for (let n = 0; n < 16; n += 1) {
      const folder = await temporaryFolder();
      const destination = new LocalStorage(folder);
      const report = await interruptAt(n, destination);
      await expectNoHalfFile(destination);
      expect(await readdir(folder)).not.toContain('_staging');
      expect(report.interrupted).toBe(report.converted < 5);
      if (report.interrupted) interrupted += 1;
      const second = await convertTree(TREE, destination);
      expect(second).toMatchObject({
        interrupted: false,
        converted: 5 - report.converted,
        unchanged: report.converted,
      });
      expect(await outcome(destination)).toEqual(COMPLETE);
    }
    expect(interrupted).toBeGreaterThan(3);
  });

  it('says what is done: its report counts the sources that are complete', async () => {
    const destination = new MemoryStorage('v2');
    const report = await interruptAt(4, destination);
    expect(report.interrupted).toBe(true);
    expect(report.totals.files).toBe(report.converted);
    expect(report.failed).toEqual([]);
  });

  it('before anything is converted is the aborted error, and writes nothing', async () => {
    const destination = new MemoryStorage('v2');
    const error = await errorOf(convertTree(TREE, destination, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'aborted', message: 'interrupted' });
    expect(await readObjects(destination)).toEqual(new Map());
  });

  it('between its plan and its conversion is the aborted error too', async () => {
    const destination = new MemoryStorage('v2');
    destination.put('something', '');
    const controller = new AbortController();
    const work = convertTree(TREE, destination, {
      signal: controller.signal,
      onPlan: () => controller.abort(),
    });
    expect(await errorOf(work)).toMatchObject({ code: 'aborted' });
  });
});

describe('a disk that is full', () => {
  it('stops the run with what to do, at whatever step; nothing half is visible, and a rerun completes it', async () => {
    let failed = 0;
    for (let steps = 0; steps < 45; steps += 1) {
      const destination = new MemoryStorage('v2');
      const work = convertTree(TREE, new FailingStorage(destination, fullAfter(steps)));
      const error = await work.then(
        () => undefined,
        (cause: unknown) => cause,
      );
      if (error !== undefined) {
        failed += 1;
        expect(error).toMatchObject({ code: 'storage', reason: 'ENOSPC' });
      }
      await expectNoHalfFile(destination);
      await convertTree(TREE, destination);
      expect(await outcome(destination)).toEqual(COMPLETE);
    }
    expect(failed).toBeGreaterThan(20);
    expect(failed).toBeLessThan(45);
  });

  it('while files become visible leaves some hours of a source, which the rerun completes', async () => {
    const destination = new MemoryStorage('v2');
    let published = 0;
    const ask = (step: Step, name: string): void => {
      if (step !== 'publish' || name.startsWith('_migration/')) return;
      published += 1;
      if (published === 4) fullAfter(0)(step, name);
    };
    expect(await errorOf(convertTree(TREE, new FailingStorage(destination, ask)))).toMatchObject({
      reason: 'ENOSPC',
    });
    await expectNoHalfFile(destination);
    await convertTree(TREE, destination);
    expect(await outcome(destination)).toEqual(COMPLETE);
  });
});

describe('a source that vanishes while the run goes on', () => {
  it('is named among the changed; the others are converted', async () => {
    const source = new MemoryStorage('modeldata');
    for (const [name, content] of await readObjects(TREE)) source.put(name, content);
    const gone = sourceName('labels', '2024/03/02', 'labels.csv');
    const vanishing = new Proxy(source, {
      get: (target, key) => {
        if (key === 'read') {
          return (name: string, ...rest: []) => {
            if (name === gone && converting) void target.remove(name);
            return target.read(name, ...rest);
          };
        }
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    let converting = false;
    const report = await convertTree(vanishing, new MemoryStorage('v2'), {
      onPlan: () => {
        converting = true;
      },
    });
    expect(report.converted).toBe(4);
    expect(report).toMatchObject({ changed: [gone], failed: [] });
  });
});

describe('a source that can’t be read while the run goes on', () => {
  const unreadable = sourceName('labels', '2024/03/02', 'labels.csv');

  async function convertWith(reason: string): Promise<ConvertReport> {
    let converting = false;
    class Broken extends MemoryStorage {
      override async *read(
        name: string,
        ...rest: [range?: ReadRange, signal?: AbortSignal]
      ): AsyncGenerator<Uint8Array, void, void> {
        if (converting && name === unreadable) {
          throw new StorageError(reason, `can't read ${name}`, { place: { file: `/modeldata/${name}` } });
        }
        yield* super.read(name, ...rest);
      }
    }
    const source = new Broken('modeldata');
    for (const [name, content] of await readObjects(TREE)) source.put(name, content);
    return await convertTree(source, new MemoryStorage('v2'), {
      onPlan: () => {
        converting = true;
      },
    });
  }

  it.each(['EIO', 'EACCES', 'EARCHIVED'])(
    'for %s is named among the failed; the others are converted',
    async (reason) => {
      const report = await convertWith(reason);
      expect(report.converted).toBe(4);
      expect(report.failed).toEqual([{ source: unreadable, error: `can't read ${unreadable}` }]);
    },
  );

  it('since the network is gone ends the run: no other would fare better', async () => {
    expect(await errorOf(convertWith('ECONNRESET'))).toMatchObject({ reason: 'ECONNRESET' });
  });
});
