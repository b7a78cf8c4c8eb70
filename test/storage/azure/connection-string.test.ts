import { describe, expect, it } from 'vitest';
import { MdcBridgeError, serializeError } from '../../../src/errors.js';
import { parseConnectionString } from '../../../src/storage/azure/connection-string.js';

const KEY = 'c2VjcmV0LWtleQ==';

describe('a connection string', () => {
  it('has an account and a key, as the portal shows it; the key’s own = is a part of it', () => {
    const text = `DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=${KEY};EndpointSuffix=core.windows.net`;
    const endpoint = 'https://acct.blob.core.windows.net';
    expect(parseConnectionString(text)).toEqual({ account: 'acct', key: KEY, endpoint });
  });

  it('is of the cloud that its suffix names, unless it names its endpoint', () => {
    const text = `AccountName=acct;AccountKey=${KEY};EndpointSuffix=`;
    for (const suffix of ['core.chinacloudapi.cn', 'CORE.chinacloudapi.cn ', '.core.chinacloudapi.cn/']) {
      expect(parseConnectionString(text + suffix).endpoint).toBe('https://acct.blob.core.chinacloudapi.cn');
    }
    expect(parseConnectionString(text)).toEqual({ account: 'acct', key: KEY });
    const both = `${text}core.windows.net;BlobEndpoint=https://acct.z1.blob.storage.azure.net`;
    expect(parseConnectionString(both).endpoint).toBe('https://acct.z1.blob.storage.azure.net');
  });

  it('may have its parts in any order and case, with spaces around them and empty ones between', () => {
    const text = ` accountkey = ${KEY} ;; ACCOUNTNAME=acct ;`;
    expect(parseConnectionString(text)).toEqual({ account: 'acct', key: KEY });
  });

  it('may name its endpoint, which is read as an address is: no slash at its end, lower case, no default port', () => {
    for (const endpoint of [
      'https://acct.blob.core.windows.net',
      'https://ACCT.blob.core.windows.net:443//',
    ]) {
      expect(parseConnectionString(`AccountName=acct;AccountKey=${KEY};BlobEndpoint=${endpoint}`)).toEqual({
        account: 'acct',
        key: KEY,
        endpoint: 'https://acct.blob.core.windows.net',
      });
    }
  });

  it('with a SAS has its account in its endpoint; the SAS comes without a question mark', () => {
    const sas = 'sv=2024-11-04&ss=b&sig=abc%3D';
    const expected = { account: 'acct', endpoint: 'https://acct.blob.core.windows.net', sas };
    const endpoints = 'BlobEndpoint=https://acct.blob.core.windows.net/;QueueEndpoint=https://x/';
    for (const mark of ['', '?']) {
      expect(parseConnectionString(`${endpoints};SharedAccessSignature=${mark}${sas}`)).toEqual(expected);
    }
    expect(
      parseConnectionString(`BlobEndpoint=http://127.0.0.1:10000/devacct;SharedAccessSignature=${sas}`),
    ).toEqual({ account: 'devacct', endpoint: 'http://127.0.0.1:10000/devacct', sas });
  });

  it('may stand for the emulator', () => {
    const { account, key } = parseConnectionString('UseDevelopmentStorage=true;');
    expect([account, key?.length]).toEqual(['devstoreaccount1', 88]);
  });

  const refused: Readonly<Record<string, string>> = {
    'nothing at all': '',
    'no account': `AccountKey=${KEY}`,
    'no key': 'AccountName=acct',
    'an empty key': 'AccountName=acct;AccountKey=',
    'an endpoint that is no URL, and no account': `BlobEndpoint=${KEY};SharedAccessSignature=sig=${KEY}`,
    'no connection string but a key': KEY,
    'another way of the emulator': `UseDevelopmentStorage=${KEY}`,
  };
  for (const [what, text] of Object.entries(refused)) {
    it(`is refused, and not shown, with ${what}`, () => {
      let error: unknown;
      try {
        parseConnectionString(text);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(MdcBridgeError);
      expect(error).toMatchObject({ code: 'usage', remedy: expect.stringContaining('AccountKey=…') });
      expect(JSON.stringify(serializeError(error))).not.toContain(KEY);
    });
  }
});
