import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Collector } from '../../src/collect/collector.js';
import { errorOf } from '../support/error-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn } from './collectors.js';

const QUIET = { handleSignals: false, environment: {}, shutdownMs: 200, onError: () => undefined } as const;

describe('rows that are lost at the end', () => {
  it('are told with the place that did not take them, of the side whose they are', async () => {
    const folder = await temporaryFolder();
    const v2 = join(folder, 'v2');
    writeFileSync(v2, 'no folder');
    const collector = collectorIn(join(folder, 'modeldata'), 'inputs', ['a'], {
      ...QUIET,
      stage: 'dual',
      v2: { storage: v2 },
    });
    collector.collect([[1], [2]]);
    const { message } = await errorOf(collector.close());
    expect(message).toContain(`2 rows are lost: ${pathToFileURL(v2)}: `);
    expect(message).not.toContain('modeldata');
  });

  it('of both sides are told with both places', async () => {
    const folder = await temporaryFolder();
    const [v2, legacy] = [join(folder, 'v2'), join(folder, 'modeldata')];
    for (const file of [v2, legacy]) writeFileSync(file, 'no folder');
    const collector = collectorIn(legacy, 'inputs', ['a'], { ...QUIET, stage: 'dual', v2: { storage: v2 } });
    collector.collect([1]);
    const { message } = await errorOf(collector.close());
    expect(message).toContain('2 rows are lost: ');
    for (const file of [v2, legacy]) expect(message).toContain(`${pathToFileURL(file)}: `);
  });

  it('of the v2 collector are told with their place', async () => {
    const storage = join(await temporaryFolder(), 'v2');
    writeFileSync(storage, 'no folder');
    const collector = new Collector('model_inputs', { ...QUIET, storage, endpoint: 'e', deployment: 'd' });
    collector.collect([{ a: 1 }]);
    expect((await errorOf(collector.close())).message).toContain(`1 row is lost: ${pathToFileURL(storage)}`);
  });
});
