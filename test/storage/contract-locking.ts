import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type Lock,
  type LockHolder,
  readWhole,
  type Storage,
  writeWhole,
} from '../../src/storage/storage.js';
import { errorOf } from '../support/error-of.js';
import { names } from './contract-helpers.js';

const NAME = '_migration/tree-1/lock';

const holder = (command: string): LockHolder => ({
  host: 'elsewhere',
  pid: 4711,
  since: '2026-11-22T07:40:00.000Z',
  command,
});

/** What every driver must do so that two processes do not write the same place. */
export function describeLocking(driver: string, open: () => Promise<Storage>): void {
  async function take(storage: Storage, name = NAME, command = 'mdc-bridge convert a b'): Promise<Lock> {
    const lock = await storage.lock(name, holder(command));
    onTestFinished(() => lock.release());
    return lock;
  }

  describe(`${driver}: a lock`, () => {
    it('is held by one at a time; the other is told who holds it, since when, and what to do', async () => {
      const storage = await open();
      const lock = await take(storage);
      const error = await errorOf(storage.lock(NAME, holder('another')));
      expect(error).toMatchObject({ code: 'conflict' });
      for (const part of ['4711', 'elsewhere', '2026-11-22T07:40:00.000Z', 'mdc-bridge convert a b']) {
        expect(error.message).toContain(part);
      }
      expect(error.remedy).toContain('mdc-bridge status DEST');
      expect(lock.lost.aborted).toBe(false);
    });

    it('tells everybody who holds it, and that nobody does', async () => {
      const storage = await open();
      expect(await storage.lockedBy(NAME)).toBeUndefined();
      const lock = await take(storage);
      expect(await storage.lockedBy(NAME)).toEqual(holder('mdc-bridge convert a b'));
      await lock.release();
      expect(await storage.lockedBy(NAME)).toBeUndefined();
    });

    it('that is released can be taken again, and is not released by whoever had it before', async () => {
      const storage = await open();
      const first = await take(storage);
      await first.release();
      await take(storage, NAME, 'the second');
      await first.release();
      expect(await storage.lockedBy(NAME)).toEqual(holder('the second'));
      expect(await errorOf(storage.lock(NAME, holder('a third')))).toMatchObject({ code: 'conflict' });
    });

    it('goes to exactly one of many who ask at once', async () => {
      const storage = await open();
      const asked = Array.from({ length: 8 }, (_, i) => take(storage, NAME, `taker ${i}`));
      const settled = await Promise.allSettled(asked);
      const refused = settled.filter((one) => one.status === 'rejected');
      expect(refused).toHaveLength(7);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'conflict' });
      const winner = settled.findIndex((one) => one.status === 'fulfilled');
      expect(await storage.lockedBy(NAME)).toEqual(holder(`taker ${winner}`));
    });

    it('of one name has nothing to do with another', async () => {
      const storage = await open();
      await take(storage);
      await take(storage, '_migration/tree-2/lock');
    });

    it('is not broken by a sweep, nor shown under any other name; objects beside it are as they were', async () => {
      const storage = await open();
      await writeWhole(storage, '_migration/tree-1/plan.json', '{}');
      const lock = await take(storage);
      await storage.sweep();
      expect(await storage.lockedBy(NAME)).toEqual(holder('mdc-bridge convert a b'));
      const shown = (await names(storage)).filter((name) => !name.startsWith(NAME));
      expect(shown).toEqual(['_migration/tree-1/plan.json']);
      await lock.release();
      expect((await readWhole(storage, '_migration/tree-1/plan.json'))?.toString()).toBe('{}');
    });

    it('may be released twice', async () => {
      const storage = await open();
      const lock = await take(storage);
      await lock.release();
      await lock.release();
      expect(lock.lost.aborted).toBe(false);
    });
  });
}
