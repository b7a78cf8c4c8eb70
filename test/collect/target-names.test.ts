import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CollectorDesignation, CollectorOptions } from '../../src/collect/collector-options.js';
import { resolveCollector } from '../../src/collect/collector-settings.js';
import { TargetNames } from '../../src/collect/rows/target-names.js';
import { MdcBridgeError } from '../../src/errors.js';
import { CORRELATION_COLUMNS, type CorrelationFields } from '../../src/legacy/correlation.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { BEFORE, collectorIn, filesIn, nameOf, tailOf } from './collectors.js';

const HOURLY = { AML_MODEL_DC_BOUNDARY: 'hour' };
const EIGHT = CORRELATION_COLUMNS.join(',');

function namesOf(designation: CollectorDesignation = 'inputs', options: CollectorOptions = {}): TargetNames {
  const names = { webserviceName: 'svc', modelVersion: '1', environment: {} };
  return new TargetNames(resolveCollector('m', designation, undefined, { ...names, ...options }));
}

describe('a file’s name', () => {
  const files: readonly (readonly [CollectorDesignation, CollectorOptions, string])[] = [
    ['inputs', {}, 'inputs/2026/11/22/data.csv'],
    ['default', {}, 'general/2026/11/22/data.csv'],
    ['signals', { collectionName: 'web' }, 'signals/2026/11/22/web.csv'],
    ['signals', { collectionName: 'default' }, 'signals/2026/11/22/data.csv'],
    ['inputs', { collectionName: 'web' }, 'inputs/2026/11/22/data.csv'],
    ['inputs', { fileNames: 'sdk' }, 'inputs/2026/11/22/inputs.csv'],
    ['labels', { fileNames: 'sdk' }, 'labels/2026/11/22/labels.csv'],
    ['general', { fileNames: 'sdk' }, 'general/2026/11/22/default.csv'],
    ['signals', { fileNames: 'sdk', collectionName: 'web' }, 'signals/2026/11/22/web.csv'],
    ['inputs', { environment: HOURLY }, 'inputs/2026/11/22/10/data.csv'],
  ];
  it.each(files)('of %s with %o is %s', (designation, options, name) => {
    expect(namesOf(designation, options).own(Date.UTC(2026, 10, 22, 10, 59, 59, 999))).toBe(
      `${BEFORE}/${name}`,
    );
  });

  it('has the day of the row’s own time, in UTC, to the last microsecond', () => {
    const names = namesOf();
    const midnight = Date.UTC(2027, 0, 1);
    expect(names.own(midnight - 0.001)).toBe(nameOf('inputs', 'data.csv', '2026/12/31'));
    expect(names.own(midnight)).toBe(nameOf('inputs', 'data.csv', '2027/01/01'));
    expect(names.own(midnight - 1)).toBe(nameOf('inputs', 'data.csv', '2026/12/31'));
  });

  it('has the hour too where the boundary is an hour', () => {
    const names = namesOf('inputs', { environment: HOURLY });
    const eleven = Date.UTC(2026, 10, 22, 11);
    expect(names.own(eleven - 0.001)).toBe(nameOf('inputs', '10/data.csv'));
    expect(names.own(eleven)).toBe(nameOf('inputs', '11/data.csv'));
  });

  it('begins with the storage path of model_config_map.json, as it is, with the row’s service in it', async () => {
    const appRoot = await temporaryFolder();
    const map = { modelsInfo: { m: { 1: { dataCollectorStoragePath: 'other/{webservice_name}/y' } } } };
    await writeFile(join(appRoot, 'model_config_map.json'), JSON.stringify(map));
    const names = namesOf('predictions', { environment: { AML_APP_ROOT: appRoot } });
    expect(names.own(0)).toBe('svc/ypredictions/1970/01/01/data.csv');
    expect(names.correlated(fields({ $aml_service_name: 'svc2' }))).toBe(
      'svc2/ypredictions/2026/01/31/data.csv',
    );
  });
});

function fields(other: Partial<CorrelationFields> = {}): CorrelationFields {
  return {
    $aml_dc_correlation_id: 'x',
    $aml_dc_scoring_timestamp: '2026-01-31T23:59:59.999999',
    $aml_dc_boundary: 1440,
    $aml_workspace: 'sub/rg/ws',
    $aml_service_name: 'their',
    $aml_model_name: 'mm',
    $aml_model_version: '7',
    $aml_request_id: '0',
    ...other,
  };
}

describe('a correlated row', () => {
  it('belongs to the workspace, service, model, version and day of the request that it answers', () => {
    const names = namesOf('labels');
    const blob = 'sub/rg/ws/their/mm/7/labels/2026/01/31/data.csv';
    expect(names.correlated(fields())).toBe(blob);
    for (const [column, value, name] of [
      ['$aml_workspace', 'a/b/c', blob.replace('sub/rg/ws', 'a/b/c')],
      ['$aml_service_name', 's', blob.replace('their', 's')],
      ['$aml_model_name', 'q', blob.replace('/mm/', '/q/')],
      ['$aml_model_version', 8, blob.replace('/7/', '/8/')],
      ['$aml_dc_scoring_timestamp', '2026-02-01T00:00:00', blob.replace('01/31', '02/01')],
      ['$aml_dc_boundary', 60, blob.replace('31/', '31/23/')],
      ['$aml_dc_boundary', '60', blob.replace('31/', '31/23/')],
    ] as const) {
      expect(names.correlated(fields({ [column]: value }))).toBe(name);
    }
  });

  it.each(['', 'x', '2026-02-30T00:00:00', '2026-01-31 00:00:00', '../../../etc/passwd'])(
    'of no such time is refused: %j',
    (time) => {
      const name = (): string => namesOf('labels').correlated(fields({ $aml_dc_scoring_timestamp: time }));
      expect(name).toThrow(MdcBridgeError);
      expect(name).toThrow(/no correlations/);
    },
  );
});

describe('a collector', () => {
  it('goes on in another file at midnight, and at the hour where that is the boundary, with the header in each', async () => {
    const folder = await temporaryFolder();
    let time = Date.UTC(2026, 10, 22, 22, 30);
    const hour = 3_600_000;
    const options = { environment: HOURLY, clock: () => time };
    const collectors = (['inputs', 'predictions'] as const).map((one) =>
      collectorIn(folder, one, ['a'], options),
    );
    for (const value of [1, 2, 3]) {
      for (const collector of collectors) collector.collect([value]);
      time += hour;
    }
    await Promise.all(collectors.map((one) => one.close()));
    const row = (value: number, at: string): string =>
      `a,${EIGHT}\r\n${value},${tailOf(`id-${value}`, at, 60)}\r\n`;
    expect(filesIn(folder)).toEqual({
      [nameOf('inputs', '22/data.csv')]: row(1, '2026-11-22T22:30:00'),
      [nameOf('inputs', '23/data.csv')]: row(2, '2026-11-22T23:30:00'),
      [nameOf('inputs', '00/data.csv', '2026/11/23')]: row(3, '2026-11-23T00:30:00'),
      [nameOf('predictions', '22/data.csv')]: 'a\r\n1\r\n',
      [nameOf('predictions', '23/data.csv')]: 'a\r\n2\r\n',
      [nameOf('predictions', '00/data.csv', '2026/11/23')]: 'a\r\n3\r\n',
    });
  });

  it('writes a late label into the day of its request, and general data into its own, whatever its correlations say', async () => {
    const folder = await temporaryFolder();
    const labels = collectorIn(folder, 'labels', ['y']);
    const general = collectorIn(folder, 'general', ['g']);
    labels.collect(labels.addCorrelations([1], fields()));
    general.collect(general.addCorrelations([1], fields()));
    await Promise.all([labels.close(), general.close()]);
    expect(Object.keys(filesIn(folder))).toEqual([
      nameOf('general'),
      'sub/rg/ws/their/mm/7/labels/2026/01/31/data.csv',
    ]);
  });
});
