import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import { MdcBridgeError } from '../../src/errors.js';
import type { MappingOptions } from '../../src/mapping/settings.js';
import { type LegacyTree, legacyTrees, readEventTree, writeTree } from '../support/legacy-trees.js';

const run = promisify(execFile);
const ORACLE = new URL('./oracle.py', import.meta.url).pathname;
const PYTHON = process.env['MDC_TEST_PYTHON'] ?? 'python3';

/** Both converters' trees for one legacy tree; rejects are compared as sets, since their order is not laid down. */
async function convertBoth(
  tree: LegacyTree,
  options: MappingOptions,
  flags: readonly string[],
): Promise<[object, object]> {
  const folder = await mkdtemp(join(tmpdir(), 'mdc-oracle-'));
  try {
    const source = join(folder, 'modeldata');
    await writeTree(source, tree);
    await mkdir(join(folder, 'theirs'));
    await mkdir(join(folder, 'ours'));
    await convertTree(source, join(folder, 'ours'), { ...options, workers: 0 }).catch(refuseNothingElse);
    await run(PYTHON, [ORACLE, source, join(folder, 'theirs'), ...flags]);
    return [await readSorted(join(folder, 'ours')), await readSorted(join(folder, 'theirs'))];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Nothing lies in the asked range: we say so with an error, the oracle with an empty tree. */
function refuseNothingElse(error: unknown): void {
  if (!(error instanceof MdcBridgeError) || error.code !== 'source') throw error;
}

async function readSorted(root: string): Promise<Record<string, string>> {
  const files = await readEventTree(root);
  return Object.fromEntries(
    [...files]
      .sort()
      .map(([name, text]) => [name, name.startsWith('rejects/') ? text.split('\n').sort().join('\n') : text]),
  );
}

const SEED = Number(process.env['MDC_TEST_SEED'] ?? 20261122);

describe('random trees give the same bytes as the independent oracle', () => {
  const cases: readonly (readonly [string, boolean, MappingOptions, readonly string[]])[] = [
    ['with every shape that writers produce', false, {}, []],
    ['with flipped bytes', true, {}, []],
    [
      'with kept $aml columns and a row id',
      false,
      { keepAmlColumns: true, rowId: { by: 'correlation' } },
      ['--keep-aml-columns', '--row-id', 'correlation_id=correlation'],
    ],
    [
      'with empty strings and a user row id',
      false,
      { empty: 'string', rowId: { name: 'key', by: 'user' } },
      ['--empty', 'string', '--row-id', 'key=user'],
    ],
    [
      'within a range of time',
      true,
      { since: '2024-02-29T02:00:00', until: '2024-03-01' },
      ['--since', '2024-02-29T02:00:00', '--until', '2024-03-01'],
    ],
  ];
  for (const [title, spoilt, options, flags] of cases) {
    it(title, { timeout: 300_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(legacyTrees(spoilt), async (tree) => {
          const [ours, theirs] = await convertBoth(tree, options, flags);
          expect(ours).toEqual(theirs);
        }),
        { seed: SEED, numRuns: Number(process.env['MDC_TEST_RUNS'] ?? 60) },
      );
    });
  }
});
