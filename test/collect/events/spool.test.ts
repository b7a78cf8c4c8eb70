import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Collector } from '../../../src/collect/collector.js';
import type { RowSink } from '../../../src/collect/delivery/row-sink.js';
import { openDestination } from '../../../src/collect/spool/open-destination.js';
import { pushSpool } from '../../../src/collect/spool/spool-push.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { RecordingSidecar } from './recording-sidecar.js';

it('requests that the sidecar did not take are kept in the spool, and sent whole by the next process', async () => {
  const spoolFolder = join(await temporaryFolder(), 'spool');
  const sidecar = await RecordingSidecar.start();
  const { environment, port } = sidecar;
  await sidecar.stop();
  const options = { environment, spoolFolder, handleSignals: false, onError: () => undefined };
  const first = new Collector('model_inputs', { ...options, shutdownMs: 10 });
  for (let i = 0; i < 5; i += 1) first.collect([{ i }]);
  await first.close();
  expect(first.stats()).toMatchObject({ accepted: 5, written: 0, dropped: { shutdown: 0 } });
  const again = await RecordingSidecar.start(port);
  const second = new Collector('model_inputs', options);
  await expect.poll(() => again.requests.length, { timeout: 10_000 }).toBe(5);
  expect(again.bodies).toEqual(Array.from({ length: 5 }, (_, i) => `[{"i":${i}}]`));
  expect(again.requests[0]!.headers.map(([name]) => name)).toContain('ce-x-request-id');
  await second.close();
});

it('requests in a spool are sent by spool push too; what the sidecar refuses stays', async () => {
  const spoolFolder = join(await temporaryFolder(), 'spool');
  const sidecar = await RecordingSidecar.start();
  const { environment, port } = sidecar;
  await sidecar.stop();
  const options = {
    environment,
    spoolFolder,
    handleSignals: false,
    onError: () => undefined,
    shutdownMs: 10,
  };
  const collector = new Collector('model_inputs', options);
  for (let i = 0; i < 3; i += 1) collector.collect([{ i }]);
  await collector.close();
  const again = await RecordingSidecar.start(port);
  again.answers.push(200, 400, 200);
  const openSink = (url: string): RowSink => openDestination(url, undefined, {});
  const first = await pushSpool(spoolFolder, { openSink });
  expect(first.destinations).toMatchObject([
    {
      url: `http://127.0.0.1:${port}/modeldata/log`,
      sent: { rows: 2 },
      left: { rows: 1 },
      failure: { message: expect.stringContaining('400') as string },
    },
  ]);
  const second = await pushSpool(spoolFolder, { openSink });
  expect(second.destinations).toMatchObject([{ sent: { rows: 1 }, left: { rows: 0 } }]);
  expect(again.bodies.toSorted()).toEqual(['[{"i":0}]', '[{"i":1}]', '[{"i":1}]', '[{"i":2}]']);
});

it('a spool that can’t be made is told, and the events wait in memory', async () => {
  const sidecar = await RecordingSidecar.start();
  const errors: Error[] = [];
  const collector = new Collector('model_inputs', {
    environment: sidecar.environment,
    spoolFolder: '/dev/null/none',
    handleSignals: false,
    onError: (error) => errors.push(error),
  });
  collector.collect([{ a: 1 }]);
  await collector.close();
  expect(sidecar.bodies).toEqual(['[{"a":1}]']);
  expect(errors.length).toBeGreaterThan(0);
});
