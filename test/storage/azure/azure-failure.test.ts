import { describe, expect, it } from 'vitest';
import { StorageError, serializeError } from '../../../src/errors.js';
import { type Attempt, azureFailure, type BlobPlace } from '../../../src/storage/azure/azure-failure.js';
import { CHANGED } from '../../../src/storage/storage.js';
import { refusal, silence } from './fakes.js';

const ENDPOINT = 'https://acct.blob.core.windows.net';
const place = (credential: BlobPlace['credential']): BlobPlace => ({
  endpoint: ENDPOINT,
  container: 'modeldata',
  credential,
});
const READS: Attempt = { verb: 'read', name: 'a/b.csv', url: `${ENDPOINT}/modeldata/a/b.csv`, writes: false };
const WRITES: Attempt = { ...READS, verb: 'publish', writes: true };

function told(
  error: unknown,
  attempt = READS,
  credential: BlobPlace['credential'] = 'identity',
): StorageError {
  return azureFailure(error, attempt, place(credential));
}

describe('a refusal of the service', () => {
  const scope = 'container modeldata of storage account acct';
  const table: Readonly<
    Record<string, readonly [BlobPlace['credential'], Attempt, readonly string[], readonly string[]]>
  > = {
    'an identity that reads is told the role it needs, and where': [
      ...(['identity', READS] as const),
      ['permission denied (AuthorizationPermissionMismatch)'],
      ['"Storage Blob Data Reader"', scope, 'firewall'],
    ],
    'an identity that writes is told the role it needs, and where': [
      ...(['identity', WRITES] as const),
      ['permission denied'],
      ['"Storage Blob Data Contributor"', scope],
    ],
    'a SAS that reads is told the permissions it needs': [
      ...(['sas', READS] as const),
      ['the SAS does not allow it (AuthorizationPermissionMismatch)'],
      ['(rl)', scope, 'expired'],
    ],
    'a SAS that writes is told the permissions it needs': [
      ...(['sas', WRITES] as const),
      ['the SAS'],
      ['(racwdl)'],
    ],
    'a key that reads is told what may be wrong with it': [
      ...(['key', READS] as const),
      ["the connection string's key", scope],
      ['allows keys', 'firewall'],
    ],
    'a key that writes is told what may be wrong with it': [
      ...(['key', WRITES] as const),
      ["the connection string's key"],
      ['allows keys'],
    ],
  };
  for (const [title, [credential, attempt, messages, remedies]] of Object.entries(table)) {
    for (const status of [403, 401]) {
      it(`${title} (${status})`, () => {
        const error = told(refusal(status, 'AuthorizationPermissionMismatch'), attempt, credential);
        expect(error).toMatchObject({ code: 'storage', reason: 'EACCES', place: { file: attempt.url } });
        expect(error.message).toContain(`can't ${attempt.verb} a/b.csv: `);
        for (const part of messages) expect(error.message).toContain(part);
        for (const part of remedies) expect(error.remedy).toContain(part);
      });
    }
  }

  const reasons: Readonly<Record<string, readonly [Error, string, RegExp, RegExp | undefined]>> = {
    'a blob that is not there': [refusal(404, 'BlobNotFound'), 'ENOENT', /is not there/, undefined],
    'a container that is not there': [
      ...([refusal(404, 'ContainerNotFound'), 'ENOCONTAINER'] as const),
      /acct\.blob\.core\.windows\.net has no container modeldata/,
      /az storage container create/,
    ],
    'an immutability policy': [
      ...([refusal(409, 'BlobImmutableDueToPolicy'), 'EIMMUTABLE', /immutability/, /choose a DEST/] as const),
    ],
    'a legal hold': [
      ...([
        refusal(409, 'BlobImmutableDueToLegalHold'),
        'EIMMUTABLE',
        /legal hold/,
        /choose a DEST/,
      ] as const),
    ],
    'a blob that was made through the DFS API': [
      ...([refusal(409, 'InvalidBlobType'), 'EKIND', /DFS API/, /another DEST/] as const),
    ],
    'a blob of the DFS API that takes no blocks': [
      ...([refusal(409, 'BlobOperationNotSupportedOnDfsBlob'), 'EKIND', /DFS API/, /another DEST/] as const),
    ],
    'a lease of somebody’s': [refusal(412, 'LeaseIdMissing'), 'ELEASED', /lease/, /break it/],
    'the archive tier': [refusal(409, 'BlobArchived'), 'EARCHIVED', /archive/, /rehydrate.*--tier Hot/],
    'a blob that has changed': [refusal(412, 'ConditionNotMet'), CHANGED, /has changed/, /again/],
    'a part that is gone': [refusal(400, 'InvalidBlockList'), 'ENOENT', /part of it is gone/, undefined],
    'throttling after all repetitions': [
      ...([refusal(503, 'ServerBusy'), 'ServerBusy', /answered 503 ServerBusy/, /later.*is kept/] as const),
    ],
    'throttling without a word': [refusal(429), 'HTTP 429', /answered 429/, /later/],
    'a failure of the service': [
      refusal(500, 'InternalError'),
      'InternalError',
      /500 InternalError/,
      /later/,
    ],
    'what nobody thought of': [refusal(418, 'Teapot'), 'Teapot', /answered 418 Teapot/, undefined],
    'an account that is not there': [
      ...([
        silence('ENOTFOUND'),
        'ENOTFOUND',
        /no storage account at acct\.blob\./,
        /name of the account/,
      ] as const),
    ],
    'a network that is down': [
      silence('ECONNREFUSED'),
      'ECONNREFUSED',
      /does not answer/,
      /check the network/,
    ],
    'a silence without a code': [new Error('?'), 'ENETWORK', /no connection/, /check the network/],
  };
  for (const [title, [thrown, reason, message, remedy]] of Object.entries(reasons)) {
    it(`says what it is: ${title}`, () => {
      const error = told(thrown, WRITES);
      expect(error.reason).toBe(reason);
      expect(error.message).toMatch(message);
      if (remedy === undefined) expect(error.remedy).toBeUndefined();
      else expect(error.remedy).toMatch(remedy);
    });
  }

  it('that we found ourselves is passed on as it is', () => {
    const own = new StorageError(CHANGED, 'it has changed');
    expect(told(own)).toBe(own);
  });
});

describe('no identity', () => {
  const names = ['CredentialUnavailableError', 'AggregateAuthenticationError', 'AuthenticationRequiredError'];
  for (const name of names) {
    it(`is told with all that one can do: ${name}`, () => {
      const error = told(Object.assign(new Error('tried: ...'), { name }));
      expect(error.reason).toBe('EACCES');
      for (const way of ['az login', 'AZURE_CLIENT_ID', 'AZURE_STORAGE_CONNECTION_STRING', 'SAS']) {
        expect(error.remedy).toContain(way);
      }
    });
  }

  const refusals: Readonly<Record<string, readonly [string, RegExp, RegExp]>> = {
    'a wrong secret': [
      'AADSTS7000215: Invalid client secret',
      /client secret is wrong/,
      /AZURE_CLIENT_SECRET/,
    ],
    'an expired secret': ['AADSTS7000222: keys are expired', /secret has expired/, /AZURE_CLIENT_SECRET/],
    'a wrong application': ['AADSTS700016: not found', /no such application/, /AZURE_CLIENT_ID/],
    'a wrong tenant': ['AADSTS90002: Tenant not found', /no such tenant/, /AZURE_TENANT_ID/],
    'what nobody thought of': ['AADSTS99999: ?', /refused it \(AADSTS99999\)/, /AZURE_CLIENT_SECRET/],
    'no answer': ['endpoints_resolution_error', /refused it \(AuthenticationError\)/, /can be reached/],
  };
  for (const [title, [text, message, remedy]] of Object.entries(refusals)) {
    it(`is something else than one that is refused: ${title}`, () => {
      const thrown = new Error(`EnvironmentCredential authentication failed. ${text} S3cret`);
      const error = told(Object.assign(thrown, { name: 'AuthenticationError', statusCode: 400 }));
      expect(error.reason).toBe('EACCES');
      expect(error.message).toMatch(message);
      expect(error.remedy).toMatch(remedy);
      expect(error.message).not.toMatch(/no identity|S3cret/);
    });
  }

  it('is not told either where a login was found that has expired', () => {
    const thrown = new Error('ManagedIdentity unavailable\nAADSTS700082: The refresh token has expired');
    const error = told(Object.assign(thrown, { name: 'AggregateAuthenticationError' }));
    expect(error.message).toContain('the login has expired (AADSTS700082)');
    expect(error.remedy).toContain('az login');
  });

  it('is told so too where the login service gave a status', () => {
    const error = told(
      Object.assign(new Error('invalid_client'), { name: 'AuthenticationError', statusCode: 400 }),
    );
    expect(error).toMatchObject({ reason: 'EACCES', remedy: expect.stringContaining('az login') });
  });
});

describe('secrets that the SDK’s error carries', () => {
  const SECRETS = ['S3cretSignature', 'S3cretKey'] as const;
  const url = `${ENDPOINT}/modeldata/a/b.csv?sv=2024-11-04&sig=${SECRETS[0]}`;
  const authorization = `SharedKey acct:${SECRETS[1]}`;
  const spoil = (error: Error): Error =>
    Object.assign(error, {
      message: `${error.message} at ${url} with ${authorization}`,
      request: { url, headers: { authorization } },
      response: { request: { url }, headers: { get: () => authorization }, bodyAsText: url },
    });
  const thrown = [
    ...[401, 403, 404, 409, 412, 416, 429, 500, 503].map((status) => refusal(status, 'SomeCode')),
    ...[refusal(500), silence('ENOTFOUND'), silence('ECONNRESET'), new Error('')],
    Object.assign(new Error(''), { name: 'AuthenticationError', statusCode: 401 }),
  ];
  for (const credential of ['sas', 'key', 'identity'] as const) {
    it(`are in nothing that is told, written or logged (${credential})`, () => {
      for (const error of thrown) {
        const failure = told(spoil(error), WRITES, credential);
        const texts = [failure.message, failure.remedy ?? '', JSON.stringify(serializeError(failure))];
        texts.push(JSON.stringify(failure), failure.stack ?? '', String(failure.cause));
        for (const text of texts) for (const secret of SECRETS) expect(text).not.toContain(secret);
      }
    });
  }
});
