import type { TreeCollection } from '../generate/tree-manifest.ts';

/** What stands before the scoring timestamp, the request id and so on in every row; see `call-tail.ts` for the values. */
export const CORRELATION_COLUMNS = [
  '$aml_dc_correlation_id',
  '$aml_dc_scoring_timestamp',
  '$aml_dc_boundary',
  '$aml_workspace',
  '$aml_service_name',
  '$aml_model_name',
  '$aml_model_version',
  '$aml_request_id',
] as const;

/** A request id that says there was none. */
export const NO_REQUEST = '00000000-0000-0000-0000-000000000000';

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
