import { type BlobAddress, parseBlobUrl } from '../blob-address.js';
import { wrongAddress } from '../wrong-address.js';
import { parseConnectionString } from './connection-string.js';

const EMULATOR_ENDPOINT = 'http://127.0.0.1:10000/devstoreaccount1';
const PUBLIC_CLOUD = 'core.windows.net';

/**
 * Where a connection string leads to: its account, with a container and a folder in it. Names as blobs have them, not
 * percent-encoded. The credentials stay in the string, which `openContainer` takes.
 *
 * @throws MdcBridgeError `usage`; nothing of the string is in its message.
 */
export function connectionAddress(connection: string, container: string, folder = ''): BlobAddress {
  const { account, endpoint } = parseConnectionString(connection);
  const path = [container, ...folder.split('/')].map(encodeURIComponent).join('/');
  // Of any account: what is looked at here are the names behind it.
  const named = parseBlobUrl(`https://account.blob.${PUBLIC_CLOUD}/${path}`);
  if (named === undefined) throw wrongAddress('an address of blob storage needs a container');
  return { ...named, endpoint: endpoint ?? usualEndpoint(connection, account) };
}

/** Of a string that names neither an endpoint nor a cloud. */
function usualEndpoint(connection: string, account: string): string {
  if (/(?:^|;)\s*UseDevelopmentStorage\s*=\s*true/i.test(connection)) return EMULATOR_ENDPOINT;
  return `https://${account}.blob.${PUBLIC_CLOUD}`;
}
