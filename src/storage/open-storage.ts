import { MdcBridgeError } from '../errors.js';
import { formatAddress, parseAddress } from './address.js';
import { LocalStorage } from './local-storage.js';
import type { Storage, StorageAccess } from './storage.js';
import { type StorageOptions, storageSettings } from './storage-options.js';

/** A path or URL; or a storage that the caller has opened, which then is used in the calling thread. */
export type StorageAddress = string | Storage;

/** URL or path → driver. `side` says for which of the two trees: the legacy one has an environment variable of its own. */
export async function openStorage(
  address: StorageAddress,
  side: StorageAccess['side'],
  options: StorageOptions | undefined,
): Promise<Storage> {
  if (typeof address !== 'string') return address;
  return await openAccess({ address, side, settings: storageSettings(options) }, 1);
}

/** What another thread has opened; `threads` of them share its limits. */
export async function reopenStorage(access: StorageAccess | undefined, threads: number): Promise<Storage> {
  if (access !== undefined) return await openAccess(access, threads);
  throw new MdcBridgeError(
    'internal',
    'a storage that was handed over as an object has no address for threads',
  );
}

/** The only place that knows which drivers there are. */
async function openAccess(access: StorageAccess, threads: number): Promise<Storage> {
  const { side, settings } = access;
  const address = parseAddress(access.address, settings.datastores);
  if (address.kind === 'local') return new LocalStorage(address.path);
  // The SDK is large, and only they need it.
  const { openAzure } = await import('./azure/open-azure.js');
  const connections = connectionStrings(side);
  return await openAzure(address, formatAddress(address), access, { ...settings, threads, connections });
}

/** In the order in which they are tried. */
function connectionStrings(side: StorageAccess['side']): string[] {
  const names = side === 'legacy' ? ['AML_MODEL_DC_STORAGE'] : [];
  return [...names, 'AZURE_STORAGE_CONNECTION_STRING']
    .map((name) => process.env[name] ?? '')
    .filter((text) => text !== '');
}
