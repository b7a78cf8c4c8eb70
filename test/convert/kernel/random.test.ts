import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bothPaths, expectTheSame } from './both-paths.js';
import { Random, randomCase } from './random-files.js';

test('random and damaged files come to the same on both paths, in chunks of any size', async () => {
  const taken = { census: 0, conversion: 0, of: 0 };
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const { content, options } = randomCase(new Random(seed));
      const both = await bothPaths(content, options);
      expectTheSame(both, `seed ${seed}`);
      taken.of += 1;
      if (both.census.kernel !== undefined) taken.census += 1;
      if (both.conversion.kernel !== undefined) taken.conversion += 1;
    }),
    { numRuns: 150, endOnFailure: true },
  );
  expect(taken.census / taken.of).toBeGreaterThan(0.4);
  expect(taken.conversion / taken.of).toBeGreaterThan(0.4);
});
