import { expect, test } from 'vitest';
import { MdcBridgeError } from '../../src/errors.js';
import { type StorageOptions, storageSettings } from '../../src/storage/storage-options.js';

test('what is not told has its default', () => {
  expect(storageSettings()).toEqual({
    datastores: {},
    concurrency: 16,
    bytesInFlight: 67_108_864,
    maxMbps: Number.POSITIVE_INFINITY,
    retrySeconds: 300,
  });
});

test('what is told is kept', () => {
  const options: Required<StorageOptions> = {
    datastores: { a: 'https://acct.blob.core.windows.net/c-1' },
    concurrency: 1,
    bytesInFlight: 4096,
    maxMbps: 0.5,
    retrySeconds: 0,
  };
  expect(storageSettings(options)).toEqual(options);
});

test.each<[string, StorageOptions]>([
  ['concurrency', { concurrency: 0 }],
  ['concurrency', { concurrency: 1.5 }],
  ['bytesInFlight', { bytesInFlight: Number.NaN }],
  ['maxMbps', { maxMbps: 0 }],
  ['maxMbps', { maxMbps: Number.NaN }],
  ['retrySeconds', { retrySeconds: -1 }],
])('%s is refused: %j', (name, options) => {
  expect(() => storageSettings(options)).toThrow(MdcBridgeError);
  expect(() => storageSettings(options)).toThrow(`the storage option ${name} can't have this value`);
});
