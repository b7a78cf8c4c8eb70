import { join } from 'node:path';
import { expect, test } from 'vitest';
import { library } from '../../../src/cli/engine.js';
import type { EmitReport } from '../../../src/convert/emit.js';
import { convertTree } from '../../../src/convert/run.js';
import { TREE } from '../../convert/emit/emitted.js';
import { memoryTree } from '../../support/converted.js';
import { readEventTree } from '../../support/legacy-trees.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { type Ended, fakeIo, runFake } from '../fake-io.js';

const ROOT = 'azureml://datastores/archive/paths/history';

async function emit(...args: readonly string[]): Promise<Ended> {
  return await runFake(['emit', ...args], fakeIo({ engine: library }));
}

async function folders(): Promise<{ readonly tree: string; readonly out: string }> {
  const folder = await temporaryFolder();
  const tree = join(folder, 'v2');
  await convertTree(memoryTree(TREE), tree, { workers: 0 });
  return { tree, out: join(folder, 'yaml') };
}

test('what was written, what is to be filled in, and the commands that come next are told', async () => {
  const { tree, out } = await folders();
  const { status, stdout, stderr } = await emit(tree, '--out', out, '--root', ROOT);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const where = '--subscription sub --resource-group rg --workspace-name ws; done';
  const lines = stdout.split('\n');
  expect(lines[0]).toBe(`8 files in ${out}`);
  expect(lines[1]).toBe(`  the converted tree is taken to lie at ${ROOT}`);
  expect(stdout).toMatch(
    /^ {4}FILL_IN_EMAIL {2,}who is told when a signal passes its threshold {2,}1 file$/m,
  );
  expect(lines.slice(-7)).toEqual([
    '→ to register the data assets:',
    `    for f in ${out}/*/data/*.yml; do az ml data create --file "$f" ${where}`,
    '→ to deploy, once its endpoint is there (az ml online-endpoint create):',
    `    for f in ${out}/*/deployment.yml; do az ml online-deployment create --file "$f" ${where}`,
    '→ to monitor, once live data has been collected:',
    `    for f in ${out}/*/monitor.yml; do az ml schedule create --file "$f" ${where}`,
    '',
  ]);
  expect((await readEventTree(out)).size).toBe(8);
});

test('--json is the report', async () => {
  const { tree, out } = await folders();
  const { status, stdout } = await emit(
    tree,
    '--out',
    out,
    '--json',
    '--workspace',
    's/r/w',
    '--task',
    'classification',
  );
  const report = JSON.parse(stdout) as EmitReport;
  expect(status).toBe(0);
  expect(report).toMatchObject({
    kind: 'mdc-bridge emit',
    version: 1,
    out,
    workspace: { subscription: 's', resourceGroup: 'r', name: 'w' },
    root: 'azureml://datastores/FILL_IN_DATASTORE/paths/FILL_IN_FOLDER',
    leftOut: [],
    unfinished: [],
  });
  expect(report.files).toHaveLength(8);
});

test('edited files end with 3 and stay, unless --force is given', async () => {
  const { tree, out } = await folders();
  await emit(tree, '--out', out);
  const again = await emit(tree, '--out', out, '--root', ROOT);
  expect([again.status, again.stdout]).toEqual([3, '']);
  expect(again.stderr).toContain('are there already with another content');
  expect(await emit(tree, '--out', out, '--root', ROOT, '--force')).toMatchObject({ status: 0 });
});

test('wrong values end with 2, a DEST without a migration with 3', async () => {
  const { tree, out } = await folders();
  for (const args of [
    ['--task', 'guess'],
    ['--root', './here'],
    ['--workspace', 'ws'],
  ]) {
    expect(await emit(tree, '--out', out, ...args)).toMatchObject({ status: 2, stdout: '' });
  }
  const none = await emit(await temporaryFolder(), '--out', out);
  expect([none.status, none.stderr]).toEqual([3, expect.stringContaining('DEST holds no migration')]);
});

test('only what was given is handed on, so that the library decides the rest', async () => {
  const seen: unknown[] = [];
  const io = fakeIo({
    engine: {
      emitAssets: (destination, { signal: _signal, ...options }) => {
        seen.push([destination, options]);
        return Promise.reject(new Error('enough'));
      },
    },
  });
  expect((await runFake(['emit', './v2', '--force'], io)).status).toBe(3);
  expect(seen).toEqual([['./v2', { force: true }]]);
});
