import type { YAMLMap } from 'yaml';
import { assetReference, historyAssetName, liveAssetName } from './asset-names.js';
import type { EmitContext } from './emitted-file.js';
import type { HistoricCollection, HistoricColumn } from './historic-collection.js';
import { featuresOf } from './prediction.js';
import { type YamlEntry, yamlMap } from './yaml-text.js';

/** What is the same in every signal that compares with history. */
export const COMPARISON: string = [
  'reference_data: history is the baseline.',
  'production_data: what the deployment collects now. Azure ML makes it a window that trails behind each run, whatever is written ' +
    'here, so that history can never be it.',
  'pre_processing_component is left out on purpose, on both sides: converted events are as the collector writes them, and Azure ' +
    "ML's own preprocessor reads those wherever none is named (its documents ask for one with uri_folder, but mean data that " +
    'no collector wrote).',
].join('\n');

/** What rows are, to a signal. */
type DataContext = 'model_inputs' | 'model_outputs';

/** `undefined`, here and below: no column has a value. */
export function dataDrift(inputs: HistoricCollection, context: EmitContext): YamlEntry | undefined {
  const features = featuresOf(inputs);
  if (features.length === 0) return undefined;
  return {
    key: 'data_drift',
    value: yamlMap(
      { key: 'type', value: 'data_drift' },
      ...comparedData(inputs, 'model_inputs', context),
      featureFilter(inputs, features),
      { key: 'metric_thresholds', value: driftThresholds(features), why: "Azure ML's own defaults." },
      { key: 'alert_enabled', value: true },
    ),
  };
}

export function dataQuality(inputs: HistoricCollection, context: EmitContext): YamlEntry | undefined {
  const features = featuresOf(inputs);
  if (features.length === 0) return undefined;
  return {
    key: 'data_quality',
    value: yamlMap(
      { key: 'type', value: 'data_quality' },
      ...comparedData(inputs, 'model_inputs', context),
      featureFilter(inputs, features),
      {
        key: 'metric_thresholds',
        value: qualityThresholds(features),
        why: 'As many nulls as the column of history that has most of them, rounded up to a whole per cent; and one value in a hundred that is smaller, larger or other than any of history.',
      },
      { key: 'alert_enabled', value: true },
    ),
  };
}

export function predictionDrift(outputs: HistoricCollection, context: EmitContext): YamlEntry | undefined {
  const features = featuresOf(outputs);
  if (features.length === 0) return undefined;
  return {
    key: 'prediction_drift',
    value: yamlMap(
      { key: 'type', value: 'prediction_drift' },
      ...comparedData(outputs, 'model_outputs', context),
      { key: 'metric_thresholds', value: driftThresholds(features), why: "Azure ML's own defaults." },
      { key: 'alert_enabled', value: true },
    ),
  };
}

/** A folder of events as a signal reads it; no `pre_processing_component` on purpose. */
export function folderInput(asset: string): YamlEntry {
  return { key: 'input_data', value: { type: 'uri_folder', path: assetReference(asset) } };
}

function comparedData(
  collection: HistoricCollection,
  dataContext: DataContext,
  { root }: EmitContext,
): YamlEntry[] {
  const { start, end } = collection.days;
  return [
    {
      key: 'production_data',
      value: yamlMap(
        folderInput(liveAssetName(collection)),
        { key: 'data_context', value: dataContext },
        {
          key: 'data_window',
          value: { lookback_window_size: 'P7D', lookback_window_offset: 'P0D' },
          why: 'A whole week, so that each weekday weighs as it does in history.',
        },
      ),
    },
    {
      key: 'reference_data',
      value: yamlMap(
        folderInput(historyAssetName(collection, root)),
        { key: 'data_context', value: dataContext },
        {
          key: 'data_window',
          value: { window_start: start, window_end: end },
          why: 'The days of the plan: from midnight of the first up to midnight after the last, UTC.',
        },
      ),
    },
  ];
}

function featureFilter(
  { columns, rowId }: HistoricCollection,
  features: readonly HistoricColumn[],
): YamlEntry {
  if (features.length === columns.length && rowId === undefined) {
    return { key: 'features', value: 'all_features' };
  }
  return {
    key: 'features',
    value: features.map(({ name }) => name),
    why: 'All but columns of ids, which would drift at every run, and columns that had no value in history.',
  };
}

function isNumeric({ type }: HistoricColumn): boolean {
  return type === 'integer' || type === 'number';
}

function driftThresholds(features: readonly HistoricColumn[]): YAMLMap {
  return byKind(
    features,
    () => ({ normalized_wasserstein_distance: 0.1 }),
    () => ({ jensen_shannon_distance: 0.1 }),
  );
}

function qualityThresholds(features: readonly HistoricColumn[]): YAMLMap {
  const thresholds = (of: readonly HistoricColumn[]): unknown => ({
    null_value_rate: wholePercent(Math.max(...of.map(({ nullRate }) => nullRate))),
    data_type_error_rate: 0,
    out_of_bounds_rate: 0.01,
  });
  return byKind(features, thresholds, thresholds);
}

/** Rounded up, but not because of the last digit of a product: 0.07 stays. */
function wholePercent(rate: number): number {
  return Math.ceil(Number((rate * 100).toFixed(6))) / 100;
}

/** Azure ML has metrics of its own for numbers; a kind that no column is of has no thresholds. */
function byKind(
  features: readonly HistoricColumn[],
  numerical: (of: readonly HistoricColumn[]) => unknown,
  categorical: (of: readonly HistoricColumn[]) => unknown,
): YAMLMap {
  const numbers = features.filter(isNumeric);
  const others = features.filter((column) => !isNumeric(column));
  return yamlMap(
    numbers.length === 0 ? undefined : { key: 'numerical', value: numerical(numbers) },
    others.length === 0 ? undefined : { key: 'categorical', value: categorical(others) },
  );
}
