import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CallLedger } from '../../../src/convert/census/call-ledger.js';
import { JoinableRows } from '../../../src/convert/census/joinable-rows.js';
import { murmur3x86128 } from '../../../src/event/event-id.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

function idHash(id: string): string {
  const [high = 0, low = 0] = murmur3x86128(id);
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
}

async function fill(ledger: CallLedger, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    ledger.add(id);
    ledger.settle();
  }
}

test.each([1, 7, 1000])('ids that begin twice are found when memory holds %d', async (maxInMemory) => {
  const ledger = new CallLedger(join(await temporaryFolder(), 'ledger'), maxInMemory);
  const ids = Array.from({ length: 500 }, (_, n) => `id-${n}`);
  await fill(ledger, [...ids, 'id-3', 'x', 'id-499', 'id-3']);
  expect(ledger.recurring()).toEqual([idHash('id-3'), idHash('id-499')].sort());
  ledger.discard();
});

/** Two ledgers of 23 ids each, in several runs. */
async function saveTwo(folder: string): Promise<string[]> {
  const paths = [join(folder, 'a'), join(folder, 'b')];
  for (const [n, saved] of paths.entries()) {
    const ledger = new CallLedger(saved, 5);
    await fill(
      ledger,
      Array.from({ length: 23 }, (_, i) => `${n}-${i}`),
    );
    ledger.save();
  }
  return paths;
}

test.each([
  [46, 1000],
  [45, 1000],
  [0, 7],
  [0, 1],
])('rows of ids that inputs have are counted when memory holds %d ids and %d rows', async (held, waiting) => {
  const folder = await temporaryFolder();
  const inputs = await saveTwo(folder);
  const rows = JoinableRows.open({ inputs, ledger: join(folder, 'c') }, held, waiting);
  // Each of the 46 twice, apart; the first one twice more; and 50 that no input has.
  for (const id of [
    '0-0',
    '0-0',
    ...ids(2, 50),
    ...ids(0, 23),
    ...ids(1, 23),
    ...ids(0, 23),
    ...ids(1, 23),
  ]) {
    rows?.addRow(id);
    rows?.settle();
  }
  expect(rows?.count()).toBe(94);
  rows?.discard();
  expect((await readdir(folder)).sort()).toEqual(['a', 'b']);
});

test('a few calls are handed over as they are, and no file is made of them', async () => {
  const folder = await temporaryFolder();
  const ledger = new CallLedger(join(folder, 'a'));
  await fill(ledger, ids(0, 256));
  const saved = ledger.save();
  expect(saved).toBeInstanceOf(Uint32Array);
  for (const held of [256, 0]) {
    const rows = JoinableRows.open({ inputs: [saved, new Uint32Array(0)], ledger: join(folder, 'c') }, held);
    for (const id of [...ids(0, 300), ...ids(1, 5)]) rows?.addRow(id);
    expect(rows?.count()).toBe(256);
    rows?.discard();
  }
  expect(await readdir(folder)).toEqual([]);
});

test('a file has no joinable rows where the day has no inputs, and none to count where it is one of them', async () => {
  const ledger = join(await temporaryFolder(), 'c');
  const rows = JoinableRows.open({ inputs: [], ledger });
  rows?.addRow('0-0');
  expect(rows?.count()).toBe(0);
  expect(JoinableRows.open({ ledger })).toBeUndefined();
});

function ids(file: number, n: number): string[] {
  return Array.from({ length: n }, (_, i) => `${file}-${i}`);
}
