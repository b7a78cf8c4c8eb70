/** The eight values of a call of the service `svc`, model `m`, version 1. */
export function correlation(id: string, timestamp = '2024-02-29T01:02:03.000004'): string {
  return `${id},${timestamp},1440,sub/rg/ws,svc,m,1,00000000-0000-0000-0000-000000000000`;
}

export const CORRELATION_HEADER: string =
  '$aml_dc_correlation_id,$aml_dc_scoring_timestamp,$aml_dc_boundary,$aml_workspace,' +
  '$aml_service_name,$aml_model_name,$aml_model_version,$aml_request_id';

/** A source's name in the tree of that service. */
export function sourceName(designation = 'inputs', day = '2024/02/29', file = 'inputs.csv'): string {
  return `sub/rg/ws/svc/m/1/${designation}/${day}/${file}`;
}
