import { expect, test } from 'vitest';
import { statusText } from '../../../src/cli/render/status-text.js';
import type { MigrationStatus } from '../../../src/convert/status.js';
import { HOSTILE, PAGE, shown } from './shown-lines.js';

const finished: MigrationStatus = {
  sourceId: 'modeldata-01234567',
  source: 'file:///modeldata',
  sources: { done: 1_234, inHand: 0, left: 0 },
  bytes: { done: 467_000, left: 0 },
  rows: 1_705,
  events: 1_236,
  rejected: {},
};

const halfway: Partial<MigrationStatus> = {
  sources: { done: 1_200, inHand: 4, left: 30 },
  bytes: { done: 400_000_000, left: 1_200_000_000 },
  rejected: { width: 3, type: 2 },
};

function render(...parts: Partial<MigrationStatus>[]): string {
  const migrations = parts.map((part) => ({ ...finished, ...part }));
  return shown(
    statusText({ kind: 'mdc-bridge status', version: 1, destination: 'file:///out', migrations }, PAGE),
  );
}

test('a migration that is finished, whole', () => {
  expect(render({})).toBe(`Finished: file:///modeldata → file:///out
  finished  1\u202f234  467 kB, 100 %
  left          0
  rows      1\u202f705  in 1\u202f236 events
  rejects       0`);
});

test('a migration at work, whole', () => {
  const heldBy = {
    host: 'vm-1',
    pid: 4711,
    since: '2026-11-22T07:40:00.000Z',
    command: 'mdc-bridge convert a b',
  };
  const pace = { seconds: 60, bytesPerSecond: 20e6, secondsLeft: 60.6 };
  expect(render({ ...halfway, heldBy, pace })).toBe(`At work: file:///modeldata → file:///out
  finished    1\u202f200  400 MB, 25.0 %
  in hand         4
  left           30  1.2 GB
  rows        1\u202f705  in 1\u202f236 events
  rejects         5  3 width, 2 type
  speed     20 MB/s  for 1 min 00 s, ETA 1 min 01 s
  process 4711 on vm-1, since 2026-11-22T07:40:00.000Z: mdc-bridge convert a b`);
});

test('a migration that nobody goes on with says what to do', () => {
  const text = render({ ...halfway, sources: { done: 1_200, inHand: 0, left: 34 } });
  expect(text).toContain('Not finished, and nobody is at work: file:///modeldata');
  expect(text).toContain('to go on, run the command again that was given to convert');
});

test('a run that has not told its pace yet is shown without one', () => {
  const heldBy = { host: 'unknown', pid: 0, since: '2026-11-22T07:40:00.000Z', command: '' };
  const text = render({ ...halfway, heldBy });
  expect(text).toContain("somebody whose lock can't be read, since 2026-11-22T07:40:00.000Z");
  expect(text).not.toMatch(/speed|ETA/);
});

test('several migrations are told one after the other', () => {
  const text = render({}, { source: 'file:///other' });
  expect(text.match(/^Finished: .*$/gm)).toEqual([
    'Finished: file:///modeldata → file:///out',
    'Finished: file:///other → file:///out',
  ]);
});

test('no migration says what was looked for', () => {
  expect(render()).toBe(`No migration: file:///out
  it has no _migration/…/plan.json; \`convert\` writes one before its first event`);
});

test('names from outside are shown, not acted on', () => {
  const heldBy = { host: HOSTILE, pid: 1, since: HOSTILE, command: HOSTILE };
  expect(render({ source: HOSTILE, heldBy, rejected: { [HOSTILE]: 1 } })).toContain('\\u001b[2J');
});
