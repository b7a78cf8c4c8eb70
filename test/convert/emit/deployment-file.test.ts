import { expect, test } from 'vitest';
import { parseDeployment } from '../../../src/collect/events/deployment-yaml.js';
import { correlatedFile } from '../../support/legacy-file.js';
import { sourceName } from '../../support/rows.js';
import { emitFor, LABELS, rowsOf, TREE } from './emitted.js';

const FILE = correlatedFile('x', ...rowsOf('2024-02-29', '1'));

/** One of these services' inputs on a day. */
function inputs(service: string, day: string): Record<string, string> {
  return {
    [`sub/rg/ws/${service}/inputs/${day}/inputs.csv`]: `x\r\n${Number(day.slice(-2))}\r\n`,
  };
}

test('the newest deployment collects what the old service collected, and nothing of whole bodies', async () => {
  const { texts, yaml } = await emitFor({ ...TREE, ...LABELS });
  expect(yaml('svc/deployment.yml')).toEqual({
    $schema: 'https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json',
    name: 'm-1',
    endpoint_name: 'svc',
    model: 'azureml:m:1',
    environment: 'azureml:FILL_IN_ENVIRONMENT:1',
    instance_type: 'FILL_IN_INSTANCE_TYPE',
    instance_count: 1,
    app_insights_enabled: true,
    data_collector: {
      collections: {
        model_inputs: { enabled: 'true' },
        model_outputs: { enabled: 'true' },
        labels: { enabled: 'true' },
      },
      rolling_rate: 'hour',
      sampling_rate: 1,
    },
  });
  expect(texts.get('svc/deployment.yml')).toContain(
    '# `request` and `response` are left out: they hold whole bodies',
  );
});

test('our own collector takes the block, and writes where history lies', async () => {
  const { texts } = await emitFor(TREE);
  const { endpoint, deployment, collections } = parseDeployment(texts.get('svc/deployment.yml') ?? '');
  expect({ endpoint, deployment }).toEqual({ endpoint: 'svc', deployment: 'm-1' });
  expect(collections.get('model_inputs')).toMatchObject({
    enabled: true,
    data: { name: 'svc-m-1-model_inputs', version: '1' },
  });
});

test('the newest is the one used last, whatever its version', async () => {
  const files = { ...inputs('svc/m/9', '2024/03/02'), ...inputs('svc/m/10', '2024/03/01') };
  const { yaml, report } = await emitFor(files);
  expect(yaml('svc/deployment.yml')['name']).toBe('m-9');
  const data = report.files.filter(({ kind }) => kind === 'data').map(({ name }) => name);
  expect(data).toContain('svc-m-10-model_inputs-history');
});

test('of two used to the same day it is the higher version, and each endpoint has its own', async () => {
  const day = '2024/03/01';
  const files = { ...inputs('svc/m/9', day), ...inputs('svc/m/10', day), ...inputs('other/m/2', day) };
  const { yaml } = await emitFor(files);
  expect(yaml('svc/deployment.yml')['name']).toBe('m-10');
  expect(yaml('other/deployment.yml')['name']).toBe('m-2');
});

test('a sixth collection is left out, inputs and outputs first, and that is told', async () => {
  const signals = Object.fromEntries(
    ['a', 'b', 'c', 'd'].map((name) => [sourceName('signals', '2024/02/29', `${name}.csv`), FILE]),
  );
  const { yaml, report, texts } = await emitFor({ ...signals, ...TREE });
  expect(Object.keys(yaml('svc/deployment.yml')['data_collector']?.['collections'] ?? {})).toEqual([
    'model_inputs',
    'model_outputs',
    'signals_a',
    'signals_b',
    'signals_c',
  ]);
  expect(report.leftOut).toEqual([
    { what: 'svc/m-1/signals_d', why: 'not collected by the new deployment: it may have 5 collections' },
  ]);
  expect((texts.get('svc/deployment.yml') ?? '').replaceAll(/\n *# /g, ' ')).toContain(
    'at most 5 collections: signals_d.',
  );
});

test('a name that no registered model has is to be filled in', async () => {
  const { yaml, report } = await emitFor(inputs('svc/credit risk/3', '2024/03/01'));
  expect(yaml('svc/deployment.yml')).toMatchObject({
    name: 'credit-risk-3',
    model: 'azureml:FILL_IN_MODEL:1',
  });
  expect(report.toFill[0]).toMatchObject({ placeholder: 'FILL_IN_MODEL', files: ['svc/deployment.yml'] });
});
