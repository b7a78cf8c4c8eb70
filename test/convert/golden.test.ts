import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';

/** Every container of the golden data, by the name of its expected tree (see fixtures/README.md). */
const CONTAINERS = {
  diabetes: 'diabetes/modeldata',
  'wide-predictions': 'wide-predictions/modeldata',
  'variants-modeldata': 'variants/modeldata',
  'variants-odeldata': 'variants/odeldata',
  'variants-other': 'variants/other',
} as const;

const FIXTURES = new URL('../../fixtures/', import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), 'mdc-golden-'));
afterAll(() => rm(folder, { recursive: true }));

/** All files below a folder, by name; rejects stand under `rejects/`, as in the expected trees. */
async function readTree(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1).replace(/^_migration\/[^/]+\/rejects/, 'rejects');
    if (name.startsWith('_migration/')) continue;
    files.set(name, await readFile(path, 'utf8'));
  }
  return files;
}

describe('the golden containers', () => {
  for (const [name, source] of Object.entries(CONTAINERS)) {
    it(`convert ${name} into the bytes that the independent oracle expects`, async () => {
      const destination = join(folder, name);
      await convertTree(join(FIXTURES, 'legacy', source), destination, { workers: 0 });
      const actual = await readTree(destination);
      const expected = await readTree(join(FIXTURES, 'expected', name));
      expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [file, content] of expected) expect(actual.get(file), file).toBe(content);
    });
  }
});
