import { expect, test } from 'vitest';
import type { CallTrace } from '../../../src/convert/trace.js';
import { type FakeIo, fakeIo, runFake } from '../fake-io.js';

const found: CallTrace = {
  kind: 'mdc-bridge trace',
  version: 1,
  id: 'the-id',
  source: 'file:///modeldata',
  destination: 'file:///out',
  sourceId: 'modeldata-01234567',
  calls: [],
  collections: [{ endpoint: 'e', deployment: 'd', collection: 'c', rows: [], events: [] }],
};

function tracingIo(trace: CallTrace): FakeIo {
  return fakeIo({ engine: { traceCall: (id) => Promise.resolve({ ...trace, id }) } });
}

test('what is found is shown, as text or as JSON', async () => {
  const text = await runFake(['trace', 'my-id', 'SRC', 'DEST'], tracingIo(found));
  expect(text.status).toBe(0);
  expect(text.stdout).toContain('Trace of my-id');
  const json = await runFake(['trace', 'my-id', 'SRC', 'DEST', '--json'], tracingIo(found));
  expect(JSON.parse(json.stdout)).toEqual({ ...found, id: 'my-id' });
});

test('an id that nothing is known of ends with 1', async () => {
  const { status, stdout } = await runFake(
    ['trace', 'x', 'SRC', 'DEST'],
    tracingIo({ ...found, collections: [] }),
  );
  expect(status).toBe(1);
  expect(stdout).toContain('Nothing is known of it');
});
