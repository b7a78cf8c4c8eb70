import type { ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitStatusOf } from '../../../src/cli/exit-status.js';
import { convertTree } from '../../../src/convert/run.js';
import { thisProcess } from '../../../src/storage/lock-holder.js';
import { MemoryStorage } from '../../../src/storage/memory-storage.js';
import { openBlobs } from '../../storage/azure/open-blobs.js';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { openContainer, readContainer } from '../../support/blob-trees.js';
import { errorOf } from '../../support/error-of.js';
import { callRows, correlatedFile } from '../../support/legacy-file.js';
import { journalOf } from '../../support/outcome.js';
import { sourceName } from '../../support/rows.js';

/** Converted in this order, since the first is longer. */
const [FIRST, SECOND] = [sourceName('inputs', '2024/02/28'), sourceName('inputs', '2024/02/29')];

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

/** A tree that does something before its second source is read to be converted, and then waits for the run's end. */
class Waiting extends MemoryStorage {
  before: (() => Promise<void>) | undefined;

  constructor() {
    super('modeldata');
    this.put(FIRST, correlatedFile('a', ...callRows('x', 9)));
    this.put(SECOND, correlatedFile('a', ...callRows('y', 2)));
  }

  override async *read(...asked: Parameters<MemoryStorage['read']>): ReturnType<MemoryStorage['read']> {
    const [name, , signal] = asked;
    if (name === SECOND && this.before !== undefined && signal !== undefined) {
      await this.before();
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    }
    yield* super.read(...asked);
  }
}

const lockOf = async (container: ContainerClient): Promise<string> =>
  [...(await readContainer(container)).keys()].find((name) => name.endsWith('/lock')) ?? '';

describe('a run in a container whose lease is lost', () => {
  const LOSSES: Readonly<Record<string, (container: ContainerClient) => Promise<unknown>>> = {
    'broken by somebody': async (container) =>
      await container
        .getBlobClient(await lockOf(container))
        .getBlobLeaseClient()
        .breakLease(0),
    'broken, and taken by another run': async (container) => {
      const blob = container.getBlockBlobClient(await lockOf(container));
      await blob.getBlobLeaseClient().breakLease(0);
      const holder = `${JSON.stringify({ ...thisProcess('the other'), host: 'elsewhere' })}\n`;
      await blob.upload(holder, holder.length);
      await blob.getBlobLeaseClient().acquireLease(60);
    },
  };
  for (const [n, [how, lose]] of Object.entries(LOSSES).entries()) {
    it(`writes no more, and says so: ${how}`, async () => {
      const container = await openContainer(azurite.connectionString, `results-${n}`);
      const source = new Waiting();
      let atLoss = new Map<string, Buffer>();
      // The plan reads it too.
      const onPlan = (): void => {
        source.before = async () => {
          await lose(container);
          atLoss = await readContainer(container);
        };
      };
      const destination = await openBlobs(azurite, `results-${n}`, '', { beatMs: 50 });
      const error = await errorOf(convertTree(source, destination, { onPlan }));
      expect(error).toMatchObject({ code: 'conflict' });
      expect(error.message).toContain('this run has lost its lock, and stopped: ');
      expect(error.remedy).toContain('what is done is kept');
      expect(exitStatusOf(error)).toBe(3);
      const left = await readContainer(container);
      const events = (files: ReadonlyMap<string, Buffer>): string[] =>
        [...files.keys()].filter((name) => !name.startsWith('_'));
      expect(events(left)).toEqual(events(atLoss));
      expect([...left.keys()].filter((name) => /report|progress/.test(name))).toEqual([]);
      expect(journalOf(left).sources).toEqual([FIRST]);
    });
  }
});
