import { expect, it } from 'vitest';
import { compareRandomRows } from './row-encoder-rows.js';

const ROWS = 1_000_000;
const SEED = Number(process.env['MDC_ROWS_SEED'] ?? Date.now() % 2 ** 32);

it(`a million rows of seed ${SEED} (MDC_ROWS_SEED) are the reference’s, byte for byte`, () => {
  expect(compareRandomRows(SEED, ROWS)).toEqual([]);
});
