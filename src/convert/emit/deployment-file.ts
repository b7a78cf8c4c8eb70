import { isLegalModelName, liveAssetName } from './asset-names.js';
import type { EmittedFile } from './emitted-file.js';
import type { HistoricCollection } from './historic-collection.js';
import type { HistoricDeployment } from './newest-deployments.js';
import type { Placeholder } from './placeholders.js';
import { type YamlEntry, yamlMap, yamlText } from './yaml-text.js';

const SCHEMA = 'https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json';

/** The documented limit of collections a deployment. */
export const MAX_COLLECTIONS = 5;

const HEAD =
  'Written by mdc-bridge emit: the deployment that goes on where the old service stopped. If you have its YAML already, take ' +
  'over `app_insights_enabled` and `data_collector`, and keep its names: history and live data meet in the folders that are ' +
  'made of them.\n' +
  'Create it with:\n  az ml online-deployment create --file deployment.yml';

const FOOT =
  '`request` and `response` are left out: they hold whole bodies as they came, any field of which may be personal, in any shape, so ' +
  'that no monitor reads them without a preprocessing component of its own; and the old collector had nothing of the kind.';

/** The YAML of a managed online deployment that collects what the old service collected. */
export function deploymentFile(deployment: HistoricDeployment): EmittedFile {
  const { endpoint, deployment: name } = deployment;
  const environment: Placeholder = 'FILL_IN_ENVIRONMENT';
  const instance: Placeholder = 'FILL_IN_INSTANCE_TYPE';
  const map = yamlMap(
    { key: '$schema', value: SCHEMA },
    { key: 'name', value: name },
    { key: 'endpoint_name', value: endpoint },
    model(deployment),
    {
      key: 'environment',
      value: `azureml:${environment}:1`,
      why:
        'Its conda packages need azureml-ai-monitoring in place of azureml-monitoring. The scoring script is yours too:\n' +
        '  code_configuration:\n    code: FILL_IN_CODE_FOLDER\n    scoring_script: FILL_IN_SCORING_SCRIPT',
    },
    { key: 'instance_type', value: instance },
    { key: 'instance_count', value: 1 },
    {
      key: 'app_insights_enabled',
      value: true,
      why: 'What enable_app_insights was. It has nothing to do with collection: that goes to storage.',
    },
    { key: 'data_collector', value: dataCollector(deployment) },
  );
  return {
    kind: 'deployment',
    name,
    path: `${endpoint}/deployment.yml`,
    text: yamlText(map, HEAD, FOOT),
  };
}

/** At most as many as a deployment may have: inputs and outputs first, which monitors need. */
export function collectedCollections({ collections }: HistoricDeployment): {
  readonly taken: readonly HistoricCollection[];
  readonly left: readonly HistoricCollection[];
} {
  const ranks = ['inputs', 'outputs', 'labels', 'other'];
  const ranked = collections.toSorted((a, b) => ranks.indexOf(a.role) - ranks.indexOf(b.role));
  return { taken: ranked.slice(0, MAX_COLLECTIONS), left: ranked.slice(MAX_COLLECTIONS) };
}

/** Registered models are the same in v1 and v2, but v1 let collectors be given any name. */
function model({ collections }: HistoricDeployment): YamlEntry {
  const { model: name = '', version = '' } = collections[0]?.identity ?? {};
  const unknown: Placeholder = 'FILL_IN_MODEL';
  if (isLegalModelName(name) && /^\d+$/.test(version)) {
    return { key: 'model', value: `azureml:${name}:${version}`, why: 'As the old collector was told it.' };
  }
  return {
    key: 'model',
    value: `azureml:${unknown}:1`,
    why: `The old collector was told model ${JSON.stringify(name)}, version ${JSON.stringify(version)}: no registered model has such a name.`,
  };
}

function dataCollector(deployment: HistoricDeployment): unknown {
  const { taken, left } = collectedCollections(deployment);
  const [first] = taken;
  return yamlMap(
    {
      key: 'collections',
      value: yamlMap(
        ...taken.map(({ collection }): YamlEntry => ({ key: collection, value: { enabled: 'true' } })),
      ),
      why:
        "`enabled` is a string: Azure ML's loader refuses a YAML boolean. Names and paths of the data are left to Azure ML, " +
        `which registers ${first === undefined ? 'one asset each' : `${liveAssetName(first)} and its like`} and writes to workspaceblobstore, ` +
        `below modelDataCollector.${tooMany(left)}`,
    },
    {
      key: 'rolling_rate',
      value: 'hour',
      why: 'The only rate that the monitors read: they look for folders of hours.',
    },
    {
      key: 'sampling_rate',
      value: 1,
      why: 'Everything, as before: a monitor compares shares, but a smaller sample sees less of rare values.',
    },
  );
}

function tooMany(left: readonly HistoricCollection[]): string {
  if (left.length === 0) return '';
  const names = left.map(({ collection }) => collection).join(', ');
  return ` Left out, because a deployment has at most ${MAX_COLLECTIONS} collections: ${names}.`;
}
