import { MdcBridgeError } from '../../errors.js';
import { type Address, parseAddress } from '../../storage/address.js';
import type { Datastores } from '../../storage/datastores.js';
import type { StorageAddress } from '../../storage/open-storage.js';
import type { Workspace } from './workspace.js';

/**
 * Where the converted tree lies for Azure ML: a folder of a datastore, because the monitors' reader takes no other kind of
 * address, and reads with the datastore's credentials.
 */
export interface AssetRoot {
  readonly datastore: string;
  /** Within the datastore, without slashes at its ends. */
  readonly folder: string;
  /** Whether it is the folder that live collection writes to. */
  readonly isLive: boolean;
}

/** Where the collector of a deployment writes unless its YAML says otherwise. */
const LIVE = { datastore: 'workspaceblobstore', folder: 'modelDataCollector' } as const;

const UNKNOWN: AssetRoot = { datastore: 'FILL_IN_DATASTORE', folder: 'FILL_IN_FOLDER', isLive: false };

const AZUREML =
  /^azureml:\/\/(?:subscriptions\/[^/]+\/resourcegroups\/[^/]+\/(?:providers\/[^/]+\/)?workspaces\/[^/]+\/)?datastores\/(?<datastore>[\w-]+)(?:\/paths(?:\/(?<folder>[^?#]*))?)?\/?$/i;

/**
 * @param told the tree's address in Azure, if DEST is a copy of it: an `azureml://` address.
 * @param destination DEST, as it was given; it has been opened, so it is an address.
 */
export function findAssetRoot(
  told: string | undefined,
  destination: StorageAddress,
  datastores: Datastores,
): AssetRoot {
  if (told !== undefined) return parseAssetRoot(told) ?? wrongRoot(told);
  // An opened storage has lost how its address was written; its URL is the same place, and may be of a kind of its own.
  const address = typeof destination === 'string' ? destination : destination.url;
  if (typeof destination !== 'string' && !/^https?:/.test(address)) return UNKNOWN;
  return parseAssetRoot(address) ?? guess(parseAddress(address, datastores), datastores);
}

/** For a job, and for a data asset of the same workspace. */
export function shortUri({ datastore, folder }: AssetRoot): string {
  return `azureml://datastores/${datastore}/paths/${folder}`;
}

/** For an MLTable file, which may be read outside of a job. */
export function longUri(root: AssetRoot, { subscription, resourceGroup, name }: Workspace): string {
  const workspace = `subscriptions/${subscription}/resourcegroups/${resourceGroup}/workspaces/${name}`;
  return shortUri(root).replace('azureml://', `azureml://${workspace}/`);
}

function parseAssetRoot(uri: string): AssetRoot | undefined {
  const { datastore, folder = '' } = AZUREML.exec(uri.trim())?.groups ?? {};
  return datastore === undefined ? undefined : rootAt(datastore, folder);
}

function rootAt(datastore: string, folder: string): AssetRoot {
  const trimmed = folder.replace(/^\/+|\/+$/g, '');
  return { datastore, folder: trimmed, isLive: datastore === LIVE.datastore && trimmed === LIVE.folder };
}

/** Azure ML names the container of a workspace's first datastore itself; of others only `--datastore` tells. */
function guess(address: Address, datastores: Datastores): AssetRoot {
  if (address.kind === 'local') return UNKNOWN;
  for (const [key, url] of Object.entries(datastores)) {
    const root = parseAddress(url);
    if (root.kind === 'local' || root.endpoint !== address.endpoint) continue;
    if (root.container !== address.container || !address.prefix.startsWith(root.prefix)) continue;
    return rootAt(key.slice(key.lastIndexOf('/') + 1), address.prefix.slice(root.prefix.length));
  }
  const isFirst = /^azureml-blobstore-[0-9a-f-]{36}$/.test(address.container);
  return rootAt(isFirst ? LIVE.datastore : 'FILL_IN_DATASTORE', address.prefix);
}

function wrongRoot(told: string): never {
  throw new MdcBridgeError(
    'usage',
    `the root can't be "${told}": monitors read folders of a datastore only`,
    {
      remedy: 'write it as azureml://datastores/NAME/paths/FOLDER',
    },
  );
}
