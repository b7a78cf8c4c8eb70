import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PlanOptions } from '../../../src/convert/plan.js';
import type { Plan } from '../../../src/convert/plan-file.js';
import { parsePlan } from '../../../src/convert/plan-file-reader.js';
import { MdcBridgeError } from '../../../src/errors.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { type Ended, type FakeIo, fakeIo, runFake } from '../fake-io.js';
import { plan } from '../render/sample-plan.js';

interface Asked {
  source?: string;
  options?: PlanOptions;
}

/** An io whose planMigration remembers what it was asked and gives the plan. */
function planningIo(asked: Asked = {}, result: Plan = plan()): FakeIo {
  return fakeIo({
    engine: {
      planMigration: (source, options) => {
        Object.assign(asked, { source, options });
        return Promise.resolve(result);
      },
    },
  });
}

async function optionsOf(...argv: string[]): Promise<Partial<PlanOptions>> {
  const asked: Asked = {};
  expect((await runFake(['plan', 'SRC', ...argv], planningIo(asked))).status).toBe(0);
  const { signal, onProgress, ...options } = asked.options ?? {};
  expect(signal).toBeInstanceOf(AbortSignal);
  expect(onProgress).toBeTypeOf('function');
  return options;
}

test('without options the library decides everything', async () => {
  expect(await optionsOf()).toEqual({});
});

test('every option reaches the library under its name there', async () => {
  const argv = [
    ...[
      '--prefix',
      'p',
      '--source-name',
      'c',
      '--include',
      'a',
      '--include',
      'b',
      '--exclude',
      'x',
      '--workers',
      '3',
    ],
    ...[
      '--endpoint',
      '{service}',
      '--deployment',
      '{model}',
      '--collection',
      '{designation}',
      '--map',
      'raw=model_inputs',
    ],
    ...[
      '--identity',
      's/r/w/svc/m/1',
      '--explode',
      'never',
      '--pair',
      'order',
      '--empty',
      'string',
      '--keep-aml-columns',
    ],
    ...['--row-id', 'my_id=user', '--since', '2024-01-01', '--until', '2024-02-01', '--dataref-over', '4MiB'],
    ...[
      '--dataref-base',
      'azureml://x',
      '--header',
      '*_unnamed/**=absent',
      '--columns',
      'a,b',
      '--variant',
      '2=a,b',
    ],
    ...['--types-like', 'v2'],
  ];
  expect(await optionsOf(...argv)).toEqual({
    prefix: 'p',
    sourceName: 'c',
    include: ['a', 'b'],
    exclude: ['x'],
    workers: 3,
    endpoint: '{service}',
    deployment: '{model}',
    collection: '{designation}',
    map: { raw: 'model_inputs' },
    identity: { '*': 's/r/w/svc/m/1' },
    explode: 'never',
    pair: 'order',
    empty: 'string',
    keepAmlColumns: true,
    rowId: { name: 'my_id', by: 'user' },
    since: '2024-01-01',
    until: '2024-02-01',
    datarefOver: 4_194_304,
    datarefBase: 'azureml://x',
    header: { '*_unnamed/**': 'absent' },
    columns: ['a', 'b'],
    variants: { '*': { 2: ['a', 'b'] } },
    typesLike: 'v2',
  });
});

describe('the result', () => {
  test('is text on stdout, with the command that does it and nothing on stderr', async () => {
    const argv = ['plan', './my data', '--explode', 'never', '--no-color'];
    const { status, stdout, stderr } = await runFake(argv, planningIo());
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Plan for file:\/\/\/data\/modeldata\n/);
    expect(stdout).toMatch(/\n {4}mdc-bridge convert '\.\/my data' --explode never DEST\n$/);
  });

  test('is one JSON document with --json, and flags like that may stand before the command', async () => {
    const { stdout: text } = await runFake(['--quiet', 'plan', 'SRC'], planningIo());
    expect(text).toMatch(/\n {4}mdc-bridge convert SRC DEST\n$/);
    for (const argv of [
      ['plan', 'SRC', '--json'],
      ['--json', 'plan', 'SRC'],
    ]) {
      const { stdout } = await runFake(argv, planningIo());
      expect(JSON.parse(stdout)).toEqual(plan());
    }
  });

  test('is coloured on a terminal, and not with --no-color', async () => {
    for (const [argv, expected] of [
      [['plan', 'SRC'], true],
      [['plan', 'SRC', '--no-color'], false],
    ] as const) {
      const io = { ...planningIo(), stdout: fakeIo({ stdoutColumns: 100 }).stdout };
      await runFake(argv, io);
      expect(io.stdout.text.includes('\u001b[1m')).toBe(expected);
    }
  });

  test('goes to a file that convert can read, and the next command names it', async () => {
    const out = join(await temporaryFolder(), 'plan.json');
    const { status, stdout } = await runFake(['plan', 'SRC', '--out', out, '--pair', 'order'], planningIo());
    expect(status).toBe(0);
    expect(parsePlan(readFileSync(out, 'utf8'))).toEqual(plan());
    expect(stdout).toContain(`    mdc-bridge convert SRC DEST --plan ${out}\n`);
  });
});

test('a file that could not be written is said before the tree is read', async () => {
  const { status, stderr } = await runFake(['plan', 'SRC', '--out', '/no/such/folder/plan.json']);
  expect(status).toBe(2);
  expect(stderr).toContain("--out can't be written: its folder is not there (/no/such/folder/plan.json)");
});

async function failing(error: unknown, ...argv: string[]): Promise<Ended> {
  const io = fakeIo({ engine: { planMigration: () => Promise.reject(error) } });
  const ended = await runFake(['plan', 'SRC', ...argv], io);
  expect(io.listeners.size).toBe(0);
  expect(io.clock.timers).toBe(0);
  return ended;
}

test('an error leaves stdout empty, also with --json, and nothing running', async () => {
  const error = new MdcBridgeError('source', 'SRC is empty', { remedy: 'give another' });
  for (const argv of [[], ['--json']]) {
    expect(await failing(error, ...argv)).toEqual({
      status: 2,
      stdout: '',
      stderr: 'mdc-bridge: SRC is empty\n→ give another\n',
    });
  }
  expect((await failing(new TypeError('oops'))).status).toBe(3);
});

test('progress goes to stderr, and not at all with --quiet', async () => {
  for (const [argv, expected] of [
    [['plan', 'SRC'], true],
    [['plan', 'SRC', '--quiet'], false],
  ] as const) {
    const io = fakeIo({
      stderrColumns: 100,
      engine: {
        planMigration: (_, options) => {
          const progress = { filesDone: 1, filesTotal: 2, rows: 3, bytesDone: 4, bytesTotal: 5, seconds: 6 };
          options.onProgress?.({ phase: 'plan', ...progress });
          io.clock.advance(1000);
          return Promise.resolve(plan());
        },
      },
    });
    const { stderr } = await runFake(argv, io);
    expect(stderr.includes('planning  1/2 files')).toBe(expected);
    if (!expected) expect(stderr).toBe('');
  }
});

test('the first interrupt ends the work with 130, the second at once', async () => {
  const io = fakeIo({
    engine: {
      planMigration: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new MdcBridgeError('aborted', 'interrupted')));
          io.interrupt();
          io.interrupt();
        }),
    },
  });
  const { status, stdout, stderr } = await runFake(['plan', 'SRC'], io);
  expect({ status, stdout, exits: io.exits }).toEqual({ status: 130, stdout: '', exits: [130] });
  expect(stderr).toBe(
    'interrupted: ending well with the file in hand; once more to stop at once\nmdc-bridge: interrupted\n',
  );
});

test('a stdout that takes nothing is a failure of its own', async () => {
  const io = planningIo();
  io.stdout.write = () =>
    Promise.reject(new MdcBridgeError('storage', "the result can't be written to stdout"));
  const { status, stderr } = await runFake(['plan', 'SRC'], io);
  expect({ status, stderr }).toEqual({
    status: 3,
    stderr: "mdc-bridge: the result can't be written to stdout\n",
  });
});
