import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What neither the build nor the package needs: large, or not to be touched while other tests use it. */
const LEFT_OUT = new Set([
  '.git',
  'node_modules',
  'dist',
  'fixtures',
  'bench',
  'test',
  'demo-output',
  '.venv-test',
]);

const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

let folder: string;
let tarball: string;
let consumer: string;

/** What the command printed; a failure is an error with all of its output. */
async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd }).catch((error) => {
    throw new Error(`${error.message}\n${error.stdout}`, { cause: error });
  });
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mdc-bridge-package-'));
  tarball = await pack(join(folder, 'project'));
  consumer = join(folder, 'consumer');
  await mkdir(consumer);
  await writeFile(join(consumer, 'package.json'), '{ "private": true, "type": "module" }');
  const nodeTypes = `@types/node@${manifest.devDependencies['@types/node']}`;
  await run(consumer, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', tarball, nodeTypes);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Packs a copy, because packing builds and building empties `dist/`; the copy starts with output of an earlier build. */
async function pack(copy: string): Promise<string> {
  await mkdir(join(copy, 'dist'), { recursive: true });
  await writeFile(join(copy, 'dist', 'stale.js'), '');
  for (const name of await readdir(ROOT)) {
    if (!LEFT_OUT.has(name)) await cp(join(ROOT, name), join(copy, name), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  await run(copy, 'npm', 'pack', '--pack-destination', folder);
  return join(folder, `${manifest.name}-${manifest.version}.tgz`);
}

test('the package has the build and the documents, and nothing else', async () => {
  const installed = join(consumer, 'node_modules', manifest.name);
  expect((await readdir(installed)).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'MIGRATION.md',
    'README.md',
    'dist',
    'package.json',
  ]);
  const built = await readdir(join(installed, 'dist'));
  expect(built).toContain('index.d.ts');
  expect(built).not.toContain('stale.js');
});

test('the installed command says its version', async () => {
  const bin = join(consumer, 'node_modules', '.bin', 'mdc-bridge');
  expect(await run(consumer, bin, '--version')).toBe(`${manifest.version}\n`);
});

test('a module imports the library', async () => {
  const text = `
    import { convertTree, planMigration, traceCall, verifyTree } from '${manifest.name}';
    console.log([convertTree, planMigration, traceCall, verifyTree].map((value) => typeof value).join());
  `;
  await writeFile(join(consumer, 'consumer.mjs'), text);
  expect(await run(consumer, process.execPath, 'consumer.mjs')).toBe('function,function,function,function\n');
});

test('a strict TypeScript consumer compiles against the declarations, and runs', async () => {
  const text = `
    import { convertTree } from '${manifest.name}';

    export function convert(...args: Parameters<typeof convertTree>): ReturnType<typeof convertTree> {
      return convertTree(...args);
    }

    // @ts-expect-error: a number is no source. Were the declarations missing, it would pass as \`any\`.
    export const misuse = (): unknown => convertTree(42);

    console.log(typeof convert);
  `;
  await writeFile(join(consumer, 'consumer.ts'), text);
  const strict = ['--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  await run(consumer, tsc, ...strict, '--skipLibCheck', 'false', '--outDir', 'out', 'consumer.ts');
  expect(await run(consumer, process.execPath, 'out/consumer.js')).toBe('function\n');
});

test('publint finds nothing wrong with the tarball', async () => {
  await run(ROOT, join(ROOT, 'node_modules', '.bin', 'publint'), 'run', tarball, '--strict');
});

test('the types resolve wherever ESM does', async () => {
  await run(ROOT, join(ROOT, 'node_modules', '.bin', 'attw'), tarball, '--profile', 'esm-only');
});
