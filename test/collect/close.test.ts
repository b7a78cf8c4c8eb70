import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CORRELATION_COLUMNS } from '../../src/legacy/correlation.js';
import { errorOf } from '../support/error-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn, filesIn, nameOf, tailOf } from './collectors.js';

const EIGHT = CORRELATION_COLUMNS.join(',');

describe('close', () => {
  it('takes nothing more from the moment when it is called', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder);
    collector.collect([1, 2]);
    const closed = collector.close();
    expect(collector.enabled).toBe(false);
    expect(collector.collect([3, 4])).toBeUndefined();
    await closed;
    expect(collector.collect([5, 6])).toBeUndefined();
    expect(filesIn(folder)[nameOf()]).toBe(`a,b,${EIGHT}\r\n1,2,${tailOf('id-1')}\r\n`);
  });

  it('leaves the counters as they were', async () => {
    const collector = collectorIn(await temporaryFolder());
    collector.collect([
      [1, 2],
      [3, 4],
    ]);
    await collector.close();
    const stats = collector.stats();
    expect(stats).toMatchObject({ accepted: 2, written: 2, retried: 0, bytesBuffered: 0 });
    expect(Date.parse(stats.lastFlush ?? '')).toBeGreaterThan(Date.now() - 60_000);
    collector.collect([5, 6]);
    await collector.flush();
    expect(collector.stats()).toEqual(stats);
  });

  it('may be called twice, and by `await using`', async () => {
    const folder = await temporaryFolder();
    {
      await using collector = collectorIn(folder);
      collector.collect([1, 2]);
      await Promise.all([collector.close(), collector.close()]);
    }
    {
      await using collector = collectorIn(folder);
      collector.collect([3, 4]);
    }
    expect(filesIn(folder)[nameOf()]?.split('\r\n')).toHaveLength(4);
  });

  it('leaves nothing behind where nothing was collected', async () => {
    const folder = await temporaryFolder();
    await collectorIn(folder).close();
    expect(filesIn(folder)).toEqual({});
  });

  it('leaves the header alone for emptyFiles, and the telemetry beside inputs where it is asked for', async () => {
    const folder = await temporaryFolder();
    const environment = {
      SERVICE_ID: 'id',
      COMPUTE_NAME: 'aks',
      COMPUTE_TYPE: 'AKS',
      COMPUTE_LOCATION: 'eu',
    };
    await collectorIn(folder, 'inputs', ['a'], { emptyFiles: true, telemetry: true, environment }).close();
    await collectorIn(folder, 'predictions', ['y'], { emptyFiles: true, telemetry: true }).close();
    expect(filesIn(folder)).toEqual({
      [nameOf()]: `a,${EIGHT}\r\n`,
      [nameOf('inputs', 'aml_telemetry.csv')]:
        'workspaceId, serviceId, modelId, computeName, computeType, computeLocation\n, id, , aks, AKS, eu\n',
      [nameOf('predictions')]: 'y\r\n',
    });
  });
});

it('rejects close with the number of rows that are lost, once', async () => {
  const folder = await temporaryFolder();
  // A file where a folder is needed: no row can be written.
  await writeFile(`${folder}/default`, '');
  const errors: Error[] = [];
  const collector = collectorIn(folder, 'inputs', ['a'], {
    shutdownMs: 20,
    onError: (error) => errors.push(error),
  });
  collector.collect([1]);
  expect(await errorOf(collector.flush())).toMatchObject({
    code: 'storage',
    reason: expect.stringMatching(/^E/) as string,
  });
  expect(await errorOf(collector.close())).toMatchObject({ code: 'storage', reason: 'ELOST' });
  expect(collector.stats()).toMatchObject({
    accepted: 1,
    written: 0,
    dropped: { full: 0, shutdown: 1 },
    bytesBuffered: 0,
  });
  expect(errors.length).toBeGreaterThan(0);
});
