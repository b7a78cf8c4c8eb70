import { describe, expect, test } from 'vitest';
import { addUp } from '../../../src/convert/report.js';
import type { SyncOptions } from '../../../src/follow/sync-options.js';
import type { SyncPass, SyncReport } from '../../../src/follow/sync-report.js';
import { type FakeIo, fakeIo, runFake } from '../fake-io.js';

const REPORT: SyncReport = {
  kind: 'mdc-bridge sync',
  version: 1,
  source: 'file:///modeldata',
  destination: 'file:///out',
  sourceId: 'modeldata-01234567',
  totals: { ...addUp([]), files: 2, rows: 30, events: 12, bytesIn: 4000, bytesOut: 9000 },
  passes: 3,
  converted: 4,
  anew: 0,
  compacted: 0,
  unsettled: { files: 0, bytes: 0 },
  restless: [],
  waiting: [],
  stopped: [],
  failed: [],
  rejectsOverLimit: false,
  interrupted: false,
  seconds: 2,
};
const PASS: SyncPass = {
  number: 2,
  listed: 'live folders',
  converted: 3,
  anew: 1,
  unsettled: { files: 1, bytes: 1200 },
  restless: [],
  seconds: 0.4,
};
const STOPPED = { collection: 'a/b/c', why: 'a/b/c: age was integer, is string too (such as x)' };
const SYNC = ['sync', './modeldata', './out'];

interface Asked {
  options?: SyncOptions;
}

function syncingIo(part: Partial<SyncReport> = {}, asked: Asked = {}): FakeIo {
  const report = { ...REPORT, ...part };
  return fakeIo({
    engine: {
      syncTree: (_source, _destination, options) => {
        asked.options = options;
        options.onPass?.(PASS);
        options.onPass?.({ ...PASS, number: 3, converted: 0 });
        for (const { collection, why } of report.stopped) options.onStop?.(collection, why);
        return Promise.resolve(report);
      },
    },
  });
}

describe('the exit status tells how it ended, and the next step fits', () => {
  test.each<[string, Partial<SyncReport>, string[], number, string]>([
    ['done', {}, [], 0, 'to prove it:\n    mdc-bridge verify ./modeldata ./out'],
    [
      'some has not settled',
      { unsettled: { files: 1, bytes: 9 } },
      [],
      0,
      'to go on:\n    mdc-bridge sync ./modeldata ./out',
    ],
    [
      'a collection stopped',
      { stopped: [STOPPED] },
      [],
      3,
      'mdc-bridge sync ./modeldata ./out --on-type-change string',
    ],
    ['a file failed', { failed: [{ source: 'a.csv', error: 'x' }] }, [], 3, 'mdc-bridge verify'],
    ['a file changed all the time', { restless: ['a.csv'] }, [], 3, 'mdc-bridge verify'],
    ['too many rejects', { rejectsOverLimit: true }, [], 1, 'mdc-bridge verify'],
    ['interrupted', { interrupted: true }, [], 130, 'to go on:'],
    ['a signal ends --watch', { interrupted: true }, ['--watch'], 0, 'to go on:'],
    [
      'a signal ends --watch, and a collection is stopped',
      { interrupted: true, stopped: [STOPPED] },
      ['--watch'],
      3,
      '',
    ],
  ])('%s', async (_, part, flags, status, next) => {
    const ended = await runFake([...SYNC, ...flags], syncingIo(part));
    expect(ended.status).toBe(status);
    expect(ended.stdout).toContain(next);
  });
});

test('the result, whole', async () => {
  const part: Partial<SyncReport> = {
    stopped: [STOPPED],
    waiting: [{ source: 'p.csv', size: 90, why: 'it waits for the end of its day' }],
    unsettled: { files: 2, bytes: 1290 },
  };
  const { stdout } = await runFake(SYNC, syncingIo(part));
  expect(stdout).toBe(`Not all followed: file:///modeldata → file:///out
  passes         3  4 files converted
  files          2  4.0 kB
  rows          30  in 12 events, 9.0 kB
  rejects        0
  unsettled      2  files with 1.3 kB that wait
  time       2.0 s

! 1 collection stopped
    a/b/c: age was integer, is string too (such as x)

! 1 file with nothing converted yet
    p.csv: it waits for the end of its day

→ to make such columns strings:
    mdc-bridge sync ./modeldata ./out --on-type-change string
`);
});

test('--watch tells each pass that did something in a line on stderr, and what stops a collection at once', async () => {
  const { stderr } = await runFake([...SYNC, '--watch'], syncingIo({ stopped: [STOPPED] }));
  expect(stderr).toBe(
    `pass 2: 3 files converted, 1 of them from the start, 1.2 kB of 1 file not settled, in 0.4 s
! a/b/c: age was integer, is string too (such as x): what comes for it is left until you decide,
  with --on-type-change or --plan
`,
  );
});

test('--quiet keeps passes and warnings back', async () => {
  const { stderr } = await runFake([...SYNC, '--watch', '--quiet'], syncingIo({ stopped: [STOPPED] }));
  expect(stderr).toBe('');
});

test('--json prints the report', async () => {
  const { stdout } = await runFake([...SYNC, '--json'], syncingIo());
  expect(JSON.parse(stdout)).toEqual(REPORT);
});

test('its options reach the library, times in milliseconds', async () => {
  const asked: Asked = {};
  const argv = ['--watch', '--interval', '1.5s', '--settle', '2m', '--compact', '--on-type-change', 'reject'];
  await runFake(
    [...SYNC, ...argv, '--max-rejects', '1%', '--pair', 'order', '--workers', '0'],
    syncingIo({}, asked),
  );
  expect(asked.options).toMatchObject({
    watch: true,
    interval: 1500,
    settle: 120_000,
    compact: true,
    onTypeChange: 'reject',
    maxRejects: '1%',
    pair: 'order',
    workers: 0,
  });
});

test.each([
  ['--interval', '30', 'a time such as 30s; the units are ms, s, m, h and d'],
  ['--settle', '-1s', 'a time such as 30s; the units are ms, s, m, h and d'],
  ['--on-type-change', 'null', 'stop or string or reject'],
])("%s can't be %s", async (flag, given, accepted) => {
  expect(await runFake([...SYNC, `${flag}=${given}`])).toEqual({
    status: 2,
    stdout: '',
    stderr: `mdc-bridge: ${flag} can't be "${given}"\n→ give ${accepted}\n`,
  });
});
