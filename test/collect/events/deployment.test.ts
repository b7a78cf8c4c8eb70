import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { Collector } from '../../../src/collect/collector.js';
import type { DeploymentOptions } from '../../../src/collect/events/deployed-collectors.js';
import { parseDeployment } from '../../../src/collect/events/deployment-yaml.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { eventsIn, INSTANCE, inStorage } from './events.js';
import { RecordingSidecar } from './recording-sidecar.js';

/** As the documents have it. */
function yamlOf(block: string): string {
  return `$schema: http://azureml/sdk-2-0/OnlineDeployment.json\n
endpoint_name: my-endpoint
name: blue
model: azureml:my-model-m1:1
data_collector:\n${block}`;
}

const WHOLE = yamlOf(`
  rolling_rate: Day
  sampling_rate: 0.25
  request_logging:
    capture_headers: [custom-header, x-tenant]
  collections:
    model_inputs:
      enabled: 'True'
      client_id: 11111111-2222-3333-4444-555555555555
      data:
        name: my_inputs
        path: azureml://datastores/other/paths/collected/mine
        version: 7
    model_outputs:
      enabled: true
    request:
      enabled: 'False'
    response: {}
`);

/** Writes below a folder of this machine where the YAML says nothing of places. */
function options(storage: string, more: DeploymentOptions = {}): DeploymentOptions {
  const { endpoint: _e, deployment: _d, ...others } = inStorage(storage);
  return { ...others, ...more };
}

describe('the data_collector block of a deployment’s YAML', () => {
  it('is read with all of its settings, and Azure ML’s defaults for the rest', () => {
    const root = 'azureml://datastores/workspaceblobstore/paths/modelDataCollector/my-endpoint/blue';
    const defaults = (name: string, enabled: boolean): unknown => ({
      enabled,
      clientId: undefined,
      samplingRate: 0.25,
      data: { name: `my-endpoint-blue-${name}`, path: `${root}/${name}`, isGiven: false, version: '1' },
    });
    expect(parseDeployment(WHOLE)).toEqual({
      endpoint: 'my-endpoint',
      deployment: 'blue',
      rollingRate: 'day',
      captureHeaders: ['custom-header', 'x-tenant'],
      collections: new Map<string, unknown>([
        [
          'model_inputs',
          {
            enabled: true,
            clientId: '11111111-2222-3333-4444-555555555555',
            samplingRate: 0.25,
            data: {
              name: 'my_inputs',
              path: 'azureml://datastores/other/paths/collected/mine',
              isGiven: true,
              version: '7',
            },
          },
        ],
        ['model_outputs', defaults('model_outputs', true)],
        ['request', defaults('request', false)],
        ['response', defaults('response', false)],
      ]),
    });
  });

  it('has an hour’s folders and all of the calls unless told', () => {
    const { rollingRate, captureHeaders, collections } = parseDeployment(
      yamlOf('  collections: { a: { enabled: True } }'),
    );
    expect([rollingRate, captureHeaders, collections.get('a')?.samplingRate]).toEqual(['hour', [], 1]);
  });

  it('may give each collection a sampling rate, where there is none for all', () => {
    const block = '  collections: { a: { enabled: True, sampling_rate: 0.5 } }';
    expect(parseDeployment(yamlOf(block)).collections.get('a')?.samplingRate).toBe(0.5);
    expect(parseDeployment(yamlOf(`  sampling_rate: 0.1\n${block}`)).collections.get('a')?.samplingRate).toBe(
      0.1,
    );
  });

  it.each([
    ['', 'it has no data_collector'],
    ['name: d\ndata_collector: {}', 'it has no endpoint_name'],
    ['endpoint_name: e\ndata_collector: {}', 'it has no name'],
    ['a: [', "it can't be read"],
    ['- a', 'it has no data_collector'],
    ['endpoint_name: e\nname: d', 'it has no data_collector'],
    [yamlOf('  rolling_rate: hour'), 'it has no data_collector.collections'],
    [yamlOf('  collections: [a]'), 'data_collector.collections must be a mapping'],
    [yamlOf('  collections: { a: { enabled: maybe } }'), 'data_collector.collections.a.enabled must be'],
    [
      yamlOf('  sampling_rate: 50\n  collections: {}'),
      'data_collector.sampling_rate must be a number from 0 to 1, not 50',
    ],
    [
      yamlOf('  rolling_rate: week\n  collections: {}'),
      'data_collector.rolling_rate must be minute, hour, day, month, year, not "week"',
    ],
    [
      yamlOf('  request_logging: { capture_headers: x }\n  collections: {}'),
      'capture_headers must be a list',
    ],
    [
      yamlOf('  collections: { a: { data: { path: [x] } } }'),
      'data_collector.collections.a.data.path must be text',
    ],
  ])('is refused where it is none: %j', (yaml, why) => {
    expect(() => parseDeployment(yaml)).toThrow(why);
  });
});

describe('Collector.fromDeployment', () => {
  let warn: MockInstance<typeof process.emitWarning>;
  beforeEach(() => {
    warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  });
  afterEach(() => warn.mockRestore());
  const warnings = (): string[] => warn.mock.calls.map(([text]) => String(text));

  it('makes a collector for each collection, below the storage, as deep as the rolling rate', async () => {
    const folder = await temporaryFolder();
    const yaml = yamlOf(
      '  rolling_rate: day\n  collections: { model_inputs: { enabled: True }, model_outputs: { enabled: True } }',
    );
    {
      await using collectors = Collector.fromDeployment(yaml, options(folder));
      const context = collectors.get('model_inputs').collect([{ a: 1 }]);
      collectors.get('model_outputs').collect([{ b: 2 }], context);
      expect(collectors.get('model_inputs')).toBe(collectors.get('model_inputs'));
      expect(collectors.names).toEqual(['model_inputs', 'model_outputs']);
    }
    const { files, events } = eventsIn(folder);
    expect(files).toEqual(
      ['model_inputs', 'model_outputs'].map(
        (name) => `my-endpoint/blue/${name}/2026/11/22/${INSTANCE}.jsonl`,
      ),
    );
    expect(events[0]!['source']).toContain('/onlineEndpoints/my-endpoint/deployments/blue');
    expect(warnings()).toEqual(['monitors find no data with a rolling_rate of day: they read hour']);
  });

  it('writes a collection with a path of its own exactly there', async () => {
    const folder = await temporaryFolder();
    const yaml = yamlOf(
      `  collections: { model_inputs: { enabled: True, data: { path: '${join(folder, 'custom')}' } } }`,
    );
    const collectors = Collector.fromDeployment(yaml, options('/dev/null/none'));
    collectors.get('model_inputs').collect([{ a: 1 }]);
    await collectors.close();
    expect(eventsIn(folder).files).toEqual([`custom/2026/11/22/10/${INSTANCE}.jsonl`]);
    expect(warnings()).toEqual([]);
  });

  it('finds azureml:// paths by the datastores that it is given', () => {
    const { storage: _, ...others } = options('');
    const make = (datastores: Record<string, string>) => () =>
      Collector.fromDeployment(WHOLE, { ...others, storageOptions: { datastores } }).get('model_inputs');
    expect(make({})).toThrow('unknown datastore "other"');
    expect(make({ other: 'https://acct.blob.core.windows.net/custom-container' })).not.toThrow();
  });

  it('warns that another identity may write than client_id, unless the environment names that one', () => {
    const storageOptions = { datastores: { other: 'https://acct.blob.core.windows.net/custom' } };
    const { storage: _, ...others } = options('');
    const id = '11111111-2222-3333-4444-555555555555';
    Collector.fromDeployment(WHOLE, { ...others, storageOptions, environment: { AZURE_CLIENT_ID: id } }).get(
      'model_inputs',
    );
    expect(warnings().filter((text) => text.includes('client_id'))).toEqual([]);
    Collector.fromDeployment(WHOLE, { ...others, storageOptions }).get('model_inputs');
    expect(warnings().filter((text) => text.includes('client_id'))).toEqual([
      `the deployment writes as client_id ${id}: outside its endpoint, set AZURE_CLIENT_ID to that`,
    ]);
  });

  it('samples by the YAML’s fraction', async () => {
    const folder = await temporaryFolder();
    const yaml = yamlOf('  sampling_rate: 0.5\n  collections: { model_inputs: { enabled: True } }');
    const collectors = Collector.fromDeployment(yaml, options(folder));
    const inputs = collectors.get('model_inputs');
    for (let i = 0; i < 1000; i += 1) inputs.collect([{ i }]);
    await collectors.close();
    const { written, dropped } = inputs.stats();
    expect(written + dropped.sampled).toBe(1000);
    expect(Math.abs(written - 500)).toBeLessThan(80);
  });

  it('says of a collection that is off, or unknown, what the SDK says', () => {
    const collectors = Collector.fromDeployment(WHOLE, options('/nowhere'));
    for (const name of ['request', 'unknown']) {
      expect(() => collectors.get(name)).toThrow(`collection ${name} is not enabled, drop the data`);
    }
    const payloadAlone = yamlOf('  collections: { request: { enabled: True } }');
    expect(() => Collector.fromDeployment(payloadAlone, options('/nowhere')).get('request')).toThrow(
      'custom logging is not enabled, drop the data',
    );
  });

  it('sends to the sidecar beside it, unless a storage is named', async () => {
    const sidecar = await RecordingSidecar.start();
    const yaml = yamlOf('  collections: { model_inputs: { enabled: True } }');
    const { storage: _, ...others } = options('');
    const collectors = Collector.fromDeployment(yaml, { ...others, environment: sidecar.environment });
    collectors.get('model_inputs').collect([{ a: 1 }]);
    await collectors.close();
    expect(sidecar.bodies).toEqual(['[{"a":1}]']);
    const folder = await temporaryFolder();
    const stored = Collector.fromDeployment(yaml, options(folder, { environment: sidecar.environment }));
    stored.get('model_inputs').collect([{ a: 1 }]);
    await stored.close();
    expect(eventsIn(folder).events).toHaveLength(1);
    expect(sidecar.bodies).toHaveLength(1);
  });
});
