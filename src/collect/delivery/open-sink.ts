import { resolve } from 'node:path';
import type { Environment } from '../../legacy/environment.js';
import { type Address, parseAddress } from '../../storage/address.js';
import { connectionAddress } from '../../storage/azure/connection-address.js';
import { type StorageOptions, storageSettings } from '../../storage/storage-options.js';
import type { CollectorOptions } from '../collector-options.js';
import type { CollectorSettings } from '../collector-settings.js';
import { AzureSink } from './azure/azure-sink.js';
import { LocalSink } from './local-sink.js';
import type { RowSink } from './row-sink.js';

const CONTAINER = 'modeldata';
/** Of one attempt: the rows are kept, and the collector itself tries again. A dead writer's lease lasts 30 seconds. */
const RETRY_SECONDS = 45;

/** What rows are written to. Credentials are those of the address or the environment. Nothing is opened yet. */
export function openSink(
  address: Address,
  options: StorageOptions | undefined,
  environment: Environment,
): RowSink {
  if (address.kind === 'local') return new LocalSink(address.path);
  const settings = storageSettings({ retrySeconds: RETRY_SECONDS, ...options });
  const connections = ['AML_MODEL_DC_STORAGE', 'AZURE_STORAGE_CONNECTION_STRING']
    .map((name) => environment[name])
    .filter((text): text is string => Boolean(text));
  return new AzureSink(address, { ...settings, connections });
}

/** What a user or a spool's file names: a path or URL. */
export function openSinkAt(
  url: string,
  options: StorageOptions | undefined,
  environment: Environment,
): RowSink {
  return openSink(parseAddress(url, storageSettings(options).datastores), options, environment);
}

/** Where a collector writes by its options, else by its environment, else the folder `./modeldata`. */
export function collectorAddress(
  { storagePath, environment }: CollectorSettings,
  { storage, storageOptions }: CollectorOptions,
): Address {
  if (storage !== undefined) return parseAddress(storage, storageSettings(storageOptions).datastores);
  const container = storagePath?.container ?? CONTAINER;
  const { connection } = environment;
  return connection === undefined
    ? { kind: 'local', path: resolve(container) }
    : connectionAddress(connection, container);
}
