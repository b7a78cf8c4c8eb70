import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The built CLI: signals, broken pipes and exit statuses are the process's, so a process must show them. */
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const SOURCE = fileURLToPath(new URL('../../fixtures/legacy/diabetes/modeldata', import.meta.url));

test('the CLI is built', () => {
  expect(existsSync(MAIN), 'npm run build makes dist/, which these tests run').toBe(true);
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface StartOptions {
  /** Code that runs before the CLI in the same process. */
  readonly before?: string;
  readonly readsStdout?: boolean;
}

async function start(
  argv: readonly string[],
  { before, readsStdout = true }: StartOptions = {},
): Promise<Ended> {
  const preload =
    before === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(before)}`];
  const child = spawn(process.execPath, [...preload, MAIN, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  if (readsStdout) child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  else child.stdout.destroy();
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return { status, ...text };
}

/** Sends the process signals when it makes its first output visible: in the midst of its work, on any machine. */
function signalsAtFirstRename(...signals: readonly string[]): string {
  return `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const rename = fs.promises.rename;
    fs.promises.rename = async (from, to) => {
      await rename(from, to);
      // A source's hours become visible at once: only the first of them sends.
      if (!to.endsWith('.jsonl') || fs.promises.rename === rename) return;
      fs.promises.rename = rename;
      syncBuiltinESMExports();
      for (const signal of ${JSON.stringify(signals)}) {
        process.kill(process.pid, signal);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    syncBuiltinESMExports();`;
}

test('--version is the package\u2019s', async () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  expect(await start(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});

test('the process ends with the command\u2019s exit status', async () => {
  expect((await start(['plan', SOURCE])).status).toBe(0);
  expect((await start(['nonsense'])).status).toBe(2);
});

test.each(['SIGINT', 'SIGTERM'])(
  '%s ends a conversion well, and the next run finishes it',
  async (signal) => {
    const out = join(await temporaryFolder(), 'v2');
    const convert = ['convert', SOURCE, out, '--workers', '0'];
    const { status, stdout, stderr } = await start(convert, { before: signalsAtFirstRename(signal) });
    expect({ status, stderr }).toEqual({
      status: 130,
      stderr: 'interrupted: ending well with the file in hand; once more to stop at once\n',
    });
    expect(stdout).toMatch(/^Interrupted: \d+ files? converted and whole/);
    expect(await start(convert)).toMatchObject({ status: 0, stderr: '' });
    expect(await start(['verify', SOURCE, out, '--workers', '0'])).toMatchObject({ status: 0 });
  },
);

test('a second signal ends it at once, and still no half file is left', async () => {
  const out = join(await temporaryFolder(), 'v2');
  const convert = ['convert', SOURCE, out, '--workers', '0'];
  const { status, stdout } = await start(convert, { before: signalsAtFirstRename('SIGINT', 'SIGINT') });
  expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
  const visible = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^aks.*jsonl$/.test(name),
  );
  for (const name of visible) expect(readFileSync(join(out, name), 'utf8')).toMatch(/\}\n$/);
  expect((await start(convert)).status).toBe(0);
  expect(await start(['verify', SOURCE, out, '--workers', '0'])).toMatchObject({ status: 0 });
});

test('a reader of stdout that goes away is no error', async () => {
  for (const argv of [['plan', SOURCE], ['plan', SOURCE, '--json'], ['--help']]) {
    expect(await start(argv, { readsStdout: false })).toEqual({ status: 0, stdout: '', stderr: '' });
  }
});

test('an error that nobody caught is called a bug, and never ends with 1', async () => {
  const before = "setTimeout(() => { throw new Error('out of the blue'); }, 0);";
  const { status, stderr } = await start(['plan', SOURCE], {
    before: `process.once('newListener', () => { ${before} });`,
  });
  expect(status).toBe(3);
  expect(stderr).toMatch(/^mdc-bridge: this is a bug in mdc-bridge.*out of the blue/s);
});
