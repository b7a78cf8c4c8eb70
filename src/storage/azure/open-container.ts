import type { TokenCredential } from '@azure/identity';
import type { ContainerClient, StoragePipelineOptions } from '@azure/storage-blob';
import { MdcBridgeError } from '../../errors.js';
import { accountEndpoint } from '../blob-host.js';
import type { BlobPlace } from './azure-failure.js';
import { type ConnectionString, parseConnectionString } from './connection-string.js';

/** A container's address, as `parseAddress` gives it. */
export interface ContainerAddress {
  readonly endpoint: string;
  readonly container: string;
  /** The query of a SAS, `''` if there is none. */
  readonly sas: string;
}

export interface OpenContainer {
  readonly client: ContainerClient;
  readonly credential: BlobPlace['credential'];
}

/** Repetitions are ours (`Requests`): the SDK would know nothing of Retry-After, nor of the others' requests. */
const PIPELINE: StoragePipelineOptions = {
  retryOptions: { maxTries: 1 },
  userAgentOptions: { userAgentPrefix: 'mdc-bridge' },
};

/**
 * A container's client, with the first credential there is: the SAS of its address; a connection string of `connections`, in
 * their order, that is of the same account; whatever identity `DefaultAzureCredential` finds.
 */
export async function openContainer(
  { endpoint, container, sas }: ContainerAddress,
  connections: readonly string[],
): Promise<OpenContainer> {
  const { ContainerClient, StorageSharedKeyCredential } = await loadSdk();
  const url = `${endpoint}/${container}`;
  if (sas !== '')
    return { client: new ContainerClient(`${url}?${sas}`, undefined, PIPELINE), credential: 'sas' };
  const connection = connections
    .map((text) => parseConnectionString(text))
    .find((parsed) => isOf(parsed, endpoint));
  if (connection?.sas !== undefined) {
    return {
      client: new ContainerClient(`${url}?${connection.sas}`, undefined, PIPELINE),
      credential: 'sas',
    };
  }
  if (connection?.key !== undefined) {
    const credential = new StorageSharedKeyCredential(connection.account, connection.key);
    return { client: new ContainerClient(url, credential, PIPELINE), credential: 'key' };
  }
  if (endpoint.startsWith('http:')) throw nothingForHttp(endpoint);
  return { client: new ContainerClient(url, await findIdentity(), PIPELINE), credential: 'identity' };
}

function isOf({ account, endpoint: given }: ConnectionString, endpoint: string): boolean {
  const { own } = accountEndpoint(endpoint);
  if (given !== undefined) return given === own || given === endpoint;
  const { host, pathname } = new URL(own);
  return host.split('.')[0] === account || pathname === `/${account}`;
}

async function loadSdk(): Promise<typeof import('@azure/storage-blob')> {
  try {
    return await import('@azure/storage-blob');
  } catch (cause) {
    throw missing('@azure/storage-blob', 'a blob storage address', cause);
  }
}

async function findIdentity(): Promise<TokenCredential> {
  let identity: typeof import('@azure/identity');
  try {
    identity = await import('@azure/identity');
  } catch (cause) {
    throw missing('@azure/identity', 'an address without a SAS, and no fitting connection string,', cause);
  }
  return new identity.DefaultAzureCredential();
}

/** A token would be readable on its way, so the SDK sends none. */
function nothingForHttp(endpoint: string): MdcBridgeError {
  return new MdcBridgeError(
    'usage',
    `there is no credential for ${endpoint}: over http only a key or a SAS will do`,
    {
      remedy:
        'set AZURE_STORAGE_CONNECTION_STRING for this account (UseDevelopmentStorage=true for an emulator), or add a SAS',
    },
  );
}

function missing(name: string, what: string, cause: unknown): MdcBridgeError {
  return new MdcBridgeError('usage', `${what} needs the package ${name}, which is not installed`, {
    cause,
    remedy: `npm install ${name}`,
  });
}
