import type { TreeCollection } from '../generate/tree-manifest.ts';

/** The attributes that are the same for all events of a collection. A peer writes what ours writes, but for `id` and `agent`. */
export function constantAttributes({ workspace, endpoint, deployment, collection }: TreeCollection): {
  readonly source: string;
  readonly type: string;
} {
  const [subscription, group, name] = workspace.split('/');
  return {
    source:
      `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.MachineLearningServices` +
      `/workspaces/${name}/onlineEndpoints/${endpoint}/deployments/${deployment}`,
    type: `azureml.inference.${collection}`,
  };
}
