/** The names of the eight values that end every correlated row, for the generators and the peers; ours has its own. */
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
