import type { ContainerClient } from '@azure/storage-blob';
import { describe, expect, it } from 'vitest';
import { listSources } from '../../../src/convert/plan/list-sources.js';
import { Scratch } from '../../../src/convert/plan/scratch.js';
import { AzureStorage } from '../../../src/storage/azure/azure-storage.js';
import { storageSettings } from '../../../src/storage/storage-options.js';
import { errorOf } from '../../support/error-of.js';
import { type FakeItem, fakeContainer, type ListRequest } from './fake-container.js';
import { refusal, testRequests } from './fakes.js';

const URL_OF_IT = 'https://acct.blob.core.windows.net/modeldata';

function storageOf(client: ContainerClient, prefix = ''): AzureStorage {
  const place = { endpoint: new URL(URL_OF_IT).origin, container: 'modeldata', credential: 'key' } as const;
  const access = { address: URL_OF_IT, side: 'v2', settings: storageSettings() } as const;
  const requests = testRequests();
  return new AzureStorage(client, { url: URL_OF_IT, access, prefix, place, requests, bytesInFlight: 1 });
}

async function listed(storage: AzureStorage, wanted?: (folder: string) => boolean): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of storage.list('', undefined, wanted)) names.push(name);
  return names;
}

const pad = (n: number): string => String(n).padStart(2, '0');
const MODEL = 'sub/rg/ws/svc/model/2024';
/** Two designations, every day of 2018 and 2019. */
const NAMES = ['inputs', 'predictions'].flatMap((designation) =>
  [2018, 2019].flatMap((year) =>
    Array.from({ length: 12 }, (_, m) =>
      Array.from({ length: new Date(Date.UTC(year, m + 1, 0)).getUTCDate() }, (__, d) => {
        return `${MODEL}/${designation}/${year}/${pad(m + 1)}/${pad(d + 1)}/data.csv`;
      }),
    ).flat(),
  ),
);

const folders = (requests: readonly ListRequest[]): string[] => requests.map(({ prefix }) => prefix);

describe('a listing of blobs', () => {
  it('goes from page to page, and asks again for the one that failed', async () => {
    const fake = fakeContainer(NAMES, { page: 100, fail: (n) => (n === 3 ? refusal(503) : undefined) });
    expect(await listed(storageOf(fake.client))).toEqual(NAMES);
    const tokens = fake.requests.map(({ token }) => token);
    expect(tokens).toHaveLength(Math.ceil(NAMES.length / 100) + 1);
    expect(tokens[2]).toBe(tokens[3]);
    expect(new Set(tokens).size).toBe(tokens.length - 1);
  });

  it('from folder to folder is in the order of the flat one, also over several pages', async () => {
    const names = ['a', 'a!/x', 'a-b', 'a/b', 'a/b/c', 'a/c', 'a0/x', 'b//c', 'z', 'é/x'];
    for (const page of [1, 2, 100]) {
      const { client } = fakeContainer(names, { page });
      expect(await listed(storageOf(client))).toEqual(names);
      expect(await listed(storageOf(client), () => true)).toEqual(names);
    }
  });

  it('of a folder gives names and asks for folders without what stands before them', async () => {
    const { client } = fakeContainer(['x/a/b', 'x/c', 'y/d'], {});
    const asked: string[] = [];
    const wanted = (folder: string): boolean => asked.push(folder) > 0;
    expect([await listed(storageOf(client, 'x/'), wanted), asked]).toEqual([['a/b', 'c'], ['a/']]);
  });

  it('shows the archive tier and names that no URL can hold, and leaves out what stands for a folder', async () => {
    const items: FakeItem[] = [
      { name: 'a\\b' },
      { name: 'a/../b' },
      { name: 'archived', properties: { accessTier: 'Archive' } },
      { name: 'folder', metadata: { hdi_isfolder: 'true' } },
      { name: 'folder-2', properties: { ResourceType: 'directory' } },
      { name: 'quoted', properties: { etag: '"0x1"', contentLength: 5 } },
    ];
    const found: unknown[] = [];
    for await (const entry of storageOf(fakeContainer(items, {}).client).list('')) found.push(entry);
    expect(found).toEqual([
      { name: 'a\\b', oddity: 'not-addressable' },
      { name: 'a/../b', oddity: 'not-addressable' },
      { name: 'archived', size: 0, etag: '', archived: true },
      { name: 'quoted', size: 5, etag: '0x1' },
    ]);
  });

  it('that is refused says of what, and what to do', async () => {
    const { client } = fakeContainer([], { fail: () => refusal(404, 'ContainerNotFound') });
    const error = await errorOf(listed(storageOf(client)));
    expect(error).toMatchObject({ reason: 'ENOCONTAINER', place: { file: URL_OF_IT } });
    expect(error.message).toContain("can't list its blobs");
  });
});

describe('the sources of a container', () => {
  const sourcesOf = async (
    asked: { readonly since?: string; readonly until?: string; readonly include?: readonly string[] },
    fake = fakeContainer(NAMES, {}),
  ): Promise<{
    readonly names: string[];
    readonly requests: readonly ListRequest[];
    readonly notListed: number;
  }> => {
    const { include = [], ...range } = asked;
    const source = { storage: storageOf(fake.client), container: 'modeldata', prefix: '', id: 'modeldata-0' };
    const scratch = await Scratch.open();
    const { sources, leftOut } = await listSources(source, range, { include }, scratch);
    const notListed = leftOut.find(({ why }) => why.includes('not listed'))?.count ?? 0;
    const names = [...sources].map(({ name }) => name);
    await scratch.close();
    return { names, requests: fake.requests, notListed };
  };

  it('are listed by pages where all is asked for', async () => {
    const { names, requests } = await sourcesOf({});
    expect([names, requests.length]).toEqual([NAMES, 1]);
  });

  it('of some days are listed without the folders of other months and days, and are the same', async () => {
    const asked = { since: '2019-02-28T00:00:00', until: '2019-03-02T00:00:00' };
    const { names, requests, notListed } = await sourcesOf(asked);
    // A folder's day may hold events of the days beside it.
    const days = ['02/27', '02/28', '03/01', '03/02'];
    const expected = ['inputs', 'predictions'].flatMap((designation) =>
      days.map((day) => `${MODEL}/${designation}/2019/${day}/data.csv`),
    );
    expect(names).toEqual(expected);
    const below = ['', '02/', '03/', ...days.map((day) => `${day}/`)].sort();
    const years = ['inputs', 'predictions'].flatMap((designation) => [
      `${MODEL}/${designation}/`,
      `${MODEL}/${designation}/2018/`,
      ...below.map((folder) => `${MODEL}/${designation}/2019/${folder}`),
    ]);
    const above = MODEL.split('/').map((_, i, all) => `${all.slice(0, i + 1).join('/')}/`);
    expect(folders(requests)).toEqual(['', ...above, ...years]);
    // Of both designations: twelve months of 2018, ten of 2019, and all days but four of two months.
    expect(notListed).toBe(2 * (12 + 10 + (28 + 31 - 4)));
  });

  it('of one designation are listed without the months of another', async () => {
    const { names, requests } = await sourcesOf({ include: ['**/inputs/**'] });
    expect(names).toEqual(NAMES.filter((name) => name.includes('/inputs/')));
    expect(folders(requests).filter((folder) => /predictions\/\d+\/\d/.test(folder))).toEqual([]);
  });
});
