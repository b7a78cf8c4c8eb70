import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CallLedger, ledgerHas, readLedgers } from '../../../src/convert/census/call-ledger.js';
import { murmur3x86128 } from '../../../src/event/event-id.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

function idHash(id: string): string {
  const [high = 0, low = 0] = murmur3x86128(id);
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
}

async function fill(ledger: CallLedger, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    ledger.add(id);
    await ledger.settle();
  }
}

test.each([1, 7, 1000])('ids that begin twice are found when memory holds %d', async (maxInMemory) => {
  const ledger = new CallLedger(join(await temporaryFolder(), 'ledger'), maxInMemory);
  const ids = Array.from({ length: 500 }, (_, n) => `id-${n}`);
  await fill(ledger, [...ids, 'id-3', 'x', 'id-499', 'id-3']);
  expect(await ledger.recurring()).toEqual([idHash('id-3'), idHash('id-499')].sort());
  await ledger.discard();
});

test('saved ledgers are one set, whatever their runs', async () => {
  const folder = await temporaryFolder();
  const paths = [join(folder, 'a'), join(folder, 'b')];
  for (const [n, saved] of paths.entries()) {
    const ledger = new CallLedger(saved, 5);
    await fill(
      ledger,
      Array.from({ length: 23 }, (_, i) => `${n}-${i}`),
    );
    await ledger.save();
  }
  const set = await readLedgers(paths);
  expect(set.size).toBe(46);
  expect(ledgerHas(set, '1-22')).toBe(true);
  expect(ledgerHas(set, '2-0')).toBe(false);
});
