import { spawnSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import { openSource } from '../../src/convert/source.js';
import { MdcBridgeError, StorageError } from '../../src/errors.js';
import { thisProcess } from '../../src/storage/lock-holder.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import type { Lock, Storage } from '../../src/storage/storage.js';
import { memoryTree, readObjects } from '../support/converted.js';
import { errorOf } from '../support/error-of.js';
import { callRows, correlatedFile } from '../support/legacy-file.js';
import { sourceName } from '../support/rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const INPUTS = sourceName();
const TREE = {
  [INPUTS]: correlatedFile('a', ...callRows('x', 1)),
  [sourceName('labels', '2024/02/29', 'labels.csv')]: 'y\n1\n',
};

async function lockName(source: Storage): Promise<string> {
  return `_migration/${(await openSource(source)).id}/lock`;
}

describe('a second run on the same source and destination', () => {
  it('is refused while the first is at work: with whom it met, since when, and what to do', async () => {
    const [source, destination] = [memoryTree(TREE), new MemoryStorage('v2')];
    const holder = { ...thisProcess('mdc-bridge convert x y'), host: 'host-a', pid: 4711 };
    const lock = await destination.lock(await lockName(source), holder);
    const error = await errorOf(convertTree(source, destination));
    expect(error).toMatchObject({ code: 'conflict' });
    expect(error.message).toBe(
      `another run is at work here: process 4711 on host-a, since ${holder.since}: mdc-bridge convert x y`,
    );
    expect(error.remedy).toContain('wait for its end');
    expect(await readObjects(destination)).toEqual(new Map());
    await lock.release();
    expect(await convertTree(source, destination)).toMatchObject({ converted: 2 });
  });

  it('is refused before it reads the source', async () => {
    const [source, destination] = [memoryTree(TREE), new MemoryStorage('v2')];
    await destination.lock(await lockName(source), thisProcess('x'));
    const unread = new Proxy(source, {
      get: (target, key) => (key === 'list' ? expect.unreachable() : Reflect.get(target, key, target)),
    });
    expect(await errorOf(convertTree(unread, destination))).toMatchObject({ code: 'conflict' });
  });

  it('is refused also where the first began while it planned', async () => {
    const [source, destination] = [memoryTree(TREE), new MemoryStorage('v2')];
    const inTheMeantime: Promise<unknown>[] = [];
    const name = await lockName(source);
    const onPlan = (): void => void inTheMeantime.push(destination.lock(name, thisProcess('the first')));
    expect((await errorOf(convertTree(source, destination, { onPlan }))).message).toContain('the first');
    expect(inTheMeantime).toHaveLength(1);
    expect(await readObjects(destination)).toEqual(new Map());
  });

  it('is not refused for another source; the first one’s staged content stays then', async () => {
    const [source, destination] = [memoryTree(TREE), new MemoryStorage('v2')];
    const staged = await destination.stage('a/b');
    await staged.append(Buffer.from('of the first'));
    const token = await staged.release();
    const lock = await destination.lock('_migration/other-01234567/lock', thisProcess('the first'));
    destination.put('_migration/other-01234567/plan.json', '{}');
    expect(await convertTree(source, destination)).toMatchObject({ converted: 2, foreign: 0 });
    await destination.publishParts('a/b', [token]);
    expect(destination.get('a/b')?.toString()).toBe('of the first');
    await lock.release();
  });
});

describe('a run holds its lock', () => {
  it('from before it reads the journal until its end, and says what it does without credentials', async () => {
    const source = memoryTree(TREE);
    const name = await lockName(source);
    const seen: (string | undefined)[] = [];
    class Watched extends MemoryStorage {
      override async *list(...asked: Parameters<MemoryStorage['list']>): ReturnType<MemoryStorage['list']> {
        seen.push((await this.lockedBy(name))?.command);
        yield* super.list(...asked);
      }

      override async sweep(): Promise<void> {
        seen.push((await this.lockedBy(name))?.command);
        await super.sweep();
      }
    }
    const destination = new Watched('v2');
    await convertTree(source, destination);
    expect(seen.length).toBeGreaterThan(1);
    expect(new Set(seen)).toEqual(new Set(['mdc-bridge convert memory:///modeldata memory:///v2']));
    expect(await destination.lockedBy(name)).toBeUndefined();
  });

  it('and releases it when it is interrupted, and when it fails', async () => {
    const source = memoryTree(TREE);
    const name = await lockName(source);
    for (const failure of ['interrupted', 'failed']) {
      const controller = new AbortController();
      class Failing extends MemoryStorage {
        override async append(file: string, bytes: Uint8Array): Promise<void> {
          if (failure === 'failed') throw new StorageError('ENOSPC', 'the disk is full');
          controller.abort();
          await super.append(file, bytes);
        }
      }
      const destination = new Failing('v2');
      const run = convertTree(source, destination, { signal: controller.signal });
      if (failure === 'failed') expect(await errorOf(run)).toMatchObject({ reason: 'ENOSPC' });
      else expect(await run).toMatchObject({ interrupted: true, converted: 0 });
      expect(await destination.lockedBy(name)).toBeUndefined();
    }
  });

  it('which a killed run of this machine has left, it takes at once; its file is gone afterwards', async () => {
    const [root, destination] = [await temporaryFolder(), await temporaryFolder()];
    for (const [name, content] of Object.entries(TREE)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), content);
    }
    const folder = join(destination, dirname(await lockName((await openSource(root)).storage)));
    await mkdir(folder, { recursive: true });
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(
      join(folder, 'lock'),
      JSON.stringify({ ...thisProcess('killed'), host: hostname(), pid }),
    );
    await writeFile(join(folder, 'progress.json'), '{}');
    expect(await convertTree(root, destination, { workers: 0 })).toMatchObject({ converted: 2, foreign: 0 });
    expect((await readdir(folder)).sort()).toEqual(['journal.jsonl', 'plan.json', 'report.json']);
  });
});

describe('a run that loses its lock', () => {
  /** Its lock is lost when so many objects were published; 0: as soon as it is taken. */
  class Losing extends MemoryStorage {
    readonly #lost = new AbortController();
    readonly swept: string[] = [];
    left: number;

    constructor(left: number) {
      super('v2');
      this.left = left;
    }

    override async lock(...asked: Parameters<MemoryStorage['lock']>): Promise<Lock> {
      const lock = await super.lock(...asked);
      this.#loseAt(0);
      return { lost: this.#lost.signal, release: () => lock.release() };
    }

    override async stage(name: string): ReturnType<MemoryStorage['stage']> {
      const staged = await super.stage(name);
      return {
        ...staged,
        publish: async () => {
          await staged.publish();
          this.#loseAt(1);
        },
      };
    }

    #loseAt(published: number): void {
      this.left -= published;
      if (this.left === 0) this.#lost.abort(new MdcBridgeError('conflict', 'this run has lost its lock'));
    }

    override async sweep(): Promise<void> {
      this.swept.push('swept');
      await super.sweep();
    }
  }

  it('stops with the error that says why, clears nothing away, and its work is gone on with', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 5 }, (_, i) => [
        sourceName('labels', `2024/03/0${i + 1}`, 'labels.csv'),
        `y\n${i}\n`,
      ]),
    );
    for (let published = 1; published <= 5; published += 1) {
      const [source, destination] = [memoryTree(many), new Losing(published)];
      const { signal } = new AbortController();
      const error = await errorOf(convertTree(source, destination, published % 2 === 0 ? { signal } : {}));
      expect(error).toMatchObject({ code: 'conflict', message: 'this run has lost its lock' });
      expect(destination.swept).toEqual([]);
      expect(destination.get(`_migration/${(await openSource(source)).id}/report.json`)).toBeUndefined();
      const whole = new MemoryStorage('v2');
      for (const [name, content] of await readObjects(destination)) whole.put(name, content);
      const { converted, unchanged } = await convertTree(source, whole);
      expect(converted + unchanged).toBe(5);
      expect(unchanged).toBe(Math.max(0, published - 1));
    }
  });

  it('before it has looked at DEST writes nothing, and says that rather than that it was interrupted', async () => {
    const destination = new Losing(0);
    destination.put('something', '');
    const error = await errorOf(convertTree(memoryTree(TREE), destination));
    expect(error).toMatchObject({ code: 'conflict', message: 'this run has lost its lock' });
    expect([...(await readObjects(destination)).keys()]).toEqual(['something']);
  });

  it('before its first event writes none', async () => {
    const [source, destination] = [memoryTree(TREE), new Losing(1)];
    await errorOf(convertTree(source, destination));
    const written = [...(await readObjects(destination)).keys()];
    expect(written.filter((name) => !name.startsWith('_migration/'))).toEqual([]);
  });
});
