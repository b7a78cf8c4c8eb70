import { describe, expect, test } from 'vitest';
import { CONTAINER_NAMES, legacyFolder, readFolder } from '../../support/golden.js';
import { bothPaths } from './both-paths.js';

describe.each(CONTAINER_NAMES)('every file of %s', async (container) => {
  const files = [...(await readFolder(legacyFolder(container)))].filter(([name]) => name.endsWith('.csv'));

  test('comes to the same on both paths', async () => {
    let taken = 0;
    for (const [name, content] of files) {
      const designation = name.includes('/predictions/') ? 'predictions' : 'inputs';
      const { census, conversion, leftBehind } = await bothPaths(content, { designation });
      if (process.env['SHOW']) console.log(census.kernel === undefined ? '-' : 'C', conversion.kernel === undefined ? '-' : 'K', name, content.length);
      if (census.kernel !== undefined) expect(census.kernel, name).toStrictEqual(census.reference);
      if (conversion.kernel !== undefined) expect(conversion.kernel, name).toEqual(conversion.reference);
      expect(leftBehind, name).toEqual([]);
      if (conversion.kernel !== undefined) taken += 1;
    }
    expect(taken).toBeGreaterThan(0);
  });
});
