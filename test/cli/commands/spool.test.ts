import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { library } from '../../../src/cli/engine.js';
import { SpoolStore } from '../../../src/collect/spool/spool.js';
import { thisOwner } from '../../../src/collect/spool/spool-owner.js';
import { leftIn } from '../../collect/spool-stores.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { fakeIo, runFake } from '../fake-io.js';

const NAME = 'sub/rg/ws/svc/m/1/inputs/2026/11/22/data.csv';
const HEADER = 'x,y\r\n';

/** What a killed collector left: three rows of two blobs. */
async function leave(url: string): Promise<string> {
  const own = await temporaryFolder();
  const store = new SpoolStore({ folder: own, url });
  onTestFinished(() => store.close());
  store.add({ name: NAME, header: Buffer.from(HEADER) }, Buffer.from('1,2\r\n3,4\r\n'), 2);
  store.writeNow();
  store.add({ name: 'other.csv' }, Buffer.from('5\r\n'), 1);
  store.writeNow();
  return await leftIn(own);
}

async function spool(
  ...args: readonly string[]
): Promise<{ status: number; stdout: string; stderr: string }> {
  return await runFake(['spool', ...args], fakeIo({ engine: library }));
}

async function tree(): Promise<{ folder: string; url: string }> {
  const folder = join(await temporaryFolder(), 'modeldata');
  return { folder, url: pathToFileURL(folder).href };
}

test('what is left is listed, and nothing changed', async () => {
  const { folder, url } = await tree();
  const left = await leave(url);
  const before = await readdir(left);
  const { status, stdout, stderr } = await spool('list', left);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    `3 rows left: ${left}`,
    `  left 3 rows, 13 B, in 2 blobs for ${url}`,
    '→ to send it:',
    `    mdc-bridge spool push ${left}`,
    '',
  ]);
  expect(await readdir(left)).toEqual(before);
  await expect(readdir(folder)).rejects.toThrow('ENOENT');
});

test('what is left is sent where it was to go, once, and is gone then', async () => {
  const { folder, url } = await tree();
  const left = await leave(url);
  const { status, stdout } = await spool('push', left);
  expect(status).toBe(0);
  expect(stdout).toBe(`All sent: ${left}\n  sent 3 rows, 13 B, in 2 blobs to ${url}\n`);
  expect(await readFile(join(folder, NAME), 'utf8')).toBe(`${HEADER}1,2\r\n3,4\r\n`);
  expect(await readdir(left)).toEqual([]);
  expect(await spool('push', left)).toMatchObject({ status: 0, stdout: `Nothing left: ${left}\n` });
  expect(await readFile(join(folder, 'other.csv'), 'utf8')).toBe('5\r\n');
});

test('--to sends it elsewhere', async () => {
  const { folder } = await tree();
  const left = await leave('https://account.blob.core.windows.net/modeldata');
  expect(await spool('push', left, '--to', folder)).toMatchObject({ status: 0 });
  expect(await readFile(join(folder, NAME), 'utf8')).toBe(`${HEADER}1,2\r\n3,4\r\n`);
});

test('what could not be sent stays, and ends with 3', async () => {
  const { folder, url } = await tree();
  const left = await leave(url);
  // A folder where a file is to be.
  await mkdir(join(folder, 'other.csv'), { recursive: true });
  const { status, stdout } = await spool('push', left, '--json');
  const report = JSON.parse(stdout);
  expect(status).toBe(3);
  expect(report).toMatchObject({
    kind: 'mdc-bridge spool',
    action: 'push',
    destinations: [{ url, files: 1, sent: { blobs: 1, rows: 2 }, left: { blobs: 1, rows: 1, bytes: 3 } }],
  });
  expect(report.destinations[0].failure).toMatchObject({ code: 'storage' });
  expect((await spool('list', left)).stdout).toContain(`left 1 row, 3 B, in 1 blob for ${url}`);
});

test('a damaged part is told, kept, and ends with 1', async () => {
  const { folder, url } = await tree();
  const left = await leave(url);
  const [file = ''] = await readdir(left);
  const bytes = await readFile(join(left, file));
  bytes[bytes.indexOf('3,4')]! ^= 1;
  await writeFile(join(left, file), bytes);
  const { status, stdout } = await spool('push', left);
  expect(status).toBe(1);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    "! 34 B in 1 file can't be read, at least 2 rows: such files are kept as ….damaged",
  );
  expect(await readFile(join(folder, 'other.csv'), 'utf8')).toBe('5\r\n');
  expect(await readdir(left)).toEqual([expect.stringMatching(/\.damaged$/)]);
});

test('files that don’t tell where they go wait for --to', async () => {
  const { folder, url } = await tree();
  const left = await leave(url);
  const [file = ''] = await readdir(left);
  const bytes = await readFile(join(left, file));
  bytes[30]! ^= 1;
  await writeFile(join(left, file), bytes);
  const { status, stdout } = await spool('push', left);
  expect(status).toBe(3);
  expect(stdout).toContain('name the container, or the folder: --to URL');
  expect(await spool('push', left, '--to', folder)).toMatchObject({ status: 1 });
  expect(await readFile(join(folder, NAME), 'utf8')).toBe(`${HEADER}1,2\r\n3,4\r\n`);
});

test('a collector’s that runs is left to it, and that is said', async () => {
  const { folder, url } = await tree();
  const own = await temporaryFolder();
  const store = new SpoolStore({ folder: own, url });
  onTestFinished(() => store.close());
  store.add({ name: NAME }, Buffer.from('1\r\n'), 1);
  store.writeNow();
  const { status, stdout } = await spool('push', own);
  expect(status).toBe(0);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    `are of process ${process.pid} on ${thisOwner().host}, which still runs`,
  );
  await expect(readdir(folder)).rejects.toThrow('ENOENT');
  expect(store.bytes).toBe(3);
});

test('a folder that is not there, and another action, are wrong usage', async () => {
  const missing = await spool('push', join(await temporaryFolder(), 'none'));
  expect(missing.status).toBe(2);
  expect(missing.stderr).toContain('there is no such spool folder');
  expect(await spool('pull', '.')).toMatchObject({ status: 2, stdout: '' });
});
