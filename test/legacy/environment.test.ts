import { describe, expect, it } from 'vitest';
import { MdcBridgeError } from '../../src/errors.js';
import { readLegacyEnvironment } from '../../src/legacy/environment.js';

describe('an environment', () => {
  it('that says nothing collects nothing', () => {
    expect(readLegacyEnvironment({})).toEqual({
      enabled: false,
      debug: false,
      connection: undefined,
      hourly: false,
      serviceName: undefined,
      flushMs: undefined,
      commitMs: undefined,
      flushBytes: undefined,
      maxBufferedBytes: undefined,
      appRoot: '/var/azureml-app',
      compute: { serviceId: '', name: '', type: '', location: '' },
    });
  });

  it.each([
    ['true', true],
    ['True', false],
    ['TRUE', false],
    ['1', false],
    ['', false],
    [' true', false],
  ])('collects only for exactly `true`: %j', (AML_MODEL_DC_STORAGE_ENABLED, enabled) => {
    expect(readLegacyEnvironment({ AML_MODEL_DC_STORAGE_ENABLED }).enabled).toBe(enabled);
  });

  it.each([
    ['true', true],
    ['True', true],
    ['1', false],
    ['', false],
  ])('prints for `true` in any case: %j', (AML_MODEL_DC_DEBUG, debug) => {
    expect(readLegacyEnvironment({ AML_MODEL_DC_DEBUG }).debug).toBe(debug);
  });

  it.each([
    ['hour', true],
    ['Hour', false],
    ['day', false],
    ['', false],
  ])('has hour folders only for exactly `hour`: %j', (AML_MODEL_DC_BOUNDARY, hourly) => {
    expect(readLegacyEnvironment({ AML_MODEL_DC_BOUNDARY }).hourly).toBe(hourly);
  });

  it('names storage, service, app and compute', () => {
    const environment = {
      AML_MODEL_DC_STORAGE: 'UseDevelopmentStorage=true',
      SERVICE_NAME: 'Svc',
      AML_APP_ROOT: '/app',
      SERVICE_ID: 'id',
      COMPUTE_NAME: 'aks',
      COMPUTE_TYPE: 'AKS',
      COMPUTE_LOCATION: 'westeurope',
    };
    expect(readLegacyEnvironment(environment)).toMatchObject({
      connection: 'UseDevelopmentStorage=true',
      serviceName: 'Svc',
      appRoot: '/app',
      compute: { serviceId: 'id', name: 'aks', type: 'AKS', location: 'westeurope' },
    });
  });

  it('that is empty in a place says nothing there', () => {
    const empty = {
      AML_MODEL_DC_STORAGE: '',
      SERVICE_NAME: '',
      AML_APP_ROOT: '',
      AML_MODEL_DC_STORAGE_DATA_WINDOW_LENGTH: '',
    };
    expect(readLegacyEnvironment(empty)).toEqual(readLegacyEnvironment({}));
  });

  it('has windows in minutes, and lengths in bytes', () => {
    const environment = {
      AML_MODEL_DC_STORAGE_FLUSH_WINDOW_LENGTH: '5',
      AML_MODEL_DC_STORAGE_COMMIT_WINDOW_LENGTH: '0.5',
      AML_MODEL_DC_STORAGE_DATA_WINDOW_LENGTH: '33554432',
      AML_MODEL_DC_STORAGE_MAX_SINGLE_BUFFER_SIZE: '67108864',
    };
    expect(readLegacyEnvironment(environment)).toMatchObject({
      flushMs: 300_000,
      commitMs: 30_000,
      flushBytes: 33_554_432,
      maxBufferedBytes: 67_108_864,
    });
  });

  const LENGTHS = [
    'FLUSH_WINDOW_LENGTH',
    'COMMIT_WINDOW_LENGTH',
    'DATA_WINDOW_LENGTH',
    'MAX_SINGLE_BUFFER_SIZE',
  ];
  it.each(
    LENGTHS.flatMap((name) => ['x', '0', '-1', 'Infinity', 'NaN'].map((text) => [name, text] as const)),
  )('is refused with a length that is none: %s=%s', (name, text) => {
    const read = (): unknown => readLegacyEnvironment({ [`AML_MODEL_DC_STORAGE_${name}`]: text });
    expect(read).toThrow(MdcBridgeError);
    expect(read).toThrow(`AML_MODEL_DC_STORAGE_${name} must be a positive number, not ${text}`);
  });
});
