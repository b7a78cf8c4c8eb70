import { monitorName } from './asset-names.js';
import type { EmitContext, EmittedFile } from './emitted-file.js';
import type { HistoricCollection } from './historic-collection.js';
import { collectionOf, type HistoricDeployment } from './newest-deployments.js';
import { performanceSignal } from './performance-signal.js';
import type { Placeholder } from './placeholders.js';
import { guessTask, type Task } from './prediction.js';
import { COMPARISON, dataDrift, dataQuality, predictionDrift } from './signals.js';
import { type YamlEntry, yamlMap, yamlText } from './yaml-text.js';

const SCHEMA = 'https://azuremlschemas.azureedge.net/latest/monitorSchedule.schema.json';

const HEAD =
  'Written by mdc-bridge emit: compares what the deployment collects now with what the old service collected.\n' +
  'Create it once live collection has begun and its assets are registered:\n  az ml schedule create --file monitor.yml';

/** A monitor's schedule, or why there is none: Azure ML takes one without data and fails at every run. */
export function monitorFile(
  deployment: HistoricDeployment,
  context: EmitContext,
  task: Task | undefined,
): EmittedFile | { readonly why: string } {
  const inputs = collectionOf(deployment, 'inputs', 'model_inputs');
  const outputs = collectionOf(deployment, 'outputs', 'model_outputs');
  const labels = collectionOf(deployment, 'labels', 'labels');
  const chosen = task ?? guessTask(outputs);
  const signals = [
    ...(inputs === undefined ? [] : [dataDrift(inputs, context), dataQuality(inputs, context)]),
    ...(outputs === undefined ? [] : [predictionDrift(outputs, context)]),
    ...(outputs === undefined || labels === undefined ? [] : [performanceSignal(outputs, labels, chosen)]),
  ].filter((signal) => signal !== undefined);
  if (signals.length === 0) return { why: 'there is no column of inputs or outputs with a value to compare' };
  const name = monitorName({ ...deployment, collection: '' });
  const map = yamlMap(
    { key: '$schema', value: SCHEMA },
    { key: 'name', value: name },
    { key: 'display_name', value: `${deployment.endpoint}/${deployment.deployment} against its history` },
    {
      key: 'trigger',
      value: { type: 'recurrence', frequency: 'day', interval: 1, schedule: { hours: 3, minutes: 15 } },
      why: 'Every day at 3:15 UTC.',
    },
    { key: 'create_monitor', value: definition(deployment, signals, chosen, task !== undefined) },
  );
  const foot = leftOut({ inputs, outputs, labels });
  return {
    kind: 'monitor',
    name,
    path: `${deployment.endpoint}/monitor.yml`,
    text: yamlText(map, HEAD, foot),
  };
}

function definition(
  { endpoint, deployment }: HistoricDeployment,
  signals: readonly YamlEntry[],
  task: Task,
  isTold: boolean,
): unknown {
  const email: Placeholder = 'FILL_IN_EMAIL';
  return yamlMap(
    {
      key: 'compute',
      value: { instance_type: 'standard_e4s_v3', runtime_version: '3.4' },
      why: 'Serverless Spark: the smallest machines that monitors take, and the one runtime that all of them take, as a string.',
    },
    {
      key: 'monitoring_target',
      value: yamlMap(
        {
          key: 'ml_task',
          value: task,
          ...(isTold
            ? {}
            : { why: 'Guessed from the types of the outputs: check it, or tell it with --task.' }),
        },
        { key: 'endpoint_deployment_id', value: `azureml:${endpoint}:${deployment}` },
      ),
    },
    { key: 'monitoring_signals', value: yamlMap(...signals), why: COMPARISON },
    { key: 'alert_notification', value: { emails: [email] } },
  );
}

/** Why a reader misses what the documents of Azure ML have. */
function leftOut(has: {
  readonly inputs: HistoricCollection | undefined;
  readonly outputs: HistoricCollection | undefined;
  readonly labels: HistoricCollection | undefined;
}): string {
  const reasons = [
    'feature_attribution_drift is left out: its baseline is the training data with its target, which was never collected.',
    ...(has.inputs === undefined ? ['data_drift and data_quality are left out: history has no inputs.'] : []),
    ...(has.outputs === undefined ? ['prediction_drift is left out: history has no outputs.'] : []),
    ...whyNoPerformance(has.outputs, has.labels),
  ];
  return reasons.join('\n');
}

function whyNoPerformance(
  outputs: HistoricCollection | undefined,
  labels: HistoricCollection | undefined,
): string[] {
  if (outputs === undefined) return [];
  if (labels === undefined) return ['model_performance is left out: history has no labels.'];
  if (outputs.rowId !== undefined && labels.rowId !== undefined) return [];
  return [
    'model_performance is left out: labels and outputs have no column to be joined by. A plan made with --row-id adds one.',
  ];
}
