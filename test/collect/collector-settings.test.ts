import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CollectorDesignation, CollectorOptions } from '../../src/collect/collector-options.js';
import { type CollectorSettings, resolveCollector } from '../../src/collect/collector-settings.js';
import { collectorAddress, openSink } from '../../src/collect/delivery/open-sink.js';
import { ModelDataCollector } from '../../src/collect/model-data-collector.js';
import { MdcBridgeError } from '../../src/errors.js';
import { temporaryFolder } from '../support/temporary-folder.js';

function settingsOf(options: CollectorOptions = {}, designation?: CollectorDesignation): CollectorSettings {
  return resolveCollector('m', designation, undefined, { environment: {}, ...options });
}

/** A folder with such a model_config_map.json. */
async function appWith(map: unknown): Promise<{ AML_APP_ROOT: string }> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'model_config_map.json'), typeof map === 'string' ? map : JSON.stringify(map));
  return { AML_APP_ROOT: folder };
}

const MAP = {
  accountContext: { subscriptionId: 'SUB', resourceGroupName: 'RG', accountName: 'WS', workspaceId: 'wid' },
  modelsInfo: {
    m: { 9: { internalId: 'm:9' }, 10: { internalId: 'm:10', dataCollectorStoragePath: 'c/p' } },
  },
};

describe('what the caller leaves out', () => {
  it('is `default` where the environment says nothing', () => {
    expect(settingsOf()).toMatchObject({
      workspace: 'default/default/default',
      service: 'default',
      model: 'm',
      version: 'default',
      designation: 'general',
      featureNames: undefined,
      file: 'data.csv',
      storagePath: undefined,
      telemetry: undefined,
    });
  });

  it('comes from the environment: the service, and from model_config_map.json the workspace, the highest version and the path', async () => {
    const environment = { ...(await appWith(MAP)), SERVICE_NAME: 'Svc' };
    expect(settingsOf({ environment })).toMatchObject({
      workspace: 'sub/rg/ws',
      service: 'Svc',
      version: '10',
      storagePath: { container: 'c', prefix: 'p' },
    });
  });

  it('is not asked for where the caller says it', async () => {
    const environment = { ...(await appWith(MAP)), SERVICE_NAME: 'Svc' };
    const options = { environment, workspace: 'A/B/C', webserviceName: 'mine', modelVersion: '9' };
    expect(settingsOf(options)).toMatchObject({
      workspace: 'a/b/c',
      service: 'mine',
      version: '9',
      storagePath: undefined,
    });
  });

  it('may be the designation, which has an old name', () => {
    expect(settingsOf({ identifier: 'labels' }).designation).toBe('labels');
    expect(settingsOf({ identifier: 'labels' }, 'inputs').designation).toBe('inputs');
  });
});

describe('feature names', () => {
  it('are copied; no names are none', () => {
    const names = ['a'];
    const settings = resolveCollector('m', 'inputs', names, { environment: {} });
    names.push('b');
    expect(settings.featureNames).toEqual(['a']);
    expect(resolveCollector('m', 'inputs', [], { environment: {} }).featureNames).toBeUndefined();
  });
});

describe('what can’t be', () => {
  const wrong: readonly (readonly [what: string, make: () => unknown, says: RegExp])[] = [
    ['a designation', () => settingsOf({}, 'Inputs' as CollectorDesignation), /no such designation: Inputs/],
    ['a model without a name', () => resolveCollector('', 'inputs', [], {}), /the model needs a name/],
    ['no model', () => resolveCollector(undefined as never, 'inputs', [], {}), /the model needs a name/],
    [
      'a buffer of NaN',
      () => settingsOf({ maxBufferedBytes: Number.NaN }),
      /maxBufferedBytes must be a number/,
    ],
    ['a time below zero', () => settingsOf({ flushMs: -1 }), /flushMs must be a number/],
    ['a deadline without an end', () => settingsOf({ shutdownMs: Infinity }), /shutdownMs must be a number/],
    ['a collection in a folder', () => settingsOf({ collectionName: 'a/b' }), /no collection can be called/],
    [
      'a collection called like the telemetry',
      () => settingsOf({ collectionName: 'aml_telemetry' }),
      /no collection/,
    ],
    [
      'a window that is no number',
      () => settingsOf({ environment: { AML_MODEL_DC_STORAGE_FLUSH_WINDOW_LENGTH: 'x' } }),
      /positive number/,
    ],
  ];
  it.each(wrong)('%s is refused', (_, make, says) => {
    expect(make).toThrow(MdcBridgeError);
    expect(make).toThrow(says);
  });

  it('in model_config_map.json is refused with its place: broken, unreadable, or a container that leads elsewhere', async () => {
    const broken = await appWith('{');
    expect(() => settingsOf({ environment: broken })).toThrow(/no JSON object/);
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'model_config_map.json'));
    expect(() => settingsOf({ environment: { AML_APP_ROOT: folder } })).toThrow(/can't be read/);
    for (const path of ['..', '../x', '/', './x', '//']) {
      const environment = await appWith({ modelsInfo: { m: { 1: { dataCollectorStoragePath: path } } } });
      expect(() => settingsOf({ environment })).toThrow(/no container can be called/);
    }
  });
});

describe('the place', () => {
  async function urlOf(options: CollectorOptions): Promise<string> {
    const all = { environment: {}, ...options };
    return openSink(collectorAddress(settingsOf(all), all), undefined, all.environment).url;
  }

  it('is ./modeldata unless anything is said', async () => {
    expect(await urlOf({})).toBe(new URL('../../modeldata', import.meta.url).href);
  });

  it('is the container of the storage path', async () => {
    const environment = await appWith({ modelsInfo: { m: { 1: { dataCollectorStoragePath: 'data/p' } } } });
    expect(await urlOf({ environment })).toBe(new URL('../../data', import.meta.url).href);
    const AML_MODEL_DC_STORAGE =
      'DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=a2V5;EndpointSuffix=core.windows.net';
    expect(await urlOf({ environment: { ...environment, AML_MODEL_DC_STORAGE } })).toBe(
      'https://acc.blob.core.windows.net/data',
    );
  });

  it('is the container modeldata of the account that the environment names, or the emulator’s', async () => {
    const AML_MODEL_DC_STORAGE = 'AccountName=acc;AccountKey=a2V5';
    expect(await urlOf({ environment: { AML_MODEL_DC_STORAGE } })).toBe(
      'https://acc.blob.core.windows.net/modeldata',
    );
    expect(await urlOf({ environment: { AML_MODEL_DC_STORAGE: 'UseDevelopmentStorage=true' } })).toBe(
      'http://127.0.0.1:10000/devstoreaccount1/modeldata',
    );
  });

  it('is what the caller says, before all that', async () => {
    const folder = await temporaryFolder();
    const environment = { AML_MODEL_DC_STORAGE: 'UseDevelopmentStorage=true' };
    expect(await urlOf({ environment, storage: folder })).toBe(new URL(`file://${folder}`).href);
  });
});

it('leaves the caller’s options as they are', () => {
  const options = Object.freeze({
    enabled: false,
    environment: Object.freeze({}),
    floatColumns: Object.freeze(['a']),
  });
  expect(() => new ModelDataCollector('m', 'inputs', Object.freeze(['a']), options)).not.toThrow();
});
