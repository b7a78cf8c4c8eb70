import { checkedAccount, parseBlobHost } from './blob-host.js';
import { quotedPart, wrongAddress } from './wrong-address.js';

/** A folder of a blob container, or all of it. */
export interface BlobAddress {
  readonly kind: 'azure';
  /** The account's: `https://acct.blob.core.windows.net`, or an emulator's `http://127.0.0.1:10000/devstoreaccount1`. */
  readonly endpoint: string;
  readonly container: string;
  /** As blobs are named, not percent-encoded: `''` or ends with `/`. */
  readonly prefix: string;
  /** The query of a SAS without its `?`; `''` where other credentials are to be used. A secret. */
  readonly sas: string;
}

/** By hand and not by `URL`, which would resolve the segments `.` and `..`: a blob's name may well have them. */
const URL_PARTS =
  /^(?<scheme>https?|abfss?|wasbs?):\/\/(?<authority>[^/?#]*)(?<path>[^?#]*)(?:\?(?<query>[^#]*))?(?<fragment>#.*)?$/is;

/** https (http), abfss (abfs) or wasbs (wasb); `undefined`: a URL of another kind. */
export function parseBlobUrl(url: string): BlobAddress | undefined {
  const parts = URL_PARTS.exec(url)?.groups;
  if (parts === undefined) return undefined;
  const { scheme = '', authority = '', path = '', query = '', fragment } = parts;
  if (fragment !== undefined) {
    throw wrongAddress('an address has no fragment (#…): a # in a name is written %23');
  }
  const sas = parseSas(query);
  const root = /^http/i.test(scheme)
    ? rootOfHttp(scheme.toLowerCase() === 'http' ? 'http' : 'https', authority, path)
    : rootOfHadoop(scheme.toLowerCase().endsWith('s') ? 'https' : 'http', authority, path);
  return { kind: 'azure', ...root, sas };
}

/** Without the SAS, in one way for all forms of an address: what is compared, hashed and shown. */
export function formatBlobAddress({ endpoint, container, prefix }: BlobAddress): string {
  const folder = prefix.split('/').slice(0, -1).map(encodeURIComponent);
  return [`${endpoint}/${container}`, ...folder].join('/');
}

/** A folder as a URL's path has it, as a prefix of blobs' names. */
export function parsePrefix(path: string): string {
  const folder = decoded(path);
  const end = folder.search(/\/*$/);
  return end === 0 ? '' : `${folder.slice(0, end)}/`;
}

type Root = Pick<BlobAddress, 'endpoint' | 'container' | 'prefix'>;

function rootOfHttp(scheme: 'http' | 'https', authority: string, path: string): Root {
  const host = parseBlobHost(scheme, authority);
  const [first, afterFirst] = cutSegment(path);
  if (host.kind === 'account') {
    return { endpoint: host.endpoint, container: parseContainer(first), prefix: parsePrefix(afterFirst) };
  }
  const endpoint = `${host.origin}/${checkedAccount(first)}`;
  const [second, afterSecond] = cutSegment(afterFirst === '' ? '' : `/${afterFirst}`);
  return { endpoint, container: parseContainer(second), prefix: parsePrefix(afterSecond) };
}

/** `container@host/path`, as Hadoop's drivers have it. */
function rootOfHadoop(scheme: 'http' | 'https', authority: string, path: string): Root {
  const at = authority.lastIndexOf('@');
  const host = parseBlobHost(scheme, authority.slice(at + 1));
  if (host.kind === 'path-style') {
    throw wrongAddress("an emulator's address begins with http:// or https://");
  }
  const container = parseContainer(authority.slice(0, Math.max(at, 0)));
  return { endpoint: host.endpoint, container, prefix: parsePrefix(path.slice(1)) };
}

/** `/a/b/c` → `a` and `b/c`. */
function cutSegment(path: string): [segment: string, rest: string] {
  const at = path.indexOf('/', 1);
  return at < 0 ? [path.slice(1), ''] : [path.slice(1, at), path.slice(at + 1)];
}

const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
/** Azure's own containers. */
const SYSTEM_CONTAINERS: ReadonlySet<string> = new Set(['$root', '$web', '$logs', '$blobchangefeed']);

function parseContainer(encoded: string): string {
  const name = decoded(encoded);
  if (CONTAINER.test(name) || SYSTEM_CONTAINERS.has(name)) return name;
  if (name === '') throw wrongAddress('an address of blob storage needs a container');
  throw wrongAddress(
    `${quotedPart(name)} can't be a container's name: it has 3 to 63 lower-case letters, digits and single hyphens`,
  );
}

/** What asks a service for something else than the blobs: with it in every request nothing would work. */
const OPERATIONS: ReadonlySet<string> = new Set(['comp', 'restype', 'snapshot', 'versionid', 'timeout']);

function parseSas(query: string): string {
  const sas = query.replace(/^[?&]+|&+$/g, '');
  if (sas === '') return '';
  const names = new Set(sas.split('&').map((parameter) => parameter.split('=', 1)[0]?.toLowerCase() ?? ''));
  if (!/(?:^|&)sig=[^&]/i.test(sas)) {
    throw wrongAddress(
      'an address has no query but a SAS, and this one has no signature (sig): a ? in a name is written %3F',
    );
  }
  if (OPERATIONS.intersection(names).size > 0) {
    throw wrongAddress(
      'the query has more than a SAS: give the part from sv= or sp= on, without comp and restype',
    );
  }
  return sas;
}

function decoded(text: string): string {
  let plain: string;
  try {
    plain = decodeURIComponent(text);
  } catch (cause) {
    throw wrongAddress('broken percent-encoding: a % in a name is written %25', cause);
  }
  if (plain.includes('\0')) throw wrongAddress('a NUL character can stand in no name');
  return plain;
}
