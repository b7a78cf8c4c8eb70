import { expect, test } from 'vitest';
import { listenForInterrupts } from '../../src/cli/interruption.js';
import { fakeIo } from './fake-io.js';

test('the first signal aborts, the second ends the process at once', () => {
  const io = fakeIo();
  const said: string[] = [];
  const { signal } = listenForInterrupts(io, () => said.push('first'));
  expect(signal.aborted).toBe(false);
  io.interrupt();
  expect({ aborted: signal.aborted, said, exits: io.exits }).toEqual({
    aborted: true,
    said: ['first'],
    exits: [],
  });
  io.interrupt();
  expect({ said, exits: io.exits }).toEqual({ said: ['first'], exits: [130] });
});

test('nothing listens once the work is done', () => {
  const io = fakeIo();
  const { signal, stop } = listenForInterrupts(io, () => undefined);
  stop();
  io.interrupt();
  expect(signal.aborted).toBe(false);
  expect(io.listeners.size).toBe(0);
});
