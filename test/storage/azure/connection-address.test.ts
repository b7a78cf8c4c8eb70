import { describe, expect, it } from 'vitest';
import { MdcBridgeError } from '../../../src/errors.js';
import { connectionAddress } from '../../../src/storage/azure/connection-address.js';

const KEY = 'c2VjcmV0LWtleQ==';
const ACCOUNT = `AccountName=acct;AccountKey=${KEY}`;

function errorOf(act: () => unknown): MdcBridgeError {
  try {
    act();
  } catch (error) {
    if (error instanceof MdcBridgeError) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}

describe('the address of a connection string', () => {
  it('is its account’s in its cloud, with a container and a folder whose names are not encoded', () => {
    expect(connectionAddress(`DefaultEndpointsProtocol=https;${ACCOUNT}`, 'modeldata')).toEqual({
      kind: 'azure',
      endpoint: 'https://acct.blob.core.windows.net',
      container: 'modeldata',
      prefix: '',
      sas: '',
    });
    expect(
      connectionAddress(`${ACCOUNT};EndpointSuffix=core.ChinaCloudApi.cn`, 'odeldata', '100 % of/ü/'),
    ).toMatchObject({
      endpoint: 'https://acct.blob.core.chinacloudapi.cn',
      container: 'odeldata',
      prefix: '100 % of/ü/',
    });
  });

  it('is the endpoint that it names: an emulator’s, or one in a domain of its own', () => {
    for (const endpoint of ['http://azurite:10000/devstoreaccount1', 'https://blobs.example.com']) {
      expect(connectionAddress(`${ACCOUNT};BlobEndpoint=${endpoint}/`, 'modeldata').endpoint).toBe(endpoint);
    }
    expect(connectionAddress('UseDevelopmentStorage=true', 'modeldata').endpoint).toBe(
      'http://127.0.0.1:10000/devstoreaccount1',
    );
  });

  it('has no secret in it, and none in its errors', () => {
    expect(JSON.stringify(connectionAddress(ACCOUNT, 'modeldata'))).not.toContain(KEY);
    for (const act of [
      () => connectionAddress(ACCOUNT, 'Not A Container'),
      () => connectionAddress(`AccountKey=${KEY}`, 'modeldata'),
    ]) {
      const error = errorOf(act);
      expect(error.code).toBe('usage');
      expect(`${error.message} ${error.remedy}`).not.toContain(KEY);
    }
  });
});
