import { expect, test } from 'vitest';
import { EXIT_STATUS_HELP, exitStatusOf } from '../../src/cli/exit-status.js';
import { type ErrorCode, MdcBridgeError, StorageError } from '../../src/errors.js';

const TABLE: Readonly<Record<ErrorCode, number>> = {
  usage: 2,
  'plan-file': 2,
  source: 2,
  plan: 3,
  conflict: 3,
  storage: 3,
  internal: 3,
  aborted: 130,
};

test.each(Object.entries(TABLE))('an error of code %s ends with %i', (code, status) => {
  expect(exitStatusOf(new MdcBridgeError(code as ErrorCode, 'x'))).toBe(status);
});

test('a storage error ends with 3, and so does whatever is no error of ours', () => {
  expect(exitStatusOf(new StorageError('ENOSPC', 'full'))).toBe(3);
  expect(exitStatusOf(new TypeError('x is undefined'))).toBe(3);
  expect(exitStatusOf('thrown text')).toBe(3);
});

test('the help tells every status', () => {
  for (const status of new Set([0, 1, ...Object.values(TABLE)])) {
    expect(EXIT_STATUS_HELP).toMatch(new RegExp(`^  ${status} +\\S`, 'm'));
  }
});
