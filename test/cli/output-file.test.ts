import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutputFile } from '../../src/cli/output-file.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mdc-output-'));
  mkdirSync(join(folder, 'src'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

const src = (): string => join(folder, 'src');

test('a file appears whole, in place of what was there, and leaves nothing beside it', async () => {
  const path = join(folder, 'plan.json');
  writeFileSync(path, 'old');
  const file = await openOutputFile('--out', path, src());
  await file.write(['{', '}\n']);
  expect(readFileSync(path, 'utf8')).toBe('{}\n');
  expect(readdirSync(folder).sort()).toEqual(['plan.json', 'src']);
});

test('a write that fails leaves the old file and nothing beside it', async () => {
  const path = join(folder, 'plan.json');
  writeFileSync(path, 'old');
  const file = await openOutputFile('--out', path, src());
  const pieces = function* (): Generator<string> {
    yield 'x'.repeat(100_000);
    throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  };
  await expect(file.write(pieces())).rejects.toMatchObject({ code: 'storage', reason: 'ENOSPC' });
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder).sort()).toEqual(['plan.json', 'src']);
});

test('SRC is never written to, however it is named', async () => {
  const inside = join(src(), 'plan.json');
  for (const source of [src(), `${src()}/`, join(folder, 'other', '..', 'src'), pathToFileURL(src()).href]) {
    await expect(openOutputFile('--out', inside, source)).rejects.toMatchObject({
      code: 'usage',
      message: '--out lies inside SRC, which is never written to',
    });
  }
  await expect(openOutputFile('--out', join(folder, 'src2.json'), src())).resolves.toBeDefined();
  await expect(
    openOutputFile('--out', inside, 'https://account.blob.core.windows.net/c'),
  ).resolves.toBeDefined();
});

test('what would make it fail is said before the work begins', async () => {
  const refused = async (path: string): Promise<unknown> =>
    await openOutputFile('--out', path, src()).catch((error: unknown) => error);
  expect(await refused('')).toMatchObject({ code: 'usage', message: "--out needs a file's name" });
  expect(await refused(join(folder, 'no', 'plan.json'))).toMatchObject({
    code: 'usage',
    message: "--out can't be written: its folder is not there",
  });
  expect(await refused(folder)).toMatchObject({ code: 'usage', message: '--out is a folder' });
});
