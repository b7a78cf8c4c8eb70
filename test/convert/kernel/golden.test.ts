import { describe, expect, test } from 'vitest';
import { CONTAINER_NAMES, legacyFolder, readFolder } from '../../support/golden.js';
import { bothPaths, expectTheSame } from './both-paths.js';

/** Files that are left to the reference: without rows, or with rows of several widths. */
const LEFT = {
  diabetes: 0,
  'wide-predictions': 4,
  'variants-modeldata': 19,
  'variants-odeldata': 0,
  'variants-other': 0,
} as const;

describe.each(CONTAINER_NAMES)('the files of %s', async (container) => {
  const files = [...(await readFolder(legacyFolder(container)))].filter(([name]) => name.endsWith('.csv'));

  test('come to the same on both paths, and most go through the kernel', async () => {
    let left = 0;
    for (const [name, content] of files) {
      const designation = name.includes('/predictions/') ? 'predictions' : 'inputs';
      const both = await bothPaths(content, { designation });
      expectTheSame(both, name);
      if (both.census.kernel === undefined || both.conversion.kernel === undefined) left += 1;
    }
    expect(left).toBe(LEFT[container]);
  });
});

/** Quotes, commas, line ends and other letters in fields, calls of several rows, both line endings. */
const RICH = 'aks-credit/credit risk/3/inputs/2018/12/30/inputs.csv';
/** Rows without the eight values. */
const BARE = 'aks-1d-plain/best_model/2/inputs/2019/06/30/aml_telemetry.csv';

test.each([
  [RICH, 'diabetes'],
  [BARE, 'wide-predictions'],
] as const)('%s comes to the same in chunks of 1 to 64 bytes', async (ending, container) => {
  const [, content] = [...(await readFolder(legacyFolder(container)))].find(([name]) =>
    name.endsWith(ending),
  )!;
  const start = content.subarray(0, content.indexOf('\n', 6000) + 1 || content.length);
  for (let size = 1; size <= 64; size += 1) {
    const both = await bothPaths(start, { sizes: () => size });
    expectTheSame(both, `chunks of ${size}`);
    expect(both.census.kernel).toBeDefined();
    expect(both.conversion.kernel).toBeDefined();
  }
});
