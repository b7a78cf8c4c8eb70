import { join } from 'node:path';
import { ContainerSASPermissions } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../support/azurite.js';
import { openContainer, readContainer, uploadFolder } from '../../support/blob-trees.js';
import { type CliRun, runCli } from '../../support/cli-child.js';
import { CONTAINER_NAMES, containerName, legacyFolder, readFolder } from '../../support/golden.js';
import { expectedOutcome, outcomeOf } from '../../support/outcome.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

/** By the command line of the build, with the emulator's connection string in the environment. */
function run(...args: string[]): Promise<CliRun> {
  return runCli(args, { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString });
}

async function done(...args: string[]): Promise<CliRun> {
  const ran = await run(...args);
  expect(ran, `${args.join(' ')}\n${ran.stdout}\n${ran.stderr}`).toMatchObject({
    status: expect.toSatisfy((n) => n === 0 || n === 1),
  });
  return ran;
}

describe('blobs to blobs', () => {
  for (const name of CONTAINER_NAMES) {
    it(`${name}: the bytes that the independent oracle expects, verified, and a second run that changes none`, async () => {
      // The container's name is a part of the bytes, so each has an account's worth of containers of its own name.
      const own = await startAzurite();
      try {
        const container = containerName(name);
        const source = await openContainer(own.connectionString, container);
        await uploadFolder(source, legacyFolder(name));
        const destination = await openContainer(own.connectionString, 'results');
        const [from, to] = [`${own.endpoint}/${container}`, `${own.endpoint}/results/model/data`];
        const environment = { AZURE_STORAGE_CONNECTION_STRING: own.connectionString };
        const converted = await runCli(['convert', from, to, '--workers', '2'], environment);
        expect(converted.status, converted.stdout + converted.stderr).toBeLessThan(2);
        const first = await readContainer(destination, 'model/data/');
        expect(outcomeOf(first)).toEqual(await expectedOutcome(name));
        const verified = await runCli(['verify', from, to], environment);
        expect(verified.status, verified.stdout + verified.stderr).toBe(0);
        const again = await runCli(['convert', from, to], environment);
        expect(again.status).toBe(converted.status);
        expect(await readContainer(destination, 'model/data/')).toEqual(first);
      } finally {
        await own.stop();
      }
    });
  }
});

describe('folders and blobs, mixed', () => {
  it('come to the same bytes', async () => {
    const folder = await temporaryFolder();
    const source = await openContainer(azurite.connectionString, 'modeldata');
    await uploadFolder(source, legacyFolder('diabetes'));
    await openContainer(azurite.connectionString, 'fromfolder');
    const [blobs, files] = [`${azurite.endpoint}/modeldata`, legacyFolder('diabetes')];
    await done('convert', blobs, join(folder, 'v2'));
    await done('convert', files, `${azurite.endpoint}/fromfolder`);
    expect(outcomeOf(await readFolder(join(folder, 'v2')))).toEqual(await expectedOutcome('diabetes'));
    const there = await readContainer(await openContainer(azurite.connectionString, 'fromfolder'));
    expect(outcomeOf(there)).toEqual(await expectedOutcome('diabetes'));
    expect((await run('verify', blobs, join(folder, 'v2'))).status).toBe(0);
    expect((await run('verify', files, `${azurite.endpoint}/fromfolder`)).status).toBe(0);
  });
});

describe('a SAS', () => {
  it('opens its container, and is written nowhere', async () => {
    const source = await openContainer(azurite.connectionString, 'withsas');
    await uploadFolder(source, legacyFolder('diabetes'));
    const destination = await openContainer(azurite.connectionString, 'sasresult');
    const sas = async (container: typeof source, permissions: string): Promise<string> =>
      await container.generateSasUrl({
        permissions: ContainerSASPermissions.parse(permissions),
        expiresOn: new Date(Date.now() + 3_600_000),
      });
    const [from, to] = [await sas(source, 'rl'), await sas(destination, 'racwdl')];
    const signatures = [from, to].map((url) => new URL(url).searchParams.get('sig') ?? '');
    const outputs: string[] = [];
    for (const args of [
      ['convert', from, to],
      ['convert', from, to, '--json'],
      ['verify', from, to],
      ['status', to],
      ['plan', from],
      ['convert', to, from],
      ['convert', from, `${to}&broken`, '--verbose'],
    ]) {
      const { stdout, stderr } = await runCli(args);
      outputs.push(stdout, stderr);
    }
    const written = await readContainer(destination);
    expect(written.size).toBeGreaterThan(10);
    for (const text of [...outputs, ...[...written.values()].map(String)]) {
      for (const signature of signatures) {
        expect(text).not.toContain(signature);
        expect(text).not.toContain(encodeURIComponent(signature));
      }
    }
    expect(outputs[0]).toContain('withsas');
  });

  it('that may not write is told what it lacks', async () => {
    const container = await openContainer(azurite.connectionString, 'readonly');
    const expiresOn = new Date(Date.now() + 3_600_000);
    const url = await container.generateSasUrl({
      permissions: ContainerSASPermissions.parse('rl'),
      expiresOn,
    });
    const { status, stderr } = await runCli(['convert', legacyFolder('diabetes'), url]);
    expect(status).toBe(3);
    expect(stderr).toContain('the SAS does not allow it');
    expect(stderr).toContain('racwdl');
  });
});

describe('storage as it is after years', () => {
  it('archived blobs are counted and left, folder stubs are no sources', async () => {
    const container = await openContainer(azurite.connectionString, 'oldcontainer');
    await uploadFolder(container, legacyFolder('diabetes'));
    const all = [...(await readContainer(container)).keys()].filter((name) => name.endsWith('/inputs.csv'));
    const archived = all[0] ?? '';
    await container.getBlobClient(archived).setAccessTier('Archive');
    await container.getBlockBlobClient('sub/folder').upload('', 0, { metadata: { hdi_isfolder: 'true' } });
    await openContainer(azurite.connectionString, 'oldresult');
    const ran = await run('convert', `${azurite.endpoint}/oldcontainer`, `${azurite.endpoint}/oldresult`);
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stdout).toContain('1 blob left in the archive tier');
    const plan = await run('plan', `${azurite.endpoint}/oldcontainer`, '--json');
    const { leftOut, files } = JSON.parse(plan.stdout) as {
      leftOut: { why: string; count: number; bytes: number; examples: string[] }[];
      files: { source: string }[];
    };
    const left = leftOut.find(({ why }) => why.startsWith('archived'));
    expect(left).toMatchObject({ count: 1, examples: [archived] });
    expect(left?.bytes).toBeGreaterThan(0);
    expect(files.some(({ source }) => source === archived)).toBe(false);
    expect(JSON.stringify(leftOut)).not.toContain('sub/folder');
  });
});

describe('what is not there', () => {
  it('a container is told from an account', async () => {
    const missing = await run('plan', `${azurite.endpoint}/nocontainer`);
    expect(missing).toMatchObject({ status: 3 });
    expect(missing.stderr).toContain('has no container nocontainer');
    const elsewhere = await runCli([
      'plan',
      'https://mdcbridgenosuchaccount.blob.core.windows.net/modeldata?sv=1&sig=abc',
    ]);
    expect(elsewhere).toMatchObject({ status: 3 });
    expect(elsewhere.stderr).toContain('mdcbridgenosuchaccount.blob.core.windows.net');
    expect(elsewhere.stderr).not.toContain('abc');
  });

  it('credentials: the error says which there could be', async () => {
    const { status, stderr } = await runCli(['plan', `${azurite.endpoint}/modeldata`], {
      AZURE_STORAGE_CONNECTION_STRING: '',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('AZURE_STORAGE_CONNECTION_STRING');
  });
});
