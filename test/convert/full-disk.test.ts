import { describe, expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import { StorageError } from '../../src/errors.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import type { StagedObject } from '../../src/storage/storage.js';
import { errorOf } from '../support/error-of.js';
import { CORRELATION_HEADER, correlation, sourceName } from '../support/rows.js';

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

function events(contents: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(contents).filter(([name]) => !name.endsWith('/journal.jsonl')));
}
