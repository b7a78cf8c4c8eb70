import { liveAssetName } from './asset-names.js';
import type { HistoricCollection } from './historic-collection.js';
import type { Placeholder } from './placeholders.js';
import { featuresOf, type Task } from './prediction.js';
import { folderInput } from './signals.js';
import { type YamlEntry, yamlMap } from './yaml-text.js';

/** How good live predictions are, by live labels; `undefined` without a row id that joins them. */
export function performanceSignal(
  outputs: HistoricCollection,
  labels: HistoricCollection,
  task: Task,
): YamlEntry | undefined {
  if (outputs.rowId === undefined || labels.rowId === undefined) return undefined;
  return {
    key: 'model_performance',
    value: yamlMap(
      { key: 'type', value: 'model_performance' },
      { key: 'production_data', value: production(outputs, outputs.rowId) },
      {
        key: 'reference_data',
        value: reference(labels, labels.rowId),
        why:
          'The labels of what is predicted now, so the one reference that is not history: old labels belong to old ' +
          'predictions, and production data is never old.',
      },
      ...thresholds(task),
    ),
    why:
      "Both collections are joined by the row id: live rows need it under the same name (the collector's rowId option, or a " +
      'column of your own).',
  };
}

function production(outputs: HistoricCollection, rowId: string): unknown {
  const prediction = onlyColumn(outputs, 'FILL_IN_PREDICTION_COLUMN');
  return joinedData(
    outputs,
    'model_outputs',
    { prediction, correlation_id: rowId },
    {
      value: { lookback_window_size: 'P7D', lookback_window_offset: 'P7D' },
      why: 'The week before last: its labels have had a week to come in. Make the offset as long as yours take.',
    },
  );
}

function reference(labels: HistoricCollection, rowId: string): unknown {
  const actual = onlyColumn(labels, 'FILL_IN_ACTUAL_COLUMN');
  return joinedData(
    labels,
    'ground_truth',
    { actual, correlation_id: rowId },
    {
      value: { lookback_window_size: 'P14D', lookback_window_offset: 'P0D' },
      why: 'All labels that came since those predictions began.',
    },
  );
}

/** Live data of one collection, to be joined to the other's by the row id. */
function joinedData(
  collection: HistoricCollection,
  context: string,
  columns: Readonly<Record<string, string>>,
  window: Omit<YamlEntry, 'key'>,
): unknown {
  return yamlMap(
    folderInput(liveAssetName(collection)),
    { key: 'data_context', value: context },
    { key: 'data_column_names', value: columns },
    { key: 'data_window', ...window },
  );
}

function thresholds(task: Task): YamlEntry[] {
  if (task === 'classification') {
    return [
      { key: 'metric_thresholds', value: { classification: { accuracy: 0.9 } } },
      { key: 'alert_enabled', value: true },
    ];
  }
  const placeholder: Placeholder = 'FILL_IN_RMSE';
  return [
    {
      key: 'metric_thresholds',
      value: {},
      why:
        "None on purpose: azure-ai-ml 1.35.2, which is in the az command too, can't load those of a regression (its schema " +
        `has rmse, its class root_mean_squared_error). Set it in the studio, once the monitor is there: ${placeholder}.`,
    },
    {
      key: 'alert_enabled',
      value: false,
      why: 'Until then: without a threshold of its own the signal is sent with one for an accuracy.',
    },
  ];
}

/** A person must choose where there are several. */
function onlyColumn(collection: HistoricCollection, otherwise: Placeholder): string {
  const [only, ...others] = featuresOf(collection);
  return only === undefined || others.length > 0 ? otherwise : only.name;
}
