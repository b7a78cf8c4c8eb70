import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareTrees } from '../../../src/convert/compare/compare-trees.js';
import { MemoryStorage } from '../../../src/storage/memory-storage.js';
import { memoryTree } from '../../support/converted.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { findings, inputs, NOW, row, TwoTrees } from './trees.js';

const FILES = inputs('n', row('1', 'a'), row('2', 'b'));
const OPTIONS = { workers: 0, now: NOW } as const;

function v2Of(names: readonly string[]): MemoryStorage {
  const storage = new MemoryStorage('v2');
  for (const name of names) storage.put(name, '{}\n');
  return storage;
}

describe('a tree that is not there is an error, not a finding:', () => {
  test('a folder of either side', async () => {
    const nowhere = join(await temporaryFolder(), 'nowhere');
    const trees = await TwoTrees.of(FILES);
    await expect(compareTrees(nowhere, trees.v2, OPTIONS)).rejects.toMatchObject({
      code: 'source',
      message: expect.stringContaining('is empty, or is not there'),
    });
    await expect(compareTrees(trees.legacy, nowhere, OPTIONS)).rejects.toMatchObject({
      code: 'source',
      message: 'V2 is empty, or is not there',
      place: { file: expect.stringContaining('/nowhere') },
      remedy: expect.stringContaining('v2 root'),
    });
  });

  test('a folder that is no v2 root, with one of its files', async () => {
    await expect(
      compareTrees(memoryTree(FILES), v2Of(['notes.txt', 'x/y.csv']), OPTIONS),
    ).rejects.toMatchObject({
      code: 'source',
      message: 'V2 holds no event file, but 2 others, such as notes.txt',
    });
  });
});

describe('a v2 root that has nothing to compare yet is one, and its calls are missing:', () => {
  test.each([
    ['another collection', 'svc/m-1/other/2024/02/29/01/x.jsonl'],
    ['the record of its writers alone', '_migration/stages/notes.txt'],
  ])('%s', async (_, name) => {
    const report = await compareTrees(memoryTree(FILES), v2Of([name]), OPTIONS);
    expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: false, onlyLegacy: 2 });
  });

  test('events of other hours than the range', async () => {
    const v2 = v2Of(['svc/m-1/model_inputs/2023/01/01/00/x.jsonl']);
    const range = { since: '2024-02-29T00:00:00Z', until: '2024-03-01T00:00:00Z' };
    const report = await compareTrees(memoryTree(FILES), v2, { ...OPTIONS, ...range });
    expect(findings(report)).toEqual({ onlyLegacy: 2 });
  });
});
