import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type Engine, library } from '../../../src/cli/engine.js';
import type { ServeOptions } from '../../../src/serve/serve-options.js';
import { send } from '../../serve/sidecars.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { type FakeIo, fakeIo, runFake } from '../fake-io.js';

async function optionsOf(...argv: string[]): Promise<ServeOptions | undefined> {
  let options: ServeOptions | undefined;
  const startSidecar: Engine['startSidecar'] = (given) => {
    options = given;
    return Promise.reject(new Error('asked'));
  };
  await runFake(['serve', ...argv], fakeIo({ engine: { startSidecar }, env: { A: 'b' } }));
  return options;
}

/** A command that serves until `io.interrupt()`. */
async function serving(
  ...argv: string[]
): Promise<{ io: FakeIo; url: string; ended: ReturnType<typeof runFake> }> {
  const io = fakeIo({ engine: library });
  const ended = runFake(['serve', '--port', '0', ...argv], io);
  const url = await vi.waitFor(() => {
    const [, said] = /listening on (\S+),/.exec(io.stdout.text) ?? [];
    if (said === undefined) throw new Error(`not yet: ${io.stderr.text}`);
    return said;
  }, 10_000);
  return { io, url, ended };
}

test('every option reaches the server, and nothing that was not given', async () => {
  const argv = [
    ...['--port', '0', '--host', '::1', '--stage', 'dual', '--stage-file', 'stage', '--config', 'c.yml'],
    ...['--legacy', 'l', '--events', 'v2', '--workspace', 'a/b/c', '--service', 's', '--model', 'm'],
    ...['--model-version', '7', '--endpoint', 'e', '--deployment', 'd', '--designation', 'x=labels'],
    ...['--designation', 'y=inputs', '--redact', 'ssn=hash', '--redact', 'a=b=drop', '--date-column', 't'],
    ...['--date-column', 'u', '--durability', 'memory', '--spool', 'sp', '--max-waiting', '1MiB'],
    ...['--flush-ms', '5', '--max-request', '2MiB', '--max-requests', '3', '--request-timeout-ms', '6'],
    ...['--shutdown-ms', '7', '--concurrency', '8'],
  ];
  expect(await optionsOf(...argv)).toEqual({
    ...{
      port: 0,
      host: '::1',
      stage: 'dual',
      stageFile: 'stage',
      config: 'c.yml',
      legacy: 'l',
      events: 'v2',
    },
    ...{ workspace: 'a/b/c', service: 's', model: 'm', modelVersion: '7', endpoint: 'e', deployment: 'd' },
    designations: { x: 'labels', y: 'inputs' },
    redact: { ssn: 'hash', 'a=b': 'drop' },
    dateColumns: ['t', 'u'],
    ...{
      durability: 'memory',
      spool: 'sp',

      maxWaiting: 2 ** 20,
      flushMs: 5,
      maxRequest: 2 ** 21,
    },
    ...{ maxRequests: 3, requestTimeoutMs: 6, shutdownMs: 7, storage: { concurrency: 8 } },
    environment: { A: 'b' },
    onError: expect.any(Function),
  });
  expect(Object.keys((await optionsOf())!)).toEqual(['environment', 'onError']);
});

test.each([
  ['--stage=both', 'Allowed choices are off, legacy, dual, v2'],
  ['--port=65536', 'a whole number from 0 to 65535'],
  ['--designation=x=y', 'a collection and one of inputs'],
  ['--redact=ssn=erase', 'a column and drop, mask or hash'],
])('%s is refused', async (flag, accepted) => {
  const { status, stderr } = await runFake(['serve', flag]);
  expect([status, stderr]).toEqual([2, expect.stringContaining(accepted)]);
});

test('it says where it listens, serves until it is interrupted, and says what it has done', async () => {
  const folder = await temporaryFolder();
  const { io, url, ended } = await serving('--events', join(folder, 'v2'), '--spool', join(folder, 'spool'));
  expect(io.stdout.text).toBe(`listening on ${url}, stage v2\n`);
  expect((await send(url, { body: '[{"a":1},{"a":2}]' })).status).toBe(200);
  io.interrupt();
  expect(await ended).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('\nended: 2 rows accepted, 2 rows written, over all trees\n'),
    stderr: '',
  });
  expect(io.listeners.size).toBe(0);
});

test('SIGHUP reads the configuration again; one that can’t be is said, and changes nothing', async () => {
  const folder = await temporaryFolder();
  const config = join(folder, 'config.yml');
  writeFileSync(config, 'data_collector: {collections: {a: {enabled: True}}}');
  const tree = ['--events', join(folder, 'v2'), '--spool', join(folder, 'spool'), '--config', config];
  const { io, url, ended } = await serving(...tree);
  const statusOf = async (name: string): Promise<number> =>
    (await send(url, { body: '[{"x":1}]', headers: { 'ce-type': `azureml.inference.${name}` } })).status;
  expect([await statusOf('a'), await statusOf('b')]).toEqual([200, 403]);
  writeFileSync(config, 'data_collector: {collections: {b: {enabled: True}}}');
  io.reload();
  await vi.waitFor(async () => expect([await statusOf('a'), await statusOf('b')]).toEqual([403, 200]));
  writeFileSync(config, 'data_collector: {}');
  io.reload();
  await vi.waitFor(() => expect(io.stderr.text).toContain('it has no data_collector.collections'));
  expect(await statusOf('b')).toBe(200);
  io.interrupt();
  expect((await ended).status).toBe(0);
});

test('rows that are lost make it exit with 3', async () => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'v2'), '');
  const tree = ['--events', join(folder, 'v2'), '--durability', 'memory', '--shutdown-ms', '50'];
  const { io, url, ended } = await serving(...tree);
  await send(url, { body: '[{"a":1}]' });
  io.interrupt();
  expect(await ended).toMatchObject({ status: 3, stdout: expect.stringContaining('1 row LOST') });
});

test('what can’t be is said, and nothing listens', async () => {
  const { status, stderr } = await runFake(['serve'], fakeIo({ engine: library }));
  expect([status, stderr]).toEqual([2, expect.stringContaining('nobody has said where rows go')]);
});
