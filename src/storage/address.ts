import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BlobAddress, formatBlobAddress, parseBlobUrl } from './blob-address.js';
import { type Datastores, parseAzuremlUrl } from './datastores.js';
import { holdsCredential } from './secrets.js';
import { wrongAddress } from './wrong-address.js';

/** Where bytes lie, as a path or URL says it. */
export type Address = LocalAddress | BlobAddress;

export interface LocalAddress {
  readonly kind: 'local';
  /** Absolute. */
  readonly path: string;
}

/**
 * A path, or a `file:`, `https:`, `abfss:`, `wasbs:` or `azureml:` URL. Names in URLs are percent-encoded; trailing slashes
 * mean nothing. Whatever is wrong is a `usage` error that shows the forms, and no query: it may be a secret.
 */
export function parseAddress(text: string, datastores: Datastores = {}): Address {
  if (text === '' || text.includes('\0') || !text.isWellFormed()) {
    throw wrongAddress('an empty path, or one with a NUL character or half a character, names no folder');
  }
  const url = text.trim();
  if (/^file:/i.test(url)) return { kind: 'local', path: pathOf(url) };
  if (/^azureml:\/\//i.test(url)) return parseAzuremlUrl(url, datastores);
  const blobs = parseBlobUrl(url);
  if (blobs !== undefined) return blobs;
  const scheme = /^([a-z][a-z0-9+.-]+):(\/\/)?/i.exec(url);
  if (scheme?.[2] !== undefined) throw wrongAddress(`this kind of address is not supported: ${scheme[0]}`);
  if (scheme !== null && /^(?:https?|abfss?|wasbs?|azureml):$/i.test(scheme[0])) {
    throw wrongAddress(`two slashes are missing behind ${scheme[0]}`);
  }
  if (holdsCredential(text) || /^[a-z0-9-]+\.(?:blob|dfs)\.[a-z0-9-]+\.[a-z0-9.-]+(?:\/|$)/i.test(url)) {
    throw wrongAddress(
      'an address of blob storage begins with https://, and a path that looks like one with ./',
    );
  }
  return { kind: 'local', path: resolve(text) };
}

/** The one URL of this place, whatever form its address had, without credentials: for messages, journals and ids. */
export function formatAddress(address: Address): string {
  return address.kind === 'local' ? fileUrlOf(address.path) : formatBlobAddress(address);
}

/** The blob container's name; a local folder's own name. */
export function containerName(address: Address): string {
  return address.kind === 'local' ? basename(address.path) : address.container;
}

function fileUrlOf(path: string): string {
  // `URL` drops spaces and control characters at the end, and Node's own function doesn't encode them.
  const end = path.search(/[^!-\uffff]*$/);
  return pathToFileURL(path.slice(0, end)).href + encodeURIComponent(path.slice(end));
}

function pathOf(url: string): string {
  if (/[?#]/.test(url)) {
    throw wrongAddress('a file URL has neither query nor fragment: in a name ? is written %3F, and # %23');
  }
  let path: string;
  try {
    // `URL` reads file:a as file:///a.
    if (!/^file:\//i.test(url)) throw new TypeError('no slash');
    path = resolve(fileURLToPath(url));
  } catch {
    // Without the cause: it holds the URL.
    throw wrongAddress('not a file URL of this machine: it has three slashes, as in file:///data/modeldata');
  }
  if (path.includes('\0')) throw wrongAddress('a NUL character can stand in no name');
  return path;
}
