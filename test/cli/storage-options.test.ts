import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunOptions } from '../../src/convert/run-options.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type Ended, fakeIo, runFake } from './fake-io.js';

const BLOBS = 'https://acct.blob.core.windows.net';
const SAS = '?sv=2024-11-04&sig=S3cr%3D';

const COMMANDS = [
  ['plan', 'SRC'],
  ['convert', 'SRC', 'DEST'],
  ['verify', 'SRC', 'DEST'],
  ['trace', 'ID', 'SRC', 'DEST'],
];

interface Asked extends Ended {
  /** What the library was asked; `undefined` if it was not. */
  readonly options: RunOptions | undefined;
}

async function ask(command: readonly string[], ...argv: string[]): Promise<Asked> {
  let options: RunOptions | undefined;
  const note = (given: RunOptions): Promise<never> => {
    options = given;
    return Promise.reject(new Error('asked'));
  };
  const engine = {
    planMigration: (_: string, given: RunOptions) => note(given),
    convertTree: (_: string, __: string, given: RunOptions) => note(given),
    verifyTree: (_: string, __: string, given: RunOptions) => note(given),
    traceCall: (_: string, __: string, ___: string, given: RunOptions) => note(given),
  };
  const ended = await runFake([...command, ...argv], fakeIo({ engine }));
  return { ...ended, options };
}

async function storageOf(...argv: string[]): Promise<RunOptions['storage']> {
  const { options, stderr } = await ask(['plan', 'SRC'], ...argv);
  expect(options, stderr).toBeDefined();
  return options?.storage;
}

test.each(COMMANDS)('every option reaches the library: %s', async (...command) => {
  const argv = [
    ...['--datastore', `a=${BLOBS}/abc${SAS}`, '--datastore', `ws/b=${BLOBS}/def/g`],
    ...['--concurrency', '8', '--bytes-in-flight', '128MiB', '--max-mbps', '0.5', '--retry-seconds', '0'],
  ];
  const { options } = await ask(command, ...argv);
  expect(options?.storage).toEqual({
    datastores: { a: `${BLOBS}/abc${SAS}`, 'ws/b': `${BLOBS}/def/g` },
    concurrency: 8,
    bytesInFlight: 134_217_728,
    maxMbps: 0.5,
    retrySeconds: 0,
  });
});

test('what was not given is not there', async () => {
  expect(await storageOf()).toBeUndefined();
  expect(await storageOf('--concurrency', '4')).toEqual({ concurrency: 4 });
});

describe('a file of datastores', () => {
  test('has a line for each, and may stand beside others', async () => {
    const file = join(await temporaryFolder(), 'stores.txt');
    writeFileSync(file, `# old\r\na=${BLOBS}/abc${SAS}\r\n\r\nb = ${BLOBS}/def\n`);
    expect(await storageOf('--datastore', `c=${BLOBS}/ghi`, '--datastore', `@${file}`)).toEqual({
      datastores: { a: `${BLOBS}/abc${SAS}`, b: `${BLOBS}/def`, c: `${BLOBS}/ghi` },
    });
  });

  test('is named with the line that is wrong, but the line is not shown', async () => {
    const file = join(await temporaryFolder(), 'stores.txt');
    writeFileSync(file, `a=${BLOBS}/abc\n${BLOBS}/def${SAS}\n`);
    const { status, stderr } = await ask(['plan', 'SRC'], '--datastore', `@${file}`);
    expect(status).toBe(2);
    expect(stderr).toContain(`mdc-bridge: a datastore is given as name=URL (${file}, line 2)\n`);
    expect(stderr).not.toContain('S3cr');
  });

  test('that is not there is said', async () => {
    for (const file of ['/no/such/stores.txt', '']) {
      const { status, stderr } = await ask(['plan', 'SRC'], '--datastore', `@${file}`);
      expect(status).toBe(2);
      expect(stderr).toContain(
        `mdc-bridge: the file of --datastore can't be read (${file})\n  because ENOENT`,
      );
      expect(stderr).toContain('→ name a file with lines name=URL: --datastore @datastores.txt\n');
    }
  });
});

test.each([
  ['--concurrency', '0', 'give a whole number from 1 to 1024'],
  ['--concurrency', '1.5', 'give a whole number from 1 to 1024'],
  ['--bytes-in-flight', '64MB', 'give a size such as 4MiB'],
  ['--bytes-in-flight', '0', 'give a size such as 4MiB'],
  ['--max-mbps', '0', 'give a number above 0'],
  ['--max-mbps', '1e3', 'give a number above 0'],
  ['--retry-seconds', '-1', 'give a whole number from 0 to 86400'],
])('%s %s is refused', async (flag, value, accepted) => {
  const { status, stderr } = await ask(['plan', 'SRC'], `${flag}=${value}`);
  expect(status).toBe(2);
  expect(stderr).toContain(`mdc-bridge: ${flag} can't be "${value}"\n→ ${accepted}`);
});

test.each([
  ['', 'a datastore is given as name=URL'],
  ['#', 'a datastore is given as name=URL'],
  [`a${BLOBS}/abc${SAS}`, 'a datastore is given as name=URL'],
  [`a=${BLOBS}/A${SAS}`, 'the address of the datastore "a" is wrong: "A" can\'t be a container\'s name'],
])('--datastore %j is refused without showing it', async (value, why) => {
  const { status, stderr } = await ask(['plan', 'SRC'], `--datastore=${value}`);
  expect(status).toBe(2);
  expect(stderr).toContain(why);
  expect(stderr).not.toContain('S3cr');
});

test('the help has them in a group of their own', async () => {
  for (const [name = ''] of COMMANDS) {
    const { stdout } = await runFake([name, '--help']);
    const group = stdout.slice(stdout.indexOf('\nBlob storage:\n')).split('\n\n', 1)[0];
    for (const flag of [
      '--datastore',
      '--concurrency',
      '--bytes-in-flight',
      '--max-mbps',
      '--retry-seconds',
    ]) {
      expect(group).toContain(`  ${flag} <`);
    }
  }
});

test('an argument that commander quotes is shown without its SAS', async () => {
  const { status, stderr } = await ask(['verify', 'SRC', 'DEST'], `${BLOBS}/abc${SAS}`);
  expect(status).toBe(2);
  expect(stderr).toContain('sig=***');
  expect(stderr).not.toContain('S3cr');
});
