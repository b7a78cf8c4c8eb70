import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { openContainer, readContainer, uploadFolder } from '../../support/blob-trees.js';
import { runCli } from '../../support/cli-child.js';
import { FaultProxy } from '../../support/fault-proxy.js';
import { legacyFolder, readFolder } from '../../support/golden.js';

let azurite: Azurite;
let dead: FaultProxy;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mdc-key-'));
  azurite = await startAzurite();
  dead = await FaultProxy.start(azurite, { seed: 1, share: 1, faults: ['reset', 'lost'] });
  await uploadFolder(await openContainer(azurite.connectionString, 'modeldata'), legacyFolder('diabetes'));
  await openContainer(azurite.connectionString, 'results');
});
afterAll(async () => {
  await dead?.stop();
  await azurite?.stop();
  await rm(folder, { recursive: true, force: true });
});

function keyOf(connectionString: string): string {
  return /AccountKey=([^;]+)/.exec(connectionString)?.[1] ?? '';
}

/** As it may be written: itself, in a URL, in a URL within a URL, and without the padding. */
function formsOf(key: string): string[] {
  const encoded = encodeURIComponent(key);
  return [key, key.replace(/=+$/, ''), encoded, encodeURIComponent(encoded)];
}

interface Case {
  readonly status: number;
  readonly connectionString: string;
  readonly endpoint?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Every command, with and without --json; all that they print. */
async function printedBy({ status, connectionString, endpoint, environment }: Case): Promise<string[]> {
  const account = endpoint ?? azurite.endpoint;
  const [from, to] = [`${account}/modeldata`, `${account}/results/v2`];
  const printed: string[] = [];
  for (const args of [
    ['plan', from],
    ['plan', from, '--json', '--out', join(folder, 'plan.json')],
    ['convert', from, to],
    ['convert', from, to, '--json'],
    ['convert', from, join(folder, 'v2')],
    ['verify', from, to, '--report', join(folder, 'report.html')],
    ['verify', from, to, '--json'],
    ['status', to],
  ]) {
    const ran = await runCli(args, {
      AZURE_STORAGE_CONNECTION_STRING: connectionString,
      ...environment,
    });
    expect(ran.status, `${args.join(' ')}\n${ran.stdout}${ran.stderr}`).toBe(status);
    printed.push(ran.stdout, ran.stderr);
  }
  return printed;
}

/** All that lies in the container and in the folder now. */
async function written(): Promise<string[]> {
  const blobs = await readContainer(await openContainer(azurite.connectionString, 'results'));
  return [...blobs.values(), ...(await readFolder(folder)).values()].map(String);
}

function expectNowhere(key: string, texts: readonly string[]): void {
  expect(key.length).toBeGreaterThan(20);
  for (const text of texts) for (const form of formsOf(key)) expect(text).not.toContain(form);
}

describe("a connection string's key is printed and written nowhere", () => {
  it('by commands that fail: a wrong key', async () => {
    const key = randomBytes(64).toString('base64');
    const connectionString = azurite.connectionString.replace(keyOf(azurite.connectionString), key);
    const printed = await printedBy({ status: 3, connectionString });
    expect(printed.join('')).toContain("the connection string's key does not open the container");
    expectNowhere(key, [...printed, ...(await written())]);
  });

  it('by commands that fail: nobody answers', async () => {
    const { endpoint, connectionString } = dead;
    const printed = await printedBy({ status: 3, connectionString, endpoint });
    expectNowhere(keyOf(connectionString), [...printed, ...(await written())]);
    expect(dead.faults).toBe(dead.requests);
  });

  it('by commands that are used wrongly: with a broken connection string, or with it in place of an address', async () => {
    const key = keyOf(azurite.connectionString);
    const printed: string[] = [];
    for (const broken of [
      `AccountKey=${key}`,
      `AccountName=a;AccountKey=${key};BlobEndpoint=nonsense`,
      key,
    ]) {
      const to = `${azurite.endpoint}/results/v2`;
      const environment = { AZURE_STORAGE_CONNECTION_STRING: broken };
      for (const args of [
        ['status', to],
        ['status', to, '--json'],
      ]) {
        const { status, stdout, stderr } = await runCli(args, environment);
        expect(status, stdout + stderr).toBeGreaterThan(1);
        printed.push(stdout, stderr);
      }
    }
    for (const args of [
      ['plan', azurite.connectionString],
      ['plan', azurite.connectionString, '--json'],
      ['convert', legacyFolder('diabetes'), azurite.connectionString],
      ['plan', '.', '--datastore', `a=${azurite.connectionString}`],
    ]) {
      const { status, stdout, stderr } = await runCli(args);
      expect(status, stdout + stderr).toBe(2);
      printed.push(stdout, stderr);
    }
    expectNowhere(key, printed);
  });

  it('by commands that succeed, also where the SDK is told to log all it does', async () => {
    const { connectionString } = azurite;
    const environment = { AZURE_LOG_LEVEL: 'verbose' };
    const printed = await printedBy({ status: 0, connectionString, environment });
    const texts = await written();
    expect(texts.length).toBeGreaterThan(40);
    expect(printed.join('').length).toBeGreaterThan(100_000);
    expect(await readFile(join(folder, 'plan.json'), 'utf8')).toContain('/devstoreaccount1/modeldata');
    expectNowhere(keyOf(connectionString), [...printed, ...texts]);
  });
});
