import { quotedPart, wrongAddress } from './wrong-address.js';

/** What a URL's host says: an account's blob endpoint; or a service whose paths begin with the account, as an emulator's do. */
export type BlobHost =
  | { readonly kind: 'account'; readonly endpoint: string }
  | { readonly kind: 'path-style'; readonly origin: string };

/** `account.blob.core.windows.net` and its like in other clouds and DNS zones, with `dfs` for `blob`, perhaps with a port. */
const ACCOUNT_HOST =
  /^(?<account>[^.:@[\]]*)(?<zone>(?:\.[a-z0-9-]+)*)\.(?:blob|dfs)(?<cloud>(?:\.[a-z0-9-]+)+)(?::(?<port>\d{1,5}))?$/;
const HOST_WITH_PORT = /^(?<host>\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?):(?<port>\d{1,5})$/;

/** With what Azure appends for its other routes: `-secondary`, `-microsoftrouting`. */
const ACCOUNT = /^[a-z0-9]{3,24}(?:-[a-z0-9]+)?$/;

const DEFAULT_PORTS: Readonly<Record<'http' | 'https', number>> = { http: 80, https: 443 };

/** `authority` is the URL's part between `//` and the path. */
export function parseBlobHost(scheme: 'http' | 'https', authority: string): BlobHost {
  const lower = authority.toLowerCase();
  const named = ACCOUNT_HOST.exec(lower)?.groups;
  if (named !== undefined) {
    const { account = '', zone = '', cloud = '', port } = named;
    // A private endpoint is reached by the account's own name: no certificate has the other one.
    const host = `${checkedAccount(account)}${zone.replace('.privatelink', '')}.blob${cloud}`;
    if (port === undefined || portOf(port) === DEFAULT_PORTS[scheme]) {
      // Never http: it would show the credentials to the network.
      return { kind: 'account', endpoint: `https://${host}` };
    }
    return { kind: 'account', endpoint: `${scheme}://${host}:${portOf(port)}` };
  }
  const { host, port } = HOST_WITH_PORT.exec(lower)?.groups ?? {};
  if (host !== undefined && port !== undefined) {
    return { kind: 'path-style', origin: `${scheme}://${host}:${portOf(port)}` };
  }
  const shown = /^[a-z0-9._-]+$/.test(lower) ? `${quotedPart(lower)} is` : 'this is';
  throw wrongAddress(
    `${shown} no host of blob storage: it has ACCOUNT.blob. or ACCOUNT.dfs. before the cloud's domain, or a port`,
  );
}

/** One of an account's other routes: `https://acct-secondary.blob…`, `http://127.0.0.1:10000/acct-secondary`. */
const ROUTE =
  /^(?<start>https?:\/\/(?:[^/]+\/)?[a-z0-9]+)-(?<route>[a-z0-9]+)(?<end>(?:(?:\.[a-z0-9-]+)*\.blob\..*)?)$/;

/** The account's own endpoint; and whether this one is of its copy in another region, which nobody can write. */
export function accountEndpoint(endpoint: string): { readonly own: string; readonly isReadOnly: boolean } {
  const { start, route, end } = ROUTE.exec(endpoint)?.groups ?? {};
  return start === undefined
    ? { own: endpoint, isReadOnly: false }
    : { own: `${start}${end}`, isReadOnly: route === 'secondary' };
}

export function checkedAccount(name: string): string {
  if (ACCOUNT.test(name)) return name;
  throw wrongAddress(
    `${quotedPart(name)} can't be a storage account's name: it has 3 to 24 lower-case letters and digits`,
  );
}

function portOf(digits: string): number {
  const port = Number(digits);
  if (port > 0 && port < 65_536) return port;
  throw wrongAddress(`${port} can't be a port`);
}
