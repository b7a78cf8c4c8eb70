import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MdcBridgeError } from '../../src/errors.js';
import { type Address, containerName, formatAddress, parseAddress } from '../../src/storage/address.js';
import type { BlobAddress } from '../../src/storage/blob-address.js';
import { anyText } from '../support/any-text.js';

const ENDPOINT = 'https://acct.blob.core.windows.net';
const SAS = 'sv=2024-11-04&sr=c&sp=rl&se=2026-01-01T00%3A00%3A00Z&sig=S3cr%2Bet%2Fsig%3D';

function azure(parts: Partial<Omit<BlobAddress, 'kind'>> = {}): BlobAddress {
  return { kind: 'azure', endpoint: ENDPOINT, container: 'modeldata', prefix: '', sas: '', ...parts };
}

function refusal(text: string, datastores?: Readonly<Record<string, string>>): MdcBridgeError {
  try {
    parseAddress(text, datastores);
  } catch (error) {
    if (error instanceof MdcBridgeError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe('a folder of this machine', () => {
  test.each([
    ['/data/modeldata', '/data/modeldata'],
    ['/data/a/../modeldata/', '/data/modeldata'],
    ['modeldata/', resolve('modeldata')],
    [' modeldata', resolve(' modeldata')],
    ['file:///data/model%20data/', '/data/model data'],
    ['FILE:///data/%23%3F%25', '/data/#?%'],
    ['file://localhost/data', '/data'],
    ['file:/data', '/data'],
    ['c:/x', resolve('c:/x')],
    ['a b://x', resolve('a b://x')],
    ['/data/sig=5', '/data/sig=5'],
    ['./acct.blob.core.windows.net/c', resolve('acct.blob.core.windows.net/c')],
  ])('%j is %s', (text, path) => {
    expect(parseAddress(text)).toEqual({ kind: 'local', path });
  });

  test('is shown as a file URL, and has its own name for a container', () => {
    const address = parseAddress('/data/model data#1');
    expect(formatAddress(address)).toBe('file:///data/model%20data%231');
    expect(containerName(address)).toBe('model data#1');
    expect(formatAddress({ kind: 'local', path: '/a ' })).toBe('file:///a%20');
    expect(formatAddress({ kind: 'local', path: '/ ' })).toBe('file:///%20');
  });
});

describe('a folder of a blob container', () => {
  const emulator = 'http://127.0.0.1:10000/devstoreaccount1';
  test.each<[string, BlobAddress]>([
    [`${ENDPOINT}/modeldata`, azure()],
    [`${ENDPOINT}/modeldata//`, azure()],
    [`${ENDPOINT}/modeldata/a/b/`, azure({ prefix: 'a/b/' })],
    [` ${ENDPOINT}/modeldata/a\n`, azure({ prefix: 'a/' })],
    ['HTTPS://Acct.Blob.Core.Windows.Net:443/modeldata', azure()],
    [`${ENDPOINT}/modeldata?`, azure()],
    [`${ENDPOINT}/modeldata/a?${SAS}`, azure({ prefix: 'a/', sas: SAS })],
    [`${ENDPOINT}/modeldata??${SAS}&`, azure({ sas: SAS })],
    // One decoding; the portal writes the slashes of a blob's name as %2F.
    [`${ENDPOINT}/modeldata/a%2Fb%20c/%2525/caf%C3%A9`, azure({ prefix: 'a/b c/%25/café/' })],
    [`${ENDPOINT}/modeldata/year=2020/a+b`, azure({ prefix: 'year=2020/a+b/' })],
    [`${ENDPOINT}/modeldata/a/../b/./c//d`, azure({ prefix: 'a/../b/./c//d/' })],
    [`${ENDPOINT}/modeldata//a`, azure({ prefix: '/a/' })],
    [`${ENDPOINT}/$web/a`, azure({ container: '$web', prefix: 'a/' })],
    [`${ENDPOINT}/%24logs`, azure({ container: '$logs' })],
    ['http://acct.blob.core.windows.net/modeldata', azure()],
    ['https://acct.dfs.core.windows.net/modeldata/a', azure({ prefix: 'a/' })],
    ...['core.chinacloudapi.cn', 'core.usgovcloudapi.net', 'core.cloudapi.de'].map(
      (cloud): [string, BlobAddress] => [
        `https://acct.dfs.${cloud}/modeldata`,
        azure({ endpoint: `https://acct.blob.${cloud}` }),
      ],
    ),
    [
      'https://acct.z12.blob.storage.azure.net/modeldata',
      azure({ endpoint: 'https://acct.z12.blob.storage.azure.net' }),
    ],
    ['https://acct.privatelink.blob.core.windows.net/modeldata', azure()],
    [
      'https://acct-secondary.blob.core.windows.net/modeldata',
      azure({ endpoint: 'https://acct-secondary.blob.core.windows.net' }),
    ],
    ['abfss://modeldata@acct.dfs.core.windows.net/a/b', azure({ prefix: 'a/b/' })],
    ['ABFS://modeldata@acct.dfs.core.windows.net', azure()],
    [`wasbs://modeldata@acct.blob.core.windows.net/a/?${SAS}`, azure({ prefix: 'a/', sas: SAS })],
    ['wasb://$root@acct.blob.core.windows.net/', azure({ container: '$root' })],
    [`${emulator}/modeldata/a`, azure({ endpoint: emulator, prefix: 'a/' })],
    [
      'https://localhost:10000/devstoreaccount1/modeldata',
      azure({ endpoint: 'https://localhost:10000/devstoreaccount1' }),
    ],
    ['http://azurite:80/acct/modeldata', azure({ endpoint: 'http://azurite:80/acct' })],
    ['http://[::1]:10000/acct/modeldata//a', azure({ endpoint: 'http://[::1]:10000/acct', prefix: '/a/' })],
    ['http://acct.blob.localhost:10000/modeldata', azure({ endpoint: 'http://acct.blob.localhost:10000' })],
  ])('%j', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  test('is shown as one URL whatever its form, without the SAS', () => {
    const forms = [
      `${ENDPOINT}/modeldata/a%20b/../c%23?${SAS}`,
      'http://acct.dfs.core.windows.net/modeldata/a b/../c%23/',
      'abfss://modeldata@acct.dfs.core.windows.net/a%20b/../c%23',
      'wasbs://modeldata@ACCT.blob.core.windows.net/a%20b%2F..%2Fc%23',
      'azureml://datastores/ds/paths/../c%23',
    ];
    for (const form of forms) {
      const address = parseAddress(form, { ds: `${ENDPOINT}/modeldata/a%20b?${SAS}` });
      expect(formatAddress(address)).toBe(`${ENDPOINT}/modeldata/a%20b/../c%23`);
      expect(containerName(address)).toBe('modeldata');
    }
  });
});

describe('a folder of an Azure ML datastore', () => {
  const datastores = {
    workspaceblobstore: `${ENDPOINT}/azureml-blobstore/root?${SAS}`,
    'new/workspaceblobstore': 'abfss://other@acct.dfs.core.windows.net',
  };
  const address = azure({ container: 'azureml-blobstore', prefix: 'root/', sas: SAS });
  const long = 'subscriptions/0000/resourceGroups/rg/workspaces';
  test.each([
    ['azureml://datastores/workspaceblobstore/paths/a/b%20c/', { ...address, prefix: 'root/a/b c/' }],
    ['azureml://datastores/workspaceblobstore/paths/', address],
    ['azureml://datastores/workspaceblobstore/paths', address],
    ['azureml://datastores/workspaceblobstore', address],
    [`azureml://${long}/old/datastores/workspaceblobstore/paths/a`, { ...address, prefix: 'root/a/' }],
    [
      `AzureML://${long.toLowerCase()}/old/datastores/workspaceblobstore/paths/a`,
      { ...address, prefix: 'root/a/' },
    ],
    [
      'azureml://subscriptions/0/resourcegroups/rg/providers/Microsoft.MachineLearningServices/workspaces/old/datastores/workspaceblobstore/paths/a',
      { ...address, prefix: 'root/a/' },
    ],
    // Each workspace has its own workspaceblobstore.
    [
      `azureml://${long}/new/datastores/workspaceblobstore/paths/a`,
      azure({ container: 'other', prefix: 'a/' }),
    ],
  ])('%j', (text, expected) => {
    expect(parseAddress(text, datastores)).toEqual(expected);
  });

  test('that is unknown is refused with those that are known and with the option', () => {
    const error = refusal('azureml://datastores/other/paths/a', datastores);
    expect(error.message).toBe(
      'unknown datastore "other": known are "workspaceblobstore", "new/workspaceblobstore"',
    );
    expect(error.remedy).toContain('--datastore other=https://ACCOUNT.blob.core.windows.net/CONTAINER');
    expect(refusal('azureml://datastores/__proto__/paths/a').message).toBe(
      'unknown datastore "__proto__": none is given',
    );
  });

  test.each([
    ['azureml://datastores/workspaceblobstore/a', 'names no folder of a datastore'],
    ['azureml://jobs/j/outputs/o/paths/a', 'names no folder of a datastore'],
    ['azureml://datastores//paths/a', 'names no folder of a datastore'],
    [`azureml://datastores/workspaceblobstore/paths/a?${SAS}`, 'neither query nor fragment'],
    ['azureml:model:1', 'two slashes are missing behind azureml:'],
  ])('%j is refused', (text, why) => {
    expect(refusal(text, datastores).message).toContain(why);
  });

  test('whose own address is wrong is named', () => {
    const wrong = { ds: 'azureml://datastores/ds/paths/', ws: `${ENDPOINT}/A?${SAS}` };
    expect(refusal('azureml://datastores/ds/paths/a', wrong).message).toBe(
      'the address of the datastore "ds" must begin with https://, abfss:// or wasbs://',
    );
    expect(refusal('azureml://datastores/ws/paths/a', wrong).message).toContain(
      'the address of the datastore "ws" is wrong: "A" can\'t be a container\'s name',
    );
  });
});

describe('refused, with the forms of an address', () => {
  test.each([
    ['', 'names no folder'],
    ['a\0b', 'names no folder'],
    ['a\ud800', 'names no folder'],
    ['S3://bucket', 'not supported: S3://'],
    ['file://host/share', 'not a file URL of this machine'],
    ['file:///a%2Fb', 'not a file URL of this machine'],
    ['file:data', 'not a file URL of this machine'],
    ['file:///a%00b', 'a NUL character can stand in no name'],
    [`file:///a?${SAS}`, 'a file URL has neither query nor fragment'],
    [ENDPOINT, 'needs a container'],
    [`${ENDPOINT}/`, 'needs a container'],
    [`${ENDPOINT}//a`, 'needs a container'],
    [`${ENDPOINT}?${SAS}`, 'needs a container'],
    [`${ENDPOINT}/ab`, '"ab" can\'t be a container\'s name: it has 3 to 63 lower-case letters'],
    [`${ENDPOINT}/${'a'.repeat(64)}`, "can't be a container's name"],
    [`${ENDPOINT}/ModelData`, '"ModelData" can\'t be a container\'s name'],
    [`${ENDPOINT}/a--b`, "can't be a container's name"],
    [`${ENDPOINT}/-ab`, "can't be a container's name"],
    [`${ENDPOINT}/$other`, "can't be a container's name"],
    [`${ENDPOINT}/abc%2Fd`, "can't be a container's name"],
    [`${ENDPOINT}/modeldata%3F${encodeURIComponent(SAS)}`, "can't be a container's name"],
    [`${ENDPOINT}/modeldata/100%/a`, 'a % in a name is written %25'],
    [`${ENDPOINT}/modeldata/%00`, 'a NUL character can stand in no name'],
    [`${ENDPOINT}/modeldata/a#b`, 'a # in a name is written %23'],
    [`${ENDPOINT}/modeldata/a?b`, 'no query but a SAS, and this one has no signature'],
    [`${ENDPOINT}/modeldata?sv=2024-11-04&sig=`, 'no query but a SAS, and this one has no signature'],
    [`${ENDPOINT}/modeldata?restype=container&comp=list&${SAS}`, 'more than a SAS'],
    ['https://ac.blob.core.windows.net/modeldata', '"ac" can\'t be a storage account\'s name'],
    ['https://.blob.core.windows.net/modeldata', "can't be a storage account's name"],
    ['https://acct.blob.core.windows.net:99999/modeldata', "99999 can't be a port"],
    ['http://127.0.0.1:0/acct/modeldata', "0 can't be a port"],
    ['http://127.0.0.1:10000/modeldata', 'needs a container'],
    ['http://127.0.0.1:10000/Acct!/modeldata', "can't be a storage account's name"],
    ['http://127.0.0.1/devstoreaccount1/modeldata', '"127.0.0.1" is no host of blob storage'],
    ['https://contoso.com/modeldata', '"contoso.com" is no host of blob storage'],
    ['https://acct.file.core.windows.net/modeldata', 'is no host of blob storage'],
    ['https://user:S3cr@acct.blob.core.windows.net/modeldata', 'this is no host of blob storage'],
    ['https:///modeldata', 'no host of blob storage'],
    ['abfss://acct.dfs.core.windows.net/modeldata/a', 'needs a container'],
    ['abfss://@acct.dfs.core.windows.net/a', 'needs a container'],
    ['wasbs://modeldata:S3cr@acct.blob.core.windows.net/a', "can't be a container's name"],
    ['abfss://modeldata@127.0.0.1:10000/a', "an emulator's address begins with http://"],
    [`https:/acct.blob.core.windows.net/modeldata?${SAS}`, 'two slashes are missing behind https:'],
    [`acct.blob.core.windows.net/modeldata?${SAS}`, 'begins with https://'],
    ['acct.blob.core.windows.net/modeldata', 'begins with https://'],
    [`./modeldata?${SAS}`, 'begins with https://'],
    ['DefaultEndpointsProtocol=https;AccountName=a;AccountKey=S3cr==', 'begins with https://'],
  ])('%j', (text, why) => {
    const error = refusal(text);
    expect(error.code).toBe('usage');
    expect(error.message).toContain(why);
    expect(everythingIn(error)).not.toMatch(/S3cr|sv=2024/);
    const forms = error.remedy?.split('\n') ?? [];
    for (const scheme of ['file:///', 'https://', 'abfss://', 'wasbs://', 'azureml://', 'http://127']) {
      expect(forms.filter((form) => form.includes(scheme)).length, scheme).toBeGreaterThan(0);
    }
  });
});

/** What a log may show of an error: also what its cause says, and its cause's fields. */
function everythingIn(error: MdcBridgeError): string {
  const { cause } = error;
  return [
    error.message,
    error.remedy,
    JSON.stringify(error.place),
    String(cause),
    JSON.stringify(cause, cause instanceof Error ? Object.getOwnPropertyNames(cause) : undefined),
  ].join('\n');
}

const account = fc.stringMatching(/^[a-z0-9]{3,24}$/);
const container = fc.oneof(fc.stringMatching(/^[a-z0-9]{2,20}(-[a-z0-9]{1,9}){0,3}$/), fc.constant('$web'));
const folder = fc
  .array(fc.oneof(anyText(12), fc.constantFrom('', '.', '..', '%2F', 'a?b#c')), { maxLength: 5 })
  .map((segments) => segments.join('/').replaceAll('\0', '').replace(/\/+$/, ''))
  .map((path) => (path === '' ? '' : `${path}/`));
const endpoint = fc.oneof(
  account.map((name) => `https://${name}.blob.core.windows.net`),
  account.map((name) => `https://${name}.z07.blob.storage.azure.net`),
  account.map((name) => `http://127.0.0.1:10000/${name}`),
);
const blobs: fc.Arbitrary<Address> = fc
  .record({ endpoint, container, prefix: folder })
  .filter((parts) => parts.container.length >= 3)
  .map((parts) => azure(parts));
const local: fc.Arbitrary<Address> = folder.map((path) => ({ kind: 'local', path: resolve(`/${path}`) }));

test('what is formatted is parsed to the same address', () => {
  fc.assert(
    fc.property(fc.oneof(blobs, local), (address) => {
      expect(parseAddress(formatAddress(address))).toEqual(address);
    }),
  );
});

test('no signature is ever in an error, wherever in an address it stands', () => {
  const start = fc.constantFrom(
    '',
    './a',
    'file:///a',
    `${ENDPOINT}/modeldata`,
    `${ENDPOINT}/M`,
    ENDPOINT,
    'https://',
    'https:',
    'http://127.0.0.1:10000/',
    'abfss://modeldata@acct.dfs.core.windows.net/',
    'wasbs://',
    'azureml://datastores/',
    'azureml://datastores/ds/paths/',
    's3://',
  );
  const before = fc.constantFrom('?', '%3F', '/', '&', '@', '?sv=1&', '?comp=list&', '#', '%', '');
  fc.assert(
    fc.property(
      start,
      before,
      anyText(5),
      fc.stringMatching(/^[A-Za-z0-9]{20}$/),
      (head, mark, end, secret) => {
        for (const datastores of [{}, { ds: `${head}${mark}sig=${secret}${end}` }]) {
          try {
            parseAddress(`${head}${mark}sig=${secret}${end}`, datastores);
          } catch (error) {
            expect(error).toBeInstanceOf(MdcBridgeError);
            expect(everythingIn(error as MdcBridgeError)).not.toContain(secret);
          }
        }
      },
    ),
  );
});
