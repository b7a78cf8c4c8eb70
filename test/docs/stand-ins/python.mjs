#!/usr/bin/env node
// Stands in for `python score.py` with the v2 SDK: one `collect`, as azureml-ai-monitoring was recorded to send it.
const { AZUREML_MDC_ENABLED, AZUREML_MDC_HOST, AZUREML_MDC_PORT } = process.env;
if (AZUREML_MDC_ENABLED !== 'true') throw new Error('collection is not enabled');
const response = await fetch(`http://${AZUREML_MDC_HOST}:${AZUREML_MDC_PORT}/modeldata/log`, {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',
    'trace-id': 'c3ece6e8-ee63-4962-9ca2-c1256b025550',
    'ce-time': '1795307770',
    'ce-type': 'azureml.inference.model_inputs',
    'ce-collect-data-type': 'pandas.core.frame.DataFrame',
    'ce-agent': 'azureml-ai-monitoring/1.0.0',
    'ce-x-request-id': 'id-1',
    'ce-model-version': 'default',
  },
  body: '[{"bmi":0.0617,"bp":0.0218}]',
});
if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
