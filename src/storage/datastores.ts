import { MdcBridgeError, type Place } from '../errors.js';
import { type BlobAddress, parseBlobUrl, parsePrefix } from './blob-address.js';
import { quotedPart, wrongAddress } from './wrong-address.js';

/** Name → address, as `StorageOptions` has it. A name may have its workspace before it: `ws/workspaceblobstore`. */
export type Datastores = Readonly<Record<string, string>>;

/** `name=URL`, added to what is `known`. */
export function addDatastore(text: string, known: Datastores, place?: Place): Datastores {
  const [, name, url] = /^((?:[\w.-]+\/)?[\w.-]+)\s*=\s*(\S.*)$/.exec(text.trim()) ?? [];
  if (name === undefined || url === undefined) {
    // Without the text: it may be a URL with a SAS.
    throw wrongDatastore('a datastore is given as name=URL', place);
  }
  if (Object.hasOwn(known, name)) {
    throw wrongDatastore(`two addresses for the datastore ${quotedPart(name)}`, place);
  }
  parseDatastore(name, url, place);
  return Object.fromEntries([...Object.entries(known), [name, url]]);
}

/** The lines of a file, with `#` comments and blank lines, added to what is `known`. `file` is its name, for messages. */
export function parseDatastores(lines: readonly string[], known: Datastores = {}, file?: string): Datastores {
  let all = known;
  for (const [index, line] of lines.entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    all = addDatastore(line, all, file === undefined ? undefined : { file, line: index + 1 });
  }
  return all;
}

/** What an `azureml://` address means; the long form names the workspace too, the short one leaves it open. */
const AZUREML =
  /^azureml:\/\/(?:subscriptions\/[^/]+\/resourcegroups\/[^/]+\/(?:providers\/Microsoft\.MachineLearningServices\/)?workspaces\/(?<workspace>[^/]+)\/)?datastores\/(?<name>[^/]+)(?:\/paths(?:\/(?<path>.*))?|\/?)$/is;

export function parseAzuremlUrl(url: string, datastores: Datastores): BlobAddress {
  if (/[?#]/.test(url)) {
    throw wrongAddress(
      "an azureml:// address has neither query nor fragment: the SAS stands in its datastore's address",
    );
  }
  const { workspace, name = '', path = '' } = AZUREML.exec(url)?.groups ?? {};
  if (name === '') {
    throw wrongAddress('this azureml:// address names no folder of a datastore');
  }
  // Each workspace has its own workspaceblobstore.
  const key = [`${workspace}/${name}`, name].find((candidate) => Object.hasOwn(datastores, candidate));
  if (key === undefined) throw unknownDatastore(name, Object.keys(datastores));
  const root = parseDatastore(key, datastores[key] ?? '');
  return { ...root, prefix: root.prefix + parsePrefix(path) };
}

function parseDatastore(name: string, url: string, place?: Place): BlobAddress {
  let address: BlobAddress | undefined;
  try {
    address = parseBlobUrl(url.trim());
  } catch (error) {
    if (!(error instanceof MdcBridgeError)) throw error;
    throw wrongDatastore(
      `the address of the datastore ${quotedPart(name)} is wrong: ${error.message}`,
      place,
    );
  }
  if (address !== undefined) return address;
  throw wrongDatastore(
    `the address of the datastore ${quotedPart(name)} must begin with https://, abfss:// or wasbs://`,
    place,
  );
}

function wrongDatastore(message: string, place: Place | undefined): MdcBridgeError {
  return new MdcBridgeError('usage', message, {
    remedy: `write ${EXAMPLE}, with ?SAS behind it if need be\n${LOOK_UP}`,
    ...(place === undefined ? {} : { place }),
  });
}

const EXAMPLE = 'workspaceblobstore=https://ACCOUNT.blob.core.windows.net/CONTAINER';
const LOOK_UP = "the workspace knows a datastore's account and container: az ml datastore show --name NAME";

function unknownDatastore(name: string, known: readonly string[]): MdcBridgeError {
  const list = known.length === 0 ? 'none is given' : `known are ${known.map(quotedPart).join(', ')}`;
  return new MdcBridgeError('usage', `unknown datastore ${quotedPart(name)}: ${list}`, {
    remedy: `say where it is: --datastore ${EXAMPLE.replace(/^\w+/, plainName(name))}\n${LOOK_UP}`,
  });
}

function plainName(name: string): string {
  return /^[\w-]{1,80}$/.test(name) ? name : 'NAME';
}
