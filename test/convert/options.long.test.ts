import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import type { MappingOptions } from '../../src/mapping/settings.js';
import { CONTAINER_NAMES, legacyFolder } from '../support/golden.js';
import { readEventTree } from '../support/legacy-trees.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const run = promisify(execFile);
const ORACLE = new URL('../oracle/oracle.py', import.meta.url).pathname;
const PYTHON = process.env['MDC_TEST_PYTHON'] ?? 'python3';

/** Names for the widths that the golden variants reject without. */
const VARIANTS = {
  'hdrsvc/hdrmodel-1/model_inputs': { 3: ['a', 'b', 'c'] },
  'Svc-Types/list-named-1/model_inputs': { 0: [], 2: ['one', 'two'], 3: ['c0', 'c1', 'c2'] },
  'Svc-Types/nocorr-1/labels': { 2: ['p', 'z'] },
};

const CASES: Readonly<Record<string, readonly [MappingOptions, readonly string[]]>> = {
  'paired in order': [{ pair: 'order' }, ['--pair', 'order']],
  'exploded without evidence': [{ explode: 'always' }, ['--explode', 'always']],
  'never exploded': [{ explode: 'never' }, ['--explode', 'never']],
  'paired in order, never exploded': [
    { pair: 'order', explode: 'never' },
    ['--pair', 'order', '--explode', 'never'],
  ],
  'with kept $aml columns and row ids by correlation': [
    { keepAmlColumns: true, rowId: { by: 'correlation' } },
    ['--keep-aml-columns', '--row-id', 'correlation'],
  ],
  'with row ids by user, paired in order, empties kept': [
    { rowId: { by: 'user', name: 'key' }, pair: 'order', empty: 'string' },
    ['--row-id', 'key=user', '--pair', 'order', '--empty', 'string'],
  ],
  'from a time on': [{ since: '2018-12-31T01:00:00' }, ['--since', '2018-12-31T01:00:00']],
  'until a time': [{ until: '2018-12-31T01:00:00.5' }, ['--until', '2018-12-31T01:00:00.5']],
  'without any header': [{ header: { '*': 'absent' } }, ['--header', 'absent:*']],
  'with names for other widths': [{ variants: VARIANTS }, ['--variants', 'variants.json']],
};

/** Nothing in range, or nothing that can be attributed, is an error of both. */
async function orNothing(work: Promise<unknown>): Promise<boolean> {
  return await work.then(
    () => true,
    () => false,
  );
}

async function readSorted(root: string): Promise<Record<string, string>> {
  const files = await readEventTree(root);
  const lines = (text: string): string => text.split('\n').sort().join('\n');
  return Object.fromEntries(
    [...files].sort().map(([name, text]) => [name, name.startsWith('rejects/') ? lines(text) : text]),
  );
}

describe('the golden containers give the same bytes as the independent oracle', () => {
  for (const [title, [options, flags]] of Object.entries(CASES)) {
    it(title, async () => {
      const folder = await temporaryFolder();
      await writeFile(join(folder, 'variants.json'), JSON.stringify(VARIANTS));
      for (const name of CONTAINER_NAMES) {
        const [ours, theirs] = [join(folder, name, 'ours'), join(folder, name, 'theirs')];
        for (const root of [ours, theirs]) await mkdir(root, { recursive: true });
        const source = legacyFolder(name);
        const did = await orNothing(convertTree(source, ours, { ...options, workers: 0 }));
        const oracle = await orNothing(run(PYTHON, [ORACLE, source, theirs, ...flags], { cwd: folder }));
        if (did || !title.includes('time')) expect([name, did]).toEqual([name, oracle]);
        expect(await readSorted(ours), name).toEqual(await readSorted(theirs));
      }
    });
  }
});
