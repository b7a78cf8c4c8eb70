import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MdcBridgeError } from '../errors.js';
import { LocalStorage } from './local-storage.js';
import type { Storage } from './storage.js';

/** A path or URL; or a storage that the caller has opened, which then is used in the calling thread. */
export type StorageAddress = string | Storage;

/** URL or path → driver: the only place that knows which drivers there are. */
export async function openStorage(url: StorageAddress): Promise<Storage> {
  if (typeof url !== 'string') return url;
  if (url === '' || url.includes('\0')) {
    throw new MdcBridgeError('usage', 'an empty path, or one with a NUL character, names no folder', {
      remedy: 'give a folder: ./modeldata or file:///data/modeldata',
    });
  }
  if (url.startsWith('file:')) return new LocalStorage(pathOf(url));
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(url)) {
    throw new MdcBridgeError(
      'usage',
      `this kind of address is not supported: ${url.slice(0, url.indexOf(':'))}://`,
      {
        remedy: 'copy the container to a folder and give its path: ./modeldata or file:///data/modeldata',
      },
    );
  }
  return new LocalStorage(resolve(url));
}

function pathOf(url: string): string {
  try {
    return resolve(fileURLToPath(url));
  } catch (cause) {
    throw new MdcBridgeError('usage', 'not a file URL of this machine', {
      cause,
      remedy: 'write it with three slashes: file:///data/modeldata',
    });
  }
}
