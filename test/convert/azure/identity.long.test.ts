import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { runCli } from '../../support/cli-child.js';
import { legacyFolder } from '../../support/golden.js';

/** What Azurite's `--oauth basic` takes: it looks at the claims and at no signature. */
function token(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: 'https://storage.azure.com',
    iss: 'https://sts.windows.net/00000000-0000-0000-0000-000000000000/',
    iat: now - 60,
    nbf: now - 60,
    exp: now + 3600,
  };
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.x`;
}

let folder: string;
let azurite: Azurite;
let identities: Server;
let environment: Record<string, string>;
const asked: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mdc-identity-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  await writeFile(key, made.private);
  await writeFile(cert, made.cert);
  azurite = await startAzurite(['--oauth', 'basic', '--cert', cert, '--key', key], 'https');
  // The endpoint of a managed identity, as App Service has it.
  identities = createServer((request, response) => {
    asked.push(request.url ?? '');
    const expires = Math.floor(Date.now() / 1000) + 3600;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ access_token: token(), expires_on: String(expires), token_type: 'Bearer' }),
    );
  });
  await new Promise<void>((resolve) => identities.listen(0, '127.0.0.1', resolve));
  const address = identities.address();
  environment = {
    NODE_EXTRA_CA_CERTS: cert,
    IDENTITY_ENDPOINT: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/token`,
    IDENTITY_HEADER: 'a-header',
    AZURE_STORAGE_CONNECTION_STRING: '',
  };
});
afterAll(async () => {
  identities?.close();
  await azurite?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('an identity, over HTTPS', () => {
  it('converts and verifies with its bearer token alone', async () => {
    const to = `${azurite.endpoint}/results`;
    // Made with a token too: this process does not know the certificate.
    const made = await runCli(['convert', legacyFolder('diabetes'), to], environment);
    expect(made).toMatchObject({ status: 3 });
    expect(made.stderr).toContain('has no container results');
    await createContainer('results');
    const converted = await runCli(['convert', legacyFolder('diabetes'), to], environment);
    expect(converted.status, converted.stdout + converted.stderr).toBe(0);
    const verified = await runCli(['verify', legacyFolder('diabetes'), to], environment);
    expect(verified.status, verified.stdout + verified.stderr).toBe(0);
    expect(asked.length).toBeGreaterThan(0);
    for (const text of [converted.stdout, converted.stderr, verified.stdout])
      expect(text).not.toContain(token().slice(0, 40));
  });
});

async function createContainer(name: string): Promise<void> {
  const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  try {
    await BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(name).create();
  } finally {
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
  }
}
