import { expect, test } from 'vitest';
import { correlatedFile } from '../../support/legacy-file.js';
import { sourceName } from '../../support/rows.js';
import { APART, emitFor, LABELS, LIVE, rowsOf, TREE, type Yaml } from './emitted.js';

const MONITOR = 'svc/monitor.yml';

function signals(document: Yaml): Yaml {
  return document['create_monitor']?.['monitoring_signals'] ?? {};
}

test('history is the baseline, by the days of the plan, and live collection is compared with it', async () => {
  const { yaml } = await emitFor(TREE);
  const monitor = yaml(MONITOR);
  expect(monitor['name']).toBe('svc-m-1-monitor');
  expect(monitor['create_monitor']?.['compute']).toEqual({
    instance_type: 'standard_e4s_v3',
    runtime_version: '3.4',
  });
  expect(Object.keys(signals(monitor))).toEqual(['data_drift', 'data_quality', 'prediction_drift']);
  const data = (collection: string, start: string): object => ({
    production_data: {
      input_data: { type: 'uri_folder', path: `azureml:svc-m-1-${collection}:1` },
      data_context: collection,
      data_window: { lookback_window_size: 'P7D', lookback_window_offset: 'P0D' },
    },
    reference_data: {
      input_data: { type: 'uri_folder', path: `azureml:svc-m-1-${collection}-history:1` },
      data_context: collection,
      data_window: { window_start: start, window_end: '2024-03-01' },
    },
  });
  expect(signals(monitor)).toEqual({
    data_drift: {
      type: 'data_drift',
      ...data('model_inputs', '2024-02-28'),
      features: 'all_features',
      metric_thresholds: {
        numerical: { normalized_wasserstein_distance: 0.1 },
        categorical: { jensen_shannon_distance: 0.1 },
      },
      alert_enabled: true,
    },
    data_quality: {
      type: 'data_quality',
      ...data('model_inputs', '2024-02-28'),
      features: 'all_features',
      metric_thresholds: {
        numerical: { null_value_rate: 0, data_type_error_rate: 0, out_of_bounds_rate: 0.01 },
        // One city of three is empty.
        categorical: { null_value_rate: 0.34, data_type_error_rate: 0, out_of_bounds_rate: 0.01 },
      },
      alert_enabled: true,
    },
    prediction_drift: {
      type: 'prediction_drift',
      ...data('model_outputs', '2024-02-29'),
      metric_thresholds: { numerical: { normalized_wasserstein_distance: 0.1 } },
      alert_enabled: true,
    },
  });
});

test('the reasons stand in comments', async () => {
  const { texts } = await emitFor(TREE);
  const text = (texts.get(MONITOR) ?? '').replaceAll(/\n *# /g, ' ');
  for (const reason of [
    'Azure ML makes it a window that trails behind each run, whatever is written here',
    'pre_processing_component is left out on purpose',
    'from midnight of the first up to midnight after the last, UTC',
    'feature_attribution_drift is left out: its baseline is the training data',
    'model_performance is left out: history has no labels.',
  ]) {
    expect(text).toContain(reason);
  }
});

test('in the folder of live collection the reference is a window of the live asset', async () => {
  const { yaml } = await emitFor(TREE, {}, { root: LIVE });
  const { data_drift: drift } = signals(yaml(MONITOR));
  expect(drift?.['reference_data']).toMatchObject({
    input_data: { path: 'azureml:svc-m-1-model_inputs:1' },
    data_window: { window_start: '2024-02-28', window_end: '2024-03-01' },
  });
  expect(drift?.['production_data']).toMatchObject({
    input_data: { path: 'azureml:svc-m-1-model_inputs:1' },
    data_window: { lookback_window_size: 'P7D' },
  });
});

test('labels and a row id give a model_performance signal over live data', async () => {
  const { yaml, report } = await emitFor({ ...TREE, ...LABELS }, { rowId: { by: 'correlation' } });
  expect(yaml(MONITOR)['create_monitor']?.['monitoring_target']?.['ml_task']).toBe('regression');
  expect(signals(yaml(MONITOR))['model_performance']).toEqual({
    type: 'model_performance',
    production_data: {
      input_data: { type: 'uri_folder', path: 'azureml:svc-m-1-model_outputs:1' },
      data_context: 'model_outputs',
      data_column_names: { prediction: 'y', correlation_id: 'correlation_id' },
      data_window: { lookback_window_size: 'P7D', lookback_window_offset: 'P7D' },
    },
    reference_data: {
      input_data: { type: 'uri_folder', path: 'azureml:svc-m-1-labels:1' },
      data_context: 'ground_truth',
      data_column_names: { actual: 'truth', correlation_id: 'correlation_id' },
      data_window: { lookback_window_size: 'P14D', lookback_window_offset: 'P0D' },
    },
    metric_thresholds: {},
    alert_enabled: false,
  });
  expect(report.toFill.map(({ placeholder }) => placeholder)).toContain('FILL_IN_RMSE');
});

test('a task that is told has thresholds of its kind', async () => {
  const { yaml, report, texts } = await emitFor(
    { ...TREE, ...LABELS },
    { rowId: { by: 'user' } },
    { root: APART, task: 'classification' },
  );
  expect(yaml(MONITOR)['create_monitor']?.['monitoring_target']?.['ml_task']).toBe('classification');
  expect(texts.get(MONITOR)).not.toContain('Guessed');
  expect(signals(yaml(MONITOR))['model_performance']).toMatchObject({
    metric_thresholds: { classification: { accuracy: 0.9 } },
    alert_enabled: true,
  });
  expect(report.toFill.map(({ placeholder }) => placeholder)).not.toContain('FILL_IN_RMSE');
});

test('which of several columns is the prediction, a person must say', async () => {
  const outputs = {
    [sourceName('predictions', '2024/02/29', 'p.csv')]: correlatedFile(
      'p,q',
      ...rowsOf('2024-02-29', 'a,0.5'),
    ),
  };
  const { yaml, report } = await emitFor({ ...outputs, ...LABELS }, { rowId: { by: 'user' } });
  expect(signals(yaml(MONITOR))['model_performance']?.['production_data']?.['data_column_names']).toEqual({
    prediction: 'FILL_IN_PREDICTION_COLUMN',
    correlation_id: 'correlation_id',
  });
  expect(report.toFill).toContainEqual({
    placeholder: 'FILL_IN_PREDICTION_COLUMN',
    what: expect.any(String),
    files: [MONITOR],
  });
});

test('labels without a row id, and why there is no signal', async () => {
  const { yaml, texts } = await emitFor({ ...TREE, ...LABELS });
  expect(signals(yaml(MONITOR))['model_performance']).toBeUndefined();
  expect(texts.get(MONITOR)).toContain('labels and outputs have no column to be joined by');
});

test('columns of ids and columns without a value are no features', async () => {
  const inputs = { [sourceName()]: correlatedFile('age,nothing', ...rowsOf('2024-02-29', '1,', '2,')) };
  expect(
    signals((await emitFor(inputs, { rowId: { by: 'user' } })).yaml(MONITOR))['data_drift']?.['features'],
  ).toEqual(['age']);
  expect(signals((await emitFor(inputs)).yaml(MONITOR))['data_drift']?.['features']).toEqual(['age']);
});

test('the old collector’s own columns, where they were kept, are no features', async () => {
  const { yaml } = await emitFor(TREE, { keepAmlColumns: true });
  expect(signals(yaml(MONITOR))['data_drift']?.['features']).toEqual(['age', 'city']);
});

test('a deployment without inputs and outputs, or without a value in them, gets no monitor, and the reason is told', async () => {
  const labels = await emitFor(LABELS);
  const empty = await emitFor({ [sourceName()]: correlatedFile('x', ...rowsOf('2024-02-29', '')) });
  for (const { report, texts } of [labels, empty]) {
    expect(texts.has(MONITOR)).toBe(false);
    expect(texts.has('svc/deployment.yml')).toBe(true);
    expect(report.leftOut).toEqual([
      {
        what: 'the monitor of svc/m-1',
        why: 'there is no column of inputs or outputs with a value to compare',
      },
    ]);
  }
});
