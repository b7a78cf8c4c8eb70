import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWhole, type Storage, writeWhole } from '../../../src/storage/storage.js';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { errorOf } from '../../support/error-of.js';
import { describeStorage } from '../contract.js';
import { makeContainer } from './containers.js';
import { openBlobs } from './open-blobs.js';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

async function open(prefix: string): Promise<Storage> {
  return await openBlobs(azurite, await makeContainer(azurite.connectionString), prefix);
}

describeStorage('blobs of a container', () => open(''));
describeStorage('blobs of a folder in a container', () => open('some/folder/'));

describe('an account’s copy in another region', () => {
  it('can be read; whoever wants to write it is told what it is, before anything is sent', async () => {
    const container = await makeContainer(azurite.connectionString);
    await writeWhole(await openBlobs(azurite, container), 'a', 'content');
    const secondary = await openBlobs({ ...azurite, endpoint: `${azurite.endpoint}-secondary` }, container);
    expect((await readWhole(secondary, 'a'))?.toString()).toBe('content');
    const holder = { host: 'here', pid: 1, since: '2026-11-22T07:40:00.000Z', command: 'convert' };
    const error = await errorOf(secondary.lock('lock', holder));
    expect(error).toMatchObject({ code: 'storage', reason: 'EROFS' });
    expect(error.message).toContain('can only be read');
    expect(error.remedy).toContain('without -secondary');
  });
});
