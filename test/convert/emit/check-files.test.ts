import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkFiles, faultsOf } from '../../../src/convert/emit/check-files.js';
import type { EmittedFile, EmittedKind } from '../../../src/convert/emit/emitted-file.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { APART, emitFor, LABELS, TREE } from './emitted.js';

async function fileOf(kind: EmittedKind): Promise<EmittedFile> {
  const { texts, report } = await emitFor({ ...TREE, ...LABELS }, { rowId: { by: 'correlation' } });
  const { path, name } = report.files.find((file) => file.kind === kind) ?? expect.unreachable();
  return { kind, path, name, text: texts.get(path) ?? '' };
}

test.each(['data', 'table', 'deployment', 'monitor'] as const)(
  'a %s file as we write it has no fault',
  async (kind) => {
    expect(faultsOf(await fileOf(kind))).toEqual([]);
  },
);

describe('what Azure ML refuses, and its loaders do not, is found', () => {
  test.each<readonly [EmittedKind, what: RegExp | string, by: string, fault: RegExp]>([
    ['data', /^name: .*$/m, 'name: my asset', /"my asset" is no name: 1-255/],
    ['data', /^name: .*$/m, `name: ${'a'.repeat(256)}`, /is no name: 1-255/],
    ['data', /^name: .*$/m, 'name: _a', /is no name/],
    ['data', /^version: .*$/m, 'version: 1', /version must be text/],
    ['data', /^path: .*$/m, '', /has no path/],
    ['table', /^paths:\n.*$/m, 'paths: []', /reads no path/],
    ['deployment', /^name: .*$/m, 'name: m_1', /name is "m_1": it must be 3-32/],
    ['deployment', /^endpoint_name: .*$/m, 'endpoint_name: ab', /endpoint_name is "ab"/],
    ['deployment', /^endpoint_name: .*$/m, `endpoint_name: ${'a'.repeat(33)}`, /3-32/],
    ['deployment', "enabled: 'true'", 'enabled: true', /enabled of model_inputs must be the string/],
    ['deployment', /^data_collector:$/m, 'other:', /collects nothing/],
    ['monitor', /^name: .*$/m, 'name: a/b', /"a\/b" is no name/],
    ['monitor', "runtime_version: '3.4'", 'runtime_version: 3.4', /runtime_version must be the string/],
    ['monitor', /^ {2}monitoring_signals:$/m, '  other:', /no signals, so nothing to read/],
    ['monitor', 'azureml:svc:m-1', 'azureml:svc:m_1', /the deployment it watches is "m_1"/],
    ['monitor', 'azureml:svc:m-1', 'svc/m-1', /the endpoint it watches/],
    [
      'monitor',
      /path: azureml:svc-m-1-model_inputs:1/,
      'path: ""',
      /production_data of data_drift names no data asset/,
    ],
    [
      'monitor',
      /path: azureml:\S*-history:1/,
      'path: azureml:x',
      /reference_data of data_drift names no data asset/,
    ],
    [
      'monitor',
      "window_start: '2024-02-28'",
      'window_start: 2024-02-28',
      /the window of data_drift must be two days as text/,
    ],
    ['monitor', "window_end: '2024-03-01'", "window_end: '2024-02-28'", /the window of data_drift/],
    [
      'monitor',
      'lookback_window_size: P7D',
      "window_start: '2024-02-28'",
      /production_data of data_drift trails/,
    ],
    ['monitor', /^ {4}data_drift:$/m, '    data drift:', /the signal data drift has no legal name/],
  ])('%s: %s → %s', async (kind, what, by, fault) => {
    const file = await fileOf(kind);
    const text = file.text.replace(what, by);
    expect(text).not.toBe(file.text);
    expect(faultsOf({ ...file, text }).join('\n')).toMatch(fault);
    expect(faultsOf({ ...file, text })[0]).toContain(`${file.path}: `);
  });

  test('two assets of one name are an error that lists them', async () => {
    const file = await fileOf('data');
    expect(() => checkFiles([file, { ...file, path: 'other.yml' }])).toThrow(
      `one name for several: ${file.path} and other.yml`,
    );
  });
});

test('endpoints and deployments whose names make one asset’s name stop before anything is written', async () => {
  const inputs = (service: string, model: string): string =>
    `sub/rg/ws/${service}/${model}/1/inputs/2024/03/01/x.csv`;
  const clash = { [inputs('a-bc-def', 'm')]: 'x\r\n1\r\n', [inputs('a-bc', 'def-m')]: 'x\r\n1\r\n' };
  const out = join(await temporaryFolder(), 'azureml');
  await expect(emitFor(clash, {}, { root: APART, out })).rejects.toThrow(
    'one name for several: a-bc-def/data/a-bc-def-m-1-model_inputs-history.yml and ' +
      'a-bc/data/a-bc-def-m-1-model_inputs-history.yml',
  );
  await expect(readdir(out)).rejects.toThrow('ENOENT');
});
