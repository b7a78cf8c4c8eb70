import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Collector } from '../../../src/collect/collector.js';
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
