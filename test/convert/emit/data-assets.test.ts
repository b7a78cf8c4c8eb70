import { expect, test } from 'vitest';
import { correlatedFile } from '../../support/legacy-file.js';
import { sourceName } from '../../support/rows.js';
import { emitFor, LIVE, rowsOf, TREE } from './emitted.js';

test('history in a folder of its own never takes the name of the asset that Azure ML registers', async () => {
  const { report, yaml, texts } = await emitFor(TREE);
  const data = report.files.filter(({ kind }) => kind === 'data').map(({ name }) => name);
  expect(data).toEqual([
    'svc-m-1-model_inputs-history',
    'svc-m-1-model_inputs-history-table',
    'svc-m-1-model_outputs-history',
    'svc-m-1-model_outputs-history-table',
  ]);
  expect(yaml('svc/data/svc-m-1-model_inputs-history.yml')).toEqual({
    $schema: 'https://azuremlschemas.azureedge.net/latest/data.schema.json',
    name: 'svc-m-1-model_inputs-history',
    version: '1',
    type: 'uri_folder',
    description: expect.stringContaining(
      '3 rows collected by the v1 collector from 2024-02-28 up to 2024-03-01',
    ),
    path: 'azureml://datastores/archive/paths/history/svc/m-1/model_inputs',
  });
  expect(texts.get('svc/data/svc-m-1-model_inputs-history.yml')).toContain(
    '# History lies in a folder of its own',
  );
});

test('history in the folder of live collection is the very asset that Azure ML registers', async () => {
  const { yaml, texts } = await emitFor(TREE, {}, { root: LIVE });
  const path = 'svc/data/svc-m-1-model_inputs.yml';
  expect(yaml(path)).toMatchObject({
    name: 'svc-m-1-model_inputs',
    version: '1',
    path: `${LIVE}/svc/m-1/model_inputs`,
  });
  expect(texts.get(path)).toContain('Create it only to read the history before that');
});

test('a table names its events by the workspace’s address, and the feature columns in them', async () => {
  const { yaml } = await emitFor(TREE);
  const name = 'svc-m-1-model_inputs-history-table';
  expect(yaml(`svc/data/${name}.yml`)).toMatchObject({ name, type: 'mltable', path: `../tables/${name}` });
  expect(yaml(`svc/tables/${name}/MLTable`)).toEqual({
    $schema: 'https://azuremlschemas.azureedge.net/latest/MLTable.schema.json',
    type: 'mltable',
    paths: [
      {
        pattern:
          'azureml://subscriptions/sub/resourcegroups/rg/workspaces/ws/datastores/archive/paths/history/svc/m-1/model_inputs/*/*/*/*/*.jsonl',
      },
    ],
    transformations: [
      { read_json_lines: { encoding: 'utf8', invalid_lines: 'error', include_path_column: false } },
      { keep_columns: ['time', 'correlationid', 'data'] },
    ],
    metadata: {
      feature_columns: [
        { name: 'age', type: 'integer' },
        { name: 'city', type: 'string' },
      ],
      rows: 3,
      events: 3,
    },
  });
});

test('columns of any name are text to a reader of YAML 1.1', async () => {
  const names = [
    'y',
    '=',
    '<<',
    '2018-12-30',
    '1e3',
    '0x1F',
    '12:30',
    '#a',
    'a: b',
    '~',
    'é',
    '\u0085\u009f\u2028\u0001',
  ];
  const header = names.map((name) => `"${name}"`).join(',');
  const file = correlatedFile(header, ...rowsOf('2024-02-29', names.map(() => '1').join(',')));
  const { yaml, texts } = await emitFor({ [sourceName()]: file });
  const path = 'svc/tables/svc-m-1-model_inputs-history-table/MLTable';
  const { feature_columns } = yaml(path)['metadata'] as unknown as { feature_columns: { name: string }[] };
  expect(feature_columns.map(({ name }) => name)).toEqual(names);
  const lines = (texts.get(path) ?? '').split('\n').filter((line) => line.includes('- name:'));
  expect(lines.map((line) => line.trim().slice('- name: '.length))).toEqual([
    ...["'y'", "'='", "'<<'", "'2018-12-30'", "'1e3'", "'0x1F'", "'12:30'", "'#a'", "'a: b'", "'~'", "'é'"],
    String.raw`"\u0085\u009f\u2028\x01"`,
  ]);
});

test('what lies outside of the converted range is not in the window', async () => {
  const { report, yaml } = await emitFor(TREE, { until: '2024-02-29' });
  expect(yaml('svc/data/svc-m-1-model_inputs-history.yml')['description']).toContain(
    'from 2024-02-28 up to 2024-02-29 ',
  );
  expect(report.leftOut).toEqual([
    { what: 'svc/m-1/model_outputs', why: 'every row was rejected or out of range' },
  ]);
});

test('a table says which rows it does not read', async () => {
  const path = 'svc/tables/svc-m-1-model_inputs-history-table/MLTable';
  expect((await emitFor(TREE)).texts.get(path)).not.toContain('dataref');
  const { texts } = await emitFor(TREE, { datarefOver: 10 });
  expect((texts.get(path) ?? '').replaceAll(/\n *# /g, ' ')).toContain(
    'Rows of events that were too large lie in files of their own (dataref) and are not read.',
  );
});
