import type { StorageAccess } from '../storage.js';
import type { StorageSettings } from '../storage-options.js';
import { AzureStorage } from './azure-storage.js';
import { type ContainerAddress, openContainer } from './open-container.js';
import { Requests } from './requests.js';

/** A range or block that takes longer is tried anew. */
const TRY_MS = 60_000;

export interface AzureAddress extends ContainerAddress {
  /** `''`, or ends with `/`. */
  readonly prefix: string;
}

export interface AzureOptions extends Omit<StorageSettings, 'datastores'> {
  /** Connection strings, in the order in which they are tried. */
  readonly connections: readonly string[];
  /** So many threads share the limits. */
  readonly threads: number;
  readonly tryMs?: number;
  readonly beatMs?: number;
}

/** `url` is what is told of it, without credentials. Nothing is sent yet. */
export async function openAzure(
  address: AzureAddress,
  url: string,
  access: StorageAccess,
  options: AzureOptions,
): Promise<AzureStorage> {
  const { endpoint, container, prefix } = address;
  const { client, credential } = await openContainer(address, options.connections);
  const { concurrency, bytesInFlight, maxMbps, retrySeconds, threads, tryMs = TRY_MS, beatMs } = options;
  const requests = new Requests({
    concurrency: Math.max(2, Math.floor(concurrency / threads)),
    retrySeconds,
    tryMs,
    maxMbps: maxMbps / threads,
  });
  return new AzureStorage(client, {
    url,
    access,
    prefix,
    place: { endpoint, container, credential },
    requests,
    bytesInFlight: bytesInFlight / threads,
    ...(beatMs === undefined ? {} : { beatMs }),
  });
}
