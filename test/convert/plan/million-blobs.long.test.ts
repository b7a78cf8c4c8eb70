import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { planMigration } from '../../../src/convert/plan.js';
import { GeneratedTree, MILLION, type TreeSize } from '../../support/generated-tree.js';
import type { GeneratedRun } from '../../support/plan-generated.js';

const MB = 1_000_000;
const MAX_RSS = 300 * MB;
/**
 * With much memory in the machine V8 lets the nursery of any long run grow to 128 MiB, and its heap to a multiple of what is in use,
 * the more so where other processes keep its marking threads waiting: the same run had 255, 287 or 319 MB. That would measure V8.
 */
const FLAGS = ['--optimize-for-size', '--max-old-space-size=256'];

const SCRIPT = new URL('../../support/plan-generated.ts', import.meta.url).pathname;
const LIBRARY = new URL('../../../dist/index.js', import.meta.url).href;

async function run(size: TreeSize, convert: boolean): Promise<GeneratedRun> {
  const task = JSON.stringify({ ...size, convert, library: LIBRARY });
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, SCRIPT, task]);
  return JSON.parse(stdout) as GeneratedRun;
}

describe('a listing of a million blobs', () => {
  it('is planned, and its conversion begun, under 300 MB of memory', { timeout: 3_600_000 }, async () => {
    const made = await run(MILLION, true);
    process.stderr.write(
      `${made.blobs} blobs: planned in ${made.planSeconds.toFixed(0)} s with ${(made.planRss / MB).toFixed(0)} MB RSS, ` +
        `first file of events after ${made.firstFileSeconds?.toFixed(0)} s, ${(made.maxRss / MB).toFixed(0)} MB RSS by then; ` +
        `plan.json has ${((made.planBytes ?? 0) / MB).toFixed(0)} MB\n`,
    );
    expect(made).toMatchObject({ blobs: 1_022_125, files: 1_022_125 });
    expect(made.planRss).toBeLessThan(MAX_RSS);
  });
});

/** Of the plan that 0.1.0's predecessor made of this tree, which held all of it as objects in memory. */
const BEFORE = {
  files: 20_000,
  rows: 40_168,
  sha256: '3816b39927bde807442573b8769d3f98600038da8a683016fa3edd267b6687a5',
};

describe('a tree of many windows', () => {
  const size = { services: 2, days: 400 };

  it('has the plan that it had when all of it was in memory, each time', { timeout: 600_000 }, async () => {
    for (const made of [await run(size, false), await run(size, false)]) expect(made).toMatchObject(BEFORE);
  });

  it('knows of every day which predictions can be joined', { timeout: 600_000 }, async () => {
    const plan = await planMigration(new GeneratedTree(size));
    expect(plan.days).toHaveLength(800);
    for (const { byDesignation } of plan.days)
      expect(Object.keys(byDesignation)).toEqual(['inputs', 'predictions']);
  });
});
