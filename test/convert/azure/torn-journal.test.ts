import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertTree } from '../../../src/convert/run.js';
import { openBlobs } from '../../storage/azure/open-blobs.js';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { openContainer, readContainer } from '../../support/blob-trees.js';
import { memoryTree } from '../../support/converted.js';
import { callRows, correlatedFile } from '../../support/legacy-file.js';
import { journalOf, outcomeOf } from '../../support/outcome.js';
import { sourceName } from '../../support/rows.js';

const FIRST = sourceName('inputs', '2024/02/28');
const SECOND = sourceName('inputs', '2024/02/29');
const TREE = {
  [FIRST]: correlatedFile('a', ...callRows('x', 1)),
  [SECOND]: correlatedFile('a', ...callRows('y', 2)),
};

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

describe('a journal in a container whose last line is cut short', () => {
  it('is cut back to its whole lines and written on, run after run', async () => {
    const container = await openContainer(azurite.connectionString, 'results');
    const [source, destination] = [memoryTree(TREE), await openBlobs(azurite, 'results')];
    await convertTree(source, destination);
    const whole = await readContainer(container);
    const name = [...whole.keys()].find((key) => key.endsWith('journal.jsonl')) ?? '';
    for (const cut of [10, 300]) {
      const torn = whole.get(name)?.subarray(0, -cut) ?? Buffer.alloc(0);
      await container.getBlockBlobClient(name).upload(torn, torn.length);
      const report = await convertTree(source, await openBlobs(azurite, 'results'));
      expect(report).toMatchObject({ journalCutShort: true, converted: 1, unchanged: 1 });
      const now = await readContainer(container);
      expect(outcomeOf(now)).toEqual(outcomeOf(whole));
      expect(journalOf(now).sources.toSorted()).toEqual([FIRST, SECOND]);
      expect(await convertTree(source, await openBlobs(azurite, 'results'))).toMatchObject({ unchanged: 2 });
    }
  });
});
