import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../src/convert/plan-file.js';
import { addUp, type ConvertReport } from '../../../src/convert/report.js';
import type { ConvertOptions } from '../../../src/convert/run.js';
import { heldBy } from '../../../src/storage/lock-holder.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { type FakeIo, fakeIo, runFake } from '../fake-io.js';
import { file, plan } from '../render/sample-plan.js';

function report(part: Partial<ConvertReport> = {}): ConvertReport {
  return {
    kind: 'mdc-bridge conversion',
    source: 'file:///modeldata',
    destination: 'file:///out',
    sourceId: 'modeldata-01234567',
    totals: addUp([]),
    converted: 1,
    unchanged: 0,
    again: {},
    gone: { sources: 0, examples: [] },
    changed: [],
    failed: [],
    foreign: 0,
    rejectsOverLimit: false,
    interrupted: false,
    seconds: 1,
    ...part,
  };
}

interface Asked {
  options?: ConvertOptions;
}

function convertingIo(result: ConvertReport, asked: Asked = {}, planned: Plan = plan()): FakeIo {
  return fakeIo({
    engine: {
      convertTree: (_source, _destination, options) => {
        asked.options = options;
        options.onPlan?.(planned);
        return Promise.resolve(result);
      },
    },
  });
}

const CONVERT = ['convert', './modeldata', './out'];

describe('the exit status tells how it ended, and the next step fits', () => {
  test.each([
    ['done', {}, 0, 'to prove it:\n    mdc-bridge verify ./modeldata ./out'],
    ['too many rejects', { rejectsOverLimit: true }, 1, 'mdc-bridge verify ./modeldata ./out'],
    [
      'live events have some rows of a call, whatever --max-rejects allows',
      { totals: { ...addUp([]), rejected: { 'partly-live': 1 } } },
      1,
      'mdc-bridge verify ./modeldata ./out',
    ],
    [
      'a file failed',
      { failed: [{ source: 'a.csv', error: 'x' }] },
      3,
      'again:\n    mdc-bridge convert ./modeldata ./out',
    ],
    ['a file changed', { changed: ['a.csv'] }, 3, 'mdc-bridge plan ./modeldata'],
    ['interrupted', { interrupted: true }, 130, 'to go on:\n    mdc-bridge convert ./modeldata ./out'],
    ['interrupted, whatever else', { interrupted: true, rejectsOverLimit: true }, 130, 'to go on:'],
  ])('%s', async (_, part, status, next) => {
    const ended = await runFake(CONVERT, convertingIo(report(part)));
    expect(ended.status).toBe(status);
    expect(ended.stdout).toContain(next);
  });
});

test('a second run ends with 3, and says whom it met and what to do', async () => {
  const holder = {
    host: 'vm-1',
    pid: 4711,
    since: '2026-11-22T07:40:00.000Z',
    command: 'mdc-bridge convert a b',
  };
  const io = fakeIo({ engine: { convertTree: () => Promise.reject(heldBy(holder, 'file:///out/lock')) } });
  expect(await runFake(CONVERT, io)).toEqual({
    status: 3,
    stdout: '',
    stderr: `mdc-bridge: another run is at work here: process 4711 on vm-1, since 2026-11-22T07:40:00.000Z: mdc-bridge convert a b (file:///out/lock)
→ wait for its end (\`mdc-bridge status DEST\` shows how far it is), or end it, and run the same command again: a process that is gone holds the lock for a minute at most
`,
  });
});

test('--json prints the report', async () => {
  const { stdout } = await runFake([...CONVERT, '--json'], convertingIo(report()));
  expect(JSON.parse(stdout)).toEqual(report());
});

test('the options of a conversion reach the library', async () => {
  const asked: Asked = {};
  const argv = [
    ...CONVERT,
    ...[
      '--max-rejects',
      '0.5%',
      '--replan',
      '--repair',
      '--skip-existing',
      '--pair',
      'order',
      '--workers',
      '0',
    ],
  ];
  await runFake(argv, convertingIo(report(), asked));
  expect(asked.options).toMatchObject({
    maxRejects: '0.5%',
    replan: true,
    repair: true,
    skipExisting: true,
    pair: 'order',
    workers: 0,
  });
});

describe('a plan that rejects more than the limit', () => {
  const planned = plan({ files: [file({ counts: { rows: 100, rejected: { width: 3 } } })] });

  test.each([
    [[], '! 3 rows will be rejected, more than --max-rejects 0 allows: '],
    [['--max-rejects', '2'], '! 3 rows will be rejected, more than --max-rejects 2 allows: '],
    [['--max-rejects', '2%'], '! 3 rows will be rejected, more than --max-rejects 2% allows: '],
    [['--max-rejects', '3'], ''],
    [['--max-rejects', '3%'], ''],
    [['--quiet'], ''],
  ])('is said first with %j: %s', async (argv, warning) => {
    const { stderr } = await runFake([...CONVERT, ...argv], convertingIo(report(), {}, planned));
    expect(stderr.slice(0, warning.length)).toBe(warning);
    if (warning === '') expect(stderr).toBe('');
  });
});

describe('with --plan', () => {
  async function planFile(text: string): Promise<string> {
    const path = join(await temporaryFolder(), 'plan.json');
    writeFileSync(path, text);
    return path;
  }

  test('the file decides', async () => {
    const asked: Asked = {};
    const path = await planFile(JSON.stringify(plan()));
    const { status } = await runFake(
      [...CONVERT, '--plan', path, '--workers', '1'],
      convertingIo(report(), asked),
    );
    expect(status).toBe(0);
    expect(asked.options).toMatchObject({ plan: plan(), workers: 1 });
    expect(asked.options).not.toHaveProperty('explode');
  });

  test('options that it holds are refused by name', async () => {
    const path = await planFile(JSON.stringify(plan()));
    const argv = [...CONVERT, '--plan', path, '--pair', 'order', '--keep-aml-columns', '--types-like', 'x'];
    const { status, stderr } = await runFake(argv);
    expect(status).toBe(2);
    expect(
      stderr,
    ).toBe(`mdc-bridge: --plan and --pair, --keep-aml-columns, --types-like exclude each other: the plan has decided
→ edit the plan, or give those options to \`plan\`
`);
  });

  test('a file that is not there, or is no plan, is wrong usage', async () => {
    const absent = await runFake([...CONVERT, '--plan', '/no/plan.json']);
    expect(absent.status).toBe(2);
    expect(absent.stderr).toContain(
      "mdc-bridge: the plan file can't be read (/no/plan.json)\n  because ENOENT",
    );
    expect(absent.stderr).toContain('→ write one with: mdc-bridge plan SRC --out /no/plan.json');
    const path = await planFile('{"kind":"something else"}');
    const wrong = await runFake([...CONVERT, '--plan', path]);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain(path);
  });
});
