import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { planMigration } from '../../../src/convert/plan.js';
import { memoryTree } from '../../support/converted.js';
import { errorOf } from '../../support/error-of.js';
import { CORRELATION_HEADER, correlation, sourceName } from '../../support/rows.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const CONTENT = `a,${CORRELATION_HEADER}\r\n1,${correlation('id-1')}\r\n`;
const TREE = { [sourceName()]: CONTENT, [sourceName('predictions')]: CONTENT };

describe('a plan leaves nothing in the temporary folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    vi.stubEnv('TMPDIR', folder);
  });
  afterEach(() => void vi.unstubAllEnvs());

  it('when it is made', async () => {
    const seen: string[][] = [];
    const onProgress = async (): Promise<void> => void seen.push(await readdir(folder));
    await planMigration(memoryTree(TREE), { onProgress: () => void onProgress() });
    expect(seen.flat().length).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual([]);
  });

  it('when somebody must decide something first', async () => {
    const error = await errorOf(planMigration(memoryTree({ ...TREE, [`backup/${sourceName()}`]: CONTENT })));
    expect(error.code).toBe('plan');
    expect(await readdir(folder)).toEqual([]);
  });

  it('when it is told to stop, which it hears also after the last source was read', async () => {
    const stop = new AbortController();
    const error = await errorOf(
      planMigration(memoryTree(TREE), {
        signal: stop.signal,
        onProgress: ({ filesDone }) => {
          if (filesDone === 2) stop.abort();
        },
      }),
    );
    expect(error.code).toBe('aborted');
    expect(await readdir(folder)).toEqual([]);
  });
});
