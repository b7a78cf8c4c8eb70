import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import { StorageError } from '../../src/errors.js';
import { type FileCalls, PROMISED_CALLS } from '../../src/storage/file-calls.js';
import { LocalStorage } from '../../src/storage/local-storage.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import type { StagedObject } from '../../src/storage/storage.js';
import { errorOf } from '../support/error-of.js';
import { readFolder } from '../support/golden.js';
import { CORRELATION_HEADER, correlation, sourceName } from '../support/rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A disk with room for so many writes; every later one fails. */
class SmallDisk extends MemoryStorage {
  writesLeft = Number.POSITIVE_INFINITY;

  override async stage(name: string): Promise<StagedObject> {
    const staged = await super.stage(name);
    return {
      ...staged,
      append: async (bytes) => {
        this.#write(name);
        await staged.append(bytes);
      },
    };
  }

  override async append(name: string, bytes: Uint8Array): Promise<void> {
    this.#write(name);
    await super.append(name, bytes);
  }

  async contents(): Promise<Record<string, string>> {
    const contents: Record<string, string> = {};
    for await (const { name } of this.list('')) contents[name] = this.get(name)?.toString() ?? '';
    return contents;
  }

  #write(name: string): void {
    if (this.writesLeft === 0) {
      throw new StorageError('ENOSPC', `can't write ${name}: the disk is full (ENOSPC)`, {
        remedy: 'free some space and run the same command again: what is done is kept',
      });
    }
    this.writesLeft -= 1;
  }
}

function source(): MemoryStorage {
  const tree = new MemoryStorage('modeldata');
  for (const day of ['2024/02/28', '2024/02/29']) {
    const rows = Array.from(
      { length: 3 },
      (_, i) => `${i},${correlation(`${day}-${i}`, `2024-02-29T0${i}:00:00`)}\r\n`,
    );
    tree.put(sourceName('inputs', day), `a,${CORRELATION_HEADER}\r\n${rows.join('')}`);
  }
  return tree;
}

describe('a disk that runs full at any write', () => {
  it('ends the run with a clear error, no half output, and the next run completes with the same bytes', async () => {
    const whole = new SmallDisk('out');
    await convertTree(source(), whole);
    const expected = await whole.contents();
    let failures = 0;
    for (let room = 0; ; room += 1) {
      const disk = new SmallDisk('out');
      disk.writesLeft = room;
      const attempt = convertTree(source(), disk);
      if (
        await attempt.then(
          () => true,
          () => false,
        )
      )
        break;
      failures += 1;
      const error = await errorOf(attempt);
      expect(error).toMatchObject({ code: 'storage', reason: 'ENOSPC' });
      expect(error.remedy).toContain('what is done is kept');
      for (const [name, content] of Object.entries(await disk.contents())) {
        if (!name.startsWith('_migration/')) expect(content, name).toBe(expected[name]);
      }
      disk.writesLeft = Number.POSITIVE_INFINITY;
      await convertTree(source(), disk);
      expect(events(await disk.contents())).toEqual(events(expected));
    }
    expect(failures).toBeGreaterThan(5);
  });
});

describe('a device that fails in any call that writes', () => {
  const LASTING: Readonly<Record<string, boolean>> = { ENOSPC: true, EDQUOT: true, EIO: false };
  const WORDS: Readonly<Record<string, string>> = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the quota is used up',
    EIO: 'the device failed',
  };

  it.each(Object.keys(LASTING))(
    'with %s: a clear error, no half output, and the next run completes',
    async (code) => {
      const whole = join(await temporaryFolder(), 'v2');
      await convertTree(source(), new LocalStorage(whole));
      const expected = events(await contentsBelow(whole));
      let failures = 0;
      for (let n = 0; ; n += 1) {
        const root = join(await temporaryFolder(), 'v2');
        await mkdir(root);
        const device = failingAt(n, code, LASTING[code] ?? false);
        const error = await convertTree(source(), new LocalStorage(root, device)).then(
          () => undefined,
          (cause: unknown) => cause as StorageError,
        );
        if (error === undefined) break;
        failures += 1;
        expect(error).toMatchObject({ code: 'storage', reason: code });
        expect(error.message).toContain(`${WORDS[code]} (${code})`);
        expect(error.remedy).toContain('what is done is kept');
        for (const [name, content] of Object.entries(await contentsBelow(root))) {
          if (!name.startsWith('_')) expect(content, name).toBe(expected[name]);
        }
        await convertTree(source(), new LocalStorage(root));
        expect(events(await contentsBelow(root))).toEqual(expected);
      }
      expect(failures).toBeGreaterThan(20);
    },
  );
});

describe('a failure after which tidying up fails too', () => {
  it('is the one that is told', async () => {
    const root = await temporaryFolder();
    const device: FileCalls = {
      ...failingAt(8, 'ENOSPC', true),
      removeFolder: () => Promise.reject(Object.assign(new Error('refused'), { code: 'EIO' })),
    };
    const error = await errorOf(convertTree(source(), new LocalStorage(root, device)));
    expect(error).toMatchObject({ code: 'storage', reason: 'ENOSPC' });
  });
});

/** The n-th call that writes fails, and all later ones if it lasts. */
function failingAt(n: number, code: string, lasts: boolean): FileCalls {
  let calls = -1;
  const ask = (): void => {
    calls += 1;
    if (calls === n || (lasts && calls > n)) throw Object.assign(new Error(`${code}: refused`), { code });
  };
  return {
    ...PROMISED_CALLS,
    open: async (path, flags) => {
      if (flags === 'r') return await PROMISED_CALLS.open(path, flags);
      ask();
      const file = await PROMISED_CALLS.open(path, flags);
      return {
        read: (...args) => file.read(...args),
        stat: () => file.stat(),
        close: () => file.close(),
        write: async (bytes, offset) => {
          ask();
          return await file.write(bytes, offset);
        },
        sync: async () => {
          ask();
          await file.sync();
        },
      };
    },
    rename: async (from, to) => {
      ask();
      await PROMISED_CALLS.rename(from, to);
    },
    mkdir: async (path) => {
      ask();
      await PROMISED_CALLS.mkdir(path);
    },
  };
}

async function contentsBelow(root: string): Promise<Record<string, string>> {
  return Object.fromEntries([...(await readFolder(root))].map(([name, bytes]) => [name, bytes.toString()]));
}

/** All but what tells of DEST, and in which order the work was done. */
function events(contents: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(contents).filter(([name]) => !/\/(?:journal\.jsonl|report\.json)$/.test(name)),
  );
}
