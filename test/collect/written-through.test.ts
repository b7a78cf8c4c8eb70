import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { DeliveryOptions } from '../../src/collect/delivery/delivery-options.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn, filesIn } from './collectors.js';

/** The files there are, of both layouts and a spool, when the turn of the event loop has ended in which a row was collected. */
async function filesAfterATurn(options: DeliveryOptions): Promise<string[]> {
  const folder = await temporaryFolder();
  const collector = collectorIn(join(folder, 'modeldata'), 'inputs', ['a'], {
    flushMs: 60_000,
    spoolFolder: join(folder, 'spool'),
    ...options,
    stage: 'dual',
    v2: { storage: join(folder, 'v2'), flushMs: 60_000 },
  });
  collector.collect([1]);
  await turn();
  await turn();
  const files = Object.keys(filesIn(folder)).map((name) => name.replace(/.*\./, ''));
  await collector.close();
  return files.sort();
}

describe('rows that are written to a folder', () => {
  it('are in their files before the next turn with durability spool, in both layouts, and need no spool', async () => {
    expect(await filesAfterATurn({ durability: 'spool' })).toEqual(['csv', 'jsonl', 'jsonl']);
  });

  it('wait for the flush without it, also beside a spoolFolder', async () => {
    expect(await filesAfterATurn({})).toEqual([]);
  });
});
