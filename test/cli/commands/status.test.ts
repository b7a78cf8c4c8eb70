import { expect, test } from 'vitest';
import type { MigrationStatus, StatusReport } from '../../../src/convert/status.js';
import { MdcBridgeError } from '../../../src/errors.js';
import { type FakeIo, fakeIo, runFake } from '../fake-io.js';

const migration: MigrationStatus = {
  sourceId: 'modeldata-01234567',
  source: 'file:///modeldata',
  sources: { done: 12, inHand: 0, left: 0 },
  bytes: { done: 1_000_000, left: 0 },
  rows: 100,
  events: 10,
  rejected: {},
};

function statusIo(migrations: readonly MigrationStatus[]): FakeIo {
  const report: StatusReport = {
    kind: 'mdc-bridge status',
    version: 1,
    destination: 'file:///out',
    migrations,
  };
  return fakeIo({
    engine: { readStatus: (destination) => Promise.resolve({ ...report, destination }) },
  });
}

test('how far a migration is is shown, as text or as JSON', async () => {
  const text = await runFake(['status', './out'], statusIo([migration]));
  expect(text).toMatchObject({ status: 0, stderr: '' });
  expect(text.stdout).toContain('Finished: file:///modeldata → ./out\n  finished');
  const json = await runFake(['status', './out', '--json'], statusIo([migration]));
  expect(json.status).toBe(0);
  expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'mdc-bridge status', migrations: [migration] });
});

test('a DEST without a migration ends with 3, also as JSON', async () => {
  const text = await runFake(['status', './out'], statusIo([]));
  expect([text.status, text.stdout.split('\n')[0]]).toEqual([3, 'No migration: ./out']);
  const json = await runFake(['status', './out', '--json'], statusIo([]));
  expect(json.status).toBe(3);
  expect(JSON.parse(json.stdout)).toMatchObject({ migrations: [] });
});

test('what can’t be read is an error as everywhere', async () => {
  const io = fakeIo({
    engine: { readStatus: () => Promise.reject(new MdcBridgeError('storage', 'the disk is broken')) },
  });
  expect(await runFake(['status', './out'], io)).toEqual({
    status: 3,
    stdout: '',
    stderr: 'mdc-bridge: the disk is broken\n',
  });
});
