import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FIXTURES, readFolder } from '../../support/golden.js';
import { bothPaths, expectTheSame, type Options } from './both-paths.js';

const folder = join(FIXTURES, 'fuzz');
const files = existsSync(folder) ? await readFolder(folder) : new Map<string, Buffer>();
const names = [...files.keys()].filter((name) => name.endsWith('.csv'));

test('every finding has its options', () => {
  expect(names.filter((name) => !files.has(name.replace(/csv$/, 'json')))).toEqual([]);
});

test.each(names)('%s, which the paths once disagreed on, comes to the same', async (name) => {
  const options = JSON.parse(String(files.get(name.replace(/csv$/, 'json')))) as Options;
  for (const size of [1, 7, 64, 1 << 20]) {
    const both = await bothPaths(files.get(name)!, { ...options, sizes: () => size });
    expectTheSame(both, `chunks of ${size}`);
  }
});
