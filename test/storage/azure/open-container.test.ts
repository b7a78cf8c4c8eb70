import { AnonymousCredential, type ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openContainer } from '../../../src/storage/azure/open-container.js';
import { openStorage } from '../../../src/storage/open-storage.js';
import { errorOf } from '../../support/error-of.js';

/** The connection strings that the drivers are opened with. */
const opened: (readonly string[])[] = [];
vi.mock('../../../src/storage/azure/open-azure.js', async (original) => {
  const actual = await original<typeof import('../../../src/storage/azure/open-azure.js')>();
  const openAzure: typeof actual.openAzure = async (address, url, access, options) => {
    opened.push(options.connections);
    return await actual.openAzure(address, url, access, options);
  };
  return { ...actual, openAzure };
});

const ENDPOINT = 'https://acct.blob.core.windows.net';
const ADDRESS = { endpoint: ENDPOINT, container: 'modeldata', sas: '' };
const SAS = 'sv=2024-11-04&sp=rl&sig=abc%3D';
const connection = (account: string, key: string): string =>
  `AccountName=${account};AccountKey=${Buffer.from(key).toString('base64')}`;

/** Whether the client signs with this key. */
function hasKey({ credential }: ContainerClient, key: string): boolean {
  const wanted = new StorageSharedKeyCredential('acct', Buffer.from(key).toString('base64'));
  return (
    credential instanceof StorageSharedKeyCredential &&
    credential.computeHMACSHA256('text') === wanted.computeHMACSHA256('text')
  );
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.doUnmock('@azure/storage-blob');
  vi.doUnmock('@azure/identity');
  opened.length = 0;
});

describe('a container is opened', () => {
  it('with the SAS of its address, whatever connection string there is', async () => {
    const { client, credential } = await openContainer({ ...ADDRESS, sas: SAS }, [connection('acct', 'k')]);
    expect([credential, client.url]).toEqual(['sas', `${ENDPOINT}/modeldata?${SAS}`]);
    expect(client.credential).toBeInstanceOf(AnonymousCredential);
  });

  it('with the key of the first connection string that is of its account', async () => {
    const connections = ['other', 'acct', 'acct'].map((account, i) => connection(account, `key ${i}`));
    const { client, credential } = await openContainer(ADDRESS, connections);
    expect([credential, client.url, hasKey(client, 'key 1')]).toEqual(['key', `${ENDPOINT}/modeldata`, true]);
  });

  it('with the key of its account, also by another of the account’s routes', async () => {
    for (const route of ['secondary', 'microsoftrouting']) {
      const endpoint = `https://acct-${route}.blob.core.windows.net`;
      for (const suffix of ['', ';EndpointSuffix=core.windows.net', `;BlobEndpoint=${ENDPOINT}`]) {
        const opened = await openContainer({ ...ADDRESS, endpoint }, [`${connection('acct', 'k')}${suffix}`]);
        expect([opened.credential, opened.client.url]).toEqual(['key', `${endpoint}/modeldata`]);
        expect(opened.client.credential).toMatchObject({ accountName: 'acct' });
      }
    }
  });

  it('with the SAS of a connection string that has one', async () => {
    const text = `BlobEndpoint=${ENDPOINT}/;SharedAccessSignature=?${SAS}`;
    const { client, credential } = await openContainer(ADDRESS, [text]);
    expect([credential, client.url]).toEqual(['sas', `${ENDPOINT}/modeldata?${SAS}`]);
  });

  it('with an identity where no connection string is of its account', async () => {
    const others = [
      connection('other', 'key'),
      connection('acc', 'key'),
      `${connection('acct', 'key')};BlobEndpoint=https://acct.blob.core.chinacloudapi.cn`,
      `${connection('acct', 'key')};EndpointSuffix=core.chinacloudapi.cn`,
    ];
    const { client, credential } = await openContainer(ADDRESS, others);
    expect([credential, client.credential.constructor.name]).toEqual(['identity', 'DefaultAzureCredential']);
  });

  it('of an emulator with its documented key, at whatever host and port it is', async () => {
    for (const host of ['127.0.0.1:10000', 'localhost:10000', 'azurite:7777']) {
      const address = { endpoint: `http://${host}/devstoreaccount1`, container: 'modeldata', sas: '' };
      const { client, credential } = await openContainer(address, ['UseDevelopmentStorage=true']);
      expect([credential, client.url]).toEqual(['key', `http://${host}/devstoreaccount1/modeldata`]);
      expect(client.credential).toMatchObject({ accountName: 'devstoreaccount1' });
    }
  });

  it('over http not with an identity: that is told before anything is sent', async () => {
    const address = { ...ADDRESS, endpoint: 'http://127.0.0.1:10000/acct' };
    for (const connections of [[], [connection('other', 'key')]]) {
      const error = await errorOf(openContainer(address, connections));
      expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(address.endpoint) });
      expect(error.remedy).toContain('AZURE_STORAGE_CONNECTION_STRING');
    }
  });

  it('not with a connection string that is none: that is told, and it is not shown', async () => {
    const error = await errorOf(openContainer(ADDRESS, ['AccountName=acct;Key=secret']));
    expect(error.code).toBe('usage');
    expect(`${error.message} ${error.remedy}`).not.toContain('secret');
  });
});

describe('a package that is not installed', () => {
  const notFound = (): never => {
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  };

  it('is named, with what it is needed for and how to get it: the client', async () => {
    vi.doMock('@azure/storage-blob', notFound);
    const error = await errorOf(openContainer({ ...ADDRESS, sas: SAS }, []));
    expect(error).toMatchObject({ code: 'usage', remedy: 'npm install @azure/storage-blob' });
    expect(error.message).toContain('a blob storage address needs the package @azure/storage-blob');
  });

  it('is named, with what it is needed for and how to get it: the identities', async () => {
    vi.doMock('@azure/identity', notFound);
    const error = await errorOf(openContainer(ADDRESS, []));
    expect(error).toMatchObject({ code: 'usage', remedy: 'npm install @azure/identity' });
    expect(error.message).toContain('without a SAS');
  });

  it('is not missed where it is not needed', async () => {
    vi.doMock('@azure/identity', notFound);
    expect((await openContainer(ADDRESS, [connection('acct', 'key')])).credential).toBe('key');
  });
});

describe('the environment', () => {
  const address = `${ENDPOINT}/modeldata`;
  const [legacy, common] = [connection('acct', 'legacy'), connection('acct', 'common')];

  it('has a connection string of the legacy side alone, which is tried before the common one', async () => {
    vi.stubEnv('AML_MODEL_DC_STORAGE', legacy);
    vi.stubEnv('AZURE_STORAGE_CONNECTION_STRING', common);
    await openStorage(address, 'legacy', undefined);
    await openStorage(address, 'v2', undefined);
    expect(opened).toEqual([[legacy, common], [common]]);
  });

  it('has none where its variables are empty or not set', async () => {
    vi.stubEnv('AML_MODEL_DC_STORAGE', '');
    vi.stubEnv('AZURE_STORAGE_CONNECTION_STRING', undefined);
    await openStorage(`${address}?${SAS}`, 'legacy', undefined);
    expect(opened).toEqual([[]]);
  });

  it('is not asked where the address has a SAS: the storage’s URL is told without it', async () => {
    vi.stubEnv('AZURE_STORAGE_CONNECTION_STRING', common);
    expect((await openStorage(`${address}?${SAS}`, 'v2', undefined)).url).toBe(address);
  });
});
