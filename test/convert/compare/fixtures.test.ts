import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compareTrees } from '../../../src/convert/compare/compare-trees.js';
import { convertTree } from '../../../src/convert/run.js';
import { MemoryStorage } from '../../../src/storage/memory-storage.js';
import { readObjects } from '../../support/converted.js';
import { findings } from './trees.js';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/legacy', import.meta.url));
const TREES = [
  'diabetes/modeldata',
  'wide-predictions/modeldata',
  ...readdirSync(join(FIXTURES, 'variants')).map((name) => `variants/${name}`),
];

test.each(TREES)('%s compares clean with what convert makes of it', async (name) => {
  const source = join(FIXTURES, name);
  const v2 = new MemoryStorage('v2');
  const { totals } = await convertTree(source, v2, { workers: 0 });
  const report = await compareTrees(source, v2, { workers: 0, now: new Date('2030-01-01') });
  const calls = (await eventsOf(v2)).filter(({ id, correlationid }) => id !== correlationid).length;
  const { rejected = 0, ...others } = findings(report);
  expect({ ok: report.ok, ...others }).toEqual({ ok: true, ...(calls === 0 ? {} : { both: calls }) });
  const rejects = Object.values(totals.rejected).reduce((sum, n) => sum + n, 0);
  const unreadable = report.collections.reduce((sum, { legacy }) => sum + legacy.unreadable, 0);
  // All rejected calls of the fixtures have one row.
  expect(rejected + unreadable).toBe(rejects);
  expect(report.collections.reduce((sum, { v2: { rows } }) => sum + rows, 0)).toBe(totals.rows);
});

async function eventsOf(v2: MemoryStorage): Promise<{ id: string; correlationid: string }[]> {
  const files = [...(await readObjects(v2))].filter(([name]) => !name.startsWith('_'));
  return files.flatMap(([, content]) =>
    content
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}
