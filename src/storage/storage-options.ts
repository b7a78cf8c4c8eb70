import { MdcBridgeError } from '../errors.js';
import type { Datastores } from './datastores.js';

/** How to reach blob storage; nothing here changes a byte of the result. */
export interface StorageOptions {
  /** Datastore name → address, for `azureml://` addresses; `workspace/name` for one workspace's alone. */
  readonly datastores?: Datastores;
  /** Requests at once, over all threads. 16 unless told. */
  readonly concurrency?: number;
  /** Bytes of blocks and ranges in memory at once, over all threads. 64 MiB unless told. */
  readonly bytesInFlight?: number;
  /** Megabits a second, up and down together. Unlimited unless told. */
  readonly maxMbps?: number;
  /** Ends a request's repetitions, and all requests' while none is answered; in seconds. 300 unless told. */
  readonly retrySeconds?: number;
}

/** `StorageOptions`, resolved once at the edge. */
export interface StorageSettings extends Required<StorageOptions> {
  /** `Infinity`: unlimited. */
  readonly maxMbps: number;
}

export function storageSettings(options: StorageOptions = {}): StorageSettings {
  const { concurrency = 16, bytesInFlight = 64 * 2 ** 20, retrySeconds = 300 } = options;
  const { datastores = {}, maxMbps = Number.POSITIVE_INFINITY } = options;
  check('concurrency', Number.isSafeInteger(concurrency) && concurrency > 0, 'a whole number above 0');
  check('bytesInFlight', Number.isSafeInteger(bytesInFlight) && bytesInFlight > 0, 'a whole number above 0');
  check('maxMbps', maxMbps > 0, 'a number above 0');
  check('retrySeconds', retrySeconds >= 0, 'a number from 0 on');
  return { datastores, concurrency, bytesInFlight, maxMbps, retrySeconds };
}

function check(option: keyof StorageOptions, holds: boolean, accepted: string): void {
  if (holds) return;
  throw new MdcBridgeError('usage', `the storage option ${option} can't have this value`, {
    remedy: `give ${accepted}`,
  });
}
