import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LogSidecar } from '../../src/serve/serve.js';
import { filesIn } from '../collect/collectors.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { eventsIn, sdkHeaders, send, startSidecar, type TestSidecar } from './sidecars.js';

const DEPLOYMENT = `
$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
name: blue
endpoint_name: credit
model: azureml:credit:3
instance_type: Standard_DS3_v2
data_collector:
  sampling_rate: 1.0
  rolling_rate: hour
  collections:
    model_inputs:
      enabled: 'True'
    model_outputs:
      enabled: 'False'
`;

async function configured(yaml: string, options = {}): Promise<TestSidecar & { config: string }> {
  const folder = await temporaryFolder();
  const config = join(folder, 'config.yml');
  writeFileSync(config, yaml);
  return { ...(await startSidecar({ config, ...options }, folder)), config };
}

async function statusOf({ server }: TestSidecar, collection: string, id = 'id-1'): Promise<number> {
  return (await send(server.url, { body: '[{"a":1}]', headers: sdkHeaders(collection, id) })).status;
}

describe('a configuration', () => {
  it('may be the deployment’s own YAML: its names, and the collections that it enables', async () => {
    const sidecar = await configured(DEPLOYMENT);
    expect(await statusOf(sidecar, 'model_inputs')).toBe(200);
    const off = await send(sidecar.server.url, { body: '[{"a":1}]', headers: sdkHeaders('model_outputs') });
    expect([off.status, JSON.parse(off.body)['error']]).toEqual([
      403,
      'collection model_outputs is not enabled, drop the data',
    ]);
    expect(await statusOf(sidecar, 'other')).toBe(403);
    await sidecar.server.close();
    expect(Object.keys(sidecar.events())[0]).toMatch(/^credit\/blue\/model_inputs\//);
  });

  it('may be the data_collector block alone', async () => {
    const block = DEPLOYMENT.slice(DEPLOYMENT.indexOf('data_collector'));
    const sidecar = await configured(block);
    expect([await statusOf(sidecar, 'model_inputs'), await statusOf(sidecar, 'model_outputs')]).toEqual([
      200, 403,
    ]);
    const inner = block.split('\n').slice(1).join('\n');
    const bare = await configured(inner);
    expect([await statusOf(bare, 'model_inputs'), await statusOf(bare, 'model_outputs')]).toEqual([200, 403]);
    await bare.server.close();
    expect(Object.keys(bare.events())[0]).toMatch(/^svc\/m-1\/model_inputs\//);
  });

  it('names folders of the collections’ own, where no root is told', async () => {
    const folder = await temporaryFolder();
    const config = join(folder, 'config.yml');
    const path = join(folder, 'own');
    writeFileSync(
      config,
      `name: blue\nendpoint_name: credit\ndata_collector: {collections: {model_inputs: {enabled: 'True', data: {path: '${path}'}}}}`,
    );
    const server = await LogSidecar.start({ config, port: 0, spool: join(folder, 'spool'), environment: {} });
    expect((await send(server.url, { body: '[{"a":1}]' })).status).toBe(200);
    await server.close();
    expect(Object.keys(filesIn(path))[0]).toMatch(/^2026\/11\/22\/00\//);
  });

  it('samples by the correlation id, so that a request’s collections fare alike, on both sides', async () => {
    const collections = `collections: {model_inputs: {enabled: 'True'}, model_outputs: {enabled: 'True'}}`;
    const sidecar = await configured(`data_collector: {sampling_rate: 0.5, ${collections}}`);
    const ids = Array.from({ length: 60 }, (_, i) => `call-${i}`);
    for (const id of ids) {
      for (const name of ['model_inputs', 'model_outputs'])
        expect(await statusOf(sidecar, name, id)).toBe(200);
    }
    const { body } = await send(sidecar.server.url, { method: 'GET', path: '/metrics' });
    await sidecar.server.close();
    const written = eventsIn(sidecar.events());
    const idsOf = (type: string): string[] =>
      written.filter(({ event }) => event.type.endsWith(type)).map(({ event }) => event.correlationid);
    expect(idsOf('model_inputs').length).toBeGreaterThan(15);
    expect(idsOf('model_inputs').length).toBeLessThan(45);
    expect(idsOf('model_outputs')).toEqual(idsOf('model_inputs'));
    const csv = Object.values(sidecar.legacy()).join('');
    expect(ids.filter((id) => csv.includes(`,${id},`))).toEqual(idsOf('model_inputs'));
    const left = 60 - idsOf('model_inputs').length;
    expect(body).toContain(
      `rows_dropped_total{collection="model_inputs",side="v2",reason="sampled"} ${left}\n`,
    );
  });

  it('has the server’s own options below mdc_bridge; what the caller says goes before', async () => {
    const yaml =
      'mdc_bridge: {stage: legacy, model_version: 7, redact: {ssn: drop}, max_request: 50, model: other}';
    const sidecar = await configured(yaml);
    expect(sidecar.server.stage).toBe('legacy');
    expect((await send(sidecar.server.url, { body: '[{"a":1,"ssn":"123"}]' })).status).toBe(200);
    expect((await send(sidecar.server.url, { body: '[{"a":1}]'.padEnd(51) })).status).toBe(413);
    await sidecar.server.close();
    expect(Object.values(sidecar.legacy()).join('')).not.toContain('123');
    expect(Object.keys(sidecar.legacy())[0]).toContain('/svc/m/1/');
  });

  it.each([
    ['not: [closed', 'it can’t be read as YAML'],
    ['- a list', 'it holds no mapping'],
    ['mdc_bridge: text', 'mdc_bridge is no mapping'],
    ['mdc_bridge: {stgae: dual}', 'mdc_bridge has no option stgae'],
    ['mdc_bridge: {stage: both}', 'mdc_bridge.stage can\'t be "both"'],
    ['mdc_bridge: {port: -1}', "mdc_bridge.port can't be -1"],
    ['mdc_bridge: {redact: {a: erase}}', 'mdc_bridge.redact'],
    ['mdc_bridge: {__proto__x: 1}', 'has no option __proto__x'],
    ['mdc_bridge: {redact: {a: hash}}', 'to hash fields, redact needs a key'],
    ['data_collector: {}', 'it has no data_collector.collections'],
    ['data_collector: {collections: {a: {enabled: maybe}}}', "must be 'True' or 'False'"],
  ])('%s is none', async (yaml, why) => {
    await expect(configured(yaml)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(why),
    });
  });

  it('that is not there is said', async () => {
    await expect(startSidecar({ config: '/no/such/file.yml' })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a configuration that is read again', () => {
  it('changes collections, stage and columns, and no call is forgotten', async () => {
    const yaml = (names: string, block: string): string =>
      `data_collector: {collections: {${names}}}\nmdc_bridge: {${block}}`;
    const sidecar = await configured(yaml("a: {enabled: 'True'}", 'stage: dual'));
    expect([await statusOf(sidecar, 'a'), await statusOf(sidecar, 'b')]).toEqual([200, 403]);
    writeFileSync(
      sidecar.config,
      yaml("a: {enabled: 'True'}, b: {enabled: 'True'}", 'stage: v2, redact: {a: mask}'),
    );
    await sidecar.server.reload();
    expect(sidecar.server.stage).toBe('v2');
    expect([await statusOf(sidecar, 'a'), await statusOf(sidecar, 'b', 'id-2')]).toEqual([200, 200]);
    await sidecar.server.close();
    expect(eventsIn(sidecar.events()).map(({ event }) => [event.correlationid, event.data])).toEqual([
      ['id-1', [{ a: 1 }]],
      ['id-1.1', [{ a: '***' }]],
      ['id-2', [{ a: '***' }]],
    ]);
    expect(Object.keys(sidecar.legacy())).toHaveLength(1);
  });

  it('and can’t be changes nothing', async () => {
    const sidecar = await configured('mdc_bridge: {stage: legacy}');
    writeFileSync(sidecar.config, 'mdc_bridge: {stage: dual, stgae: v2}');
    await expect(sidecar.server.reload()).rejects.toThrow('no option stgae');
    expect(sidecar.server.stage).toBe('legacy');
    expect(await statusOf(sidecar, 'a')).toBe(200);
  });

  it('says what needs a new start', async () => {
    const sidecar = await configured('mdc_bridge: {stage: legacy, max_request: 1000}');
    writeFileSync(sidecar.config, 'mdc_bridge: {stage: dual, max_request: 2000}');
    await expect(sidecar.server.reload()).rejects.toThrow('max_request');
    expect(sidecar.server.stage).toBe('legacy');
  });
});

it('identity comes from the environment where no option says it', async () => {
  const folder = await temporaryFolder();
  const environment = {
    SERVICE_NAME: 'envsvc',
    MDC_BRIDGE_MODEL: 'envmodel',
    MDC_BRIDGE_MODEL_VERSION: '9',
    AZUREML_ARM_SUBSCRIPTION: 'Sub',
    AZUREML_ARM_RESOURCEGROUP: 'RG',
    AZUREML_ARM_WORKSPACE_NAME: 'ws',
  };
  const options = {
    port: 0,
    legacy: join(folder, 'l'),
    events: join(folder, 'v2'),
    spool: join(folder, 's'),
  };
  const server = await LogSidecar.start({ ...options, environment });
  await send(server.url, { body: '[{"a":1}]' });
  await server.close();
  expect(Object.keys(filesIn(options.legacy))).toEqual([
    'sub/rg/ws/envsvc/envmodel/9/inputs/2026/11/22/data.csv',
  ]);
  const { file, event } = eventsIn(filesIn(options.events))[0]!;
  expect(file).toMatch(/^envsvc\/envmodel-9\/model_inputs\//);
  expect(event['source']).toBe(
    '/subscriptions/Sub/resourceGroups/RG/providers/Microsoft.MachineLearningServices/workspaces/ws/onlineEndpoints/envsvc/deployments/envmodel-9',
  );
  const named = await LogSidecar.start({
    ...options,
    environment: { ...environment, MDC_BRIDGE_ENDPOINT: 'e', MDC_BRIDGE_DEPLOYMENT: 'd' },
  });
  await send(named.url, { body: '[{"a":1}]' });
  await named.close();
  expect(Object.keys(filesIn(options.events)).some((name) => name.startsWith('e/d/model_inputs/'))).toBe(
    true,
  );
});
