import { MdcBridgeError } from '../../errors.js';

/** What a storage account's connection string says. */
export interface ConnectionString {
  readonly account: string;
  /** Of blobs, without a slash at its end; absent: the account's, in whichever cloud. */
  readonly endpoint?: string;
  readonly key?: string;
  readonly sas?: string;
}

/** The emulator's account, which is the same for everybody and documented; its host and port are not (`http://azurite:10000/…`). */
const EMULATOR: ConnectionString = {
  account: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
};

/** @throws MdcBridgeError `usage`; nothing of the string is in its message. */
export function parseConnectionString(text: string): ConnectionString {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const at = part.indexOf('=');
    if (at > 0) parts.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
  }
  if (parts.get('usedevelopmentstorage') === 'true') return EMULATOR;
  const given = normalEndpoint(parts.get('blobendpoint'));
  const account = parts.get('accountname') ?? accountOf(given);
  const endpoint = given ?? endpointOf(account, parts.get('endpointsuffix'));
  const [key, sas] = [parts.get('accountkey'), parts.get('sharedaccesssignature')?.replace(/^\?/, '')];
  if (account === undefined || (key ?? sas ?? '') === '') {
    throw new MdcBridgeError(
      'usage',
      'the connection string of a storage account has no account or no key in it',
      {
        remedy: 'set it as the portal shows it: DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…',
      },
    );
  }
  return {
    account,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(key === undefined ? {} : { key }),
    ...(sas === undefined ? {} : { sas }),
  };
}

/** As `parseAddress` writes it: host in lower case, no default port. */
function normalEndpoint(text: string | undefined): string | undefined {
  return (text !== undefined && URL.canParse(text) ? new URL(text).href : text)?.replace(/\/+$/, '');
}

/** The suffix is a cloud's: the same name may be somebody else's account in another. */
function endpointOf(account: string | undefined, suffix: string | undefined): string | undefined {
  if (account === undefined || suffix === undefined || suffix === '') return undefined;
  return normalEndpoint(`https://${account}.blob.${suffix.replace(/^\.+/, '')}`);
}

function accountOf(endpoint: string | undefined): string | undefined {
  if (endpoint === undefined || !URL.canParse(endpoint)) return undefined;
  const { hostname, pathname } = new URL(endpoint);
  return pathname.length > 1 ? pathname.slice(1) : hostname.split('.')[0];
}
