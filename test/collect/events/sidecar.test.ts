import { channel } from 'node:diagnostics_channel';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Collector } from '../../../src/collect/collector.js';
import type { CapturedEvent } from '../../../src/collect/events/capture-sink.js';
import { BasicCorrelationContext } from '../../../src/collect/events/correlation-context.js';
import type { EventCollectorOptions } from '../../../src/collect/events/event-options.js';
import { SidecarSink } from '../../../src/collect/events/sidecar-sink.js';
import type { MdcBridgeError } from '../../../src/errors.js';
import { errorOf } from '../../support/error-of.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { RecordingSidecar } from './recording-sidecar.js';

function collectorTo(sidecar: RecordingSidecar, options: EventCollectorOptions = {}): Collector {
  return new Collector('model_inputs', {
    environment: sidecar.environment,
    handleSignals: false,
    ...options,
  });
}

describe('requests to the sidecar', () => {
  it('come in order, one for each call, over one connection', async () => {
    const sidecar = await RecordingSidecar.start();
    const collector = collectorTo(sidecar);
    for (let i = 0; i < 30; i += 1) collector.collect([{ i }]);
    await collector.close();
    expect(sidecar.bodies).toEqual(Array.from({ length: 30 }, (_, i) => `[{"i":${i}}]`));
    expect(sidecar.connections).toBe(1);
    expect(collector.stats()).toMatchObject({
      accepted: 30,
      written: 30,
      requestsWaiting: 0,
      bytesBuffered: 0,
    });
  });

  it('have full precision unless told', async () => {
    const sidecar = await RecordingSidecar.start();
    const collector = collectorTo(sidecar);
    collector.collect([{ x: 1 / 3, s: 'é/' }]);
    await collector.close();
    expect(sidecar.bodies).toEqual(['[{"x":0.3333333333333333,"s":"é/"}]']);
  });

  it('have 1,000 rows each, under the ids that converted events have', async () => {
    const sidecar = await RecordingSidecar.start();
    const collector = collectorTo(sidecar);
    const context = new BasicCorrelationContext('x');
    collector.collect({ n: new Int32Array(1001) }, context);
    collector.collect([{ n: 1 }], context);
    await collector.close();
    const ids = sidecar.requests.map(
      ({ headers }) => headers.find(([name]) => name === 'ce-x-request-id')?.[1],
    );
    expect(ids).toEqual(['x', 'x.1', 'x.2']);
  });

  it('are sent again while they fail, under the same trace-id', async () => {
    const sidecar = await RecordingSidecar.start();
    sidecar.answers.push('close', 500);
    const errors: string[] = [];
    const collector = collectorTo(sidecar, { onError: ({ message }) => errors.push(message) });
    collector.collect([{ a: 1 }]);
    await collector.close();
    const traceIds = sidecar.requests.map(
      ({ headers }) => headers.find(([name]) => name === 'trace-id')?.[1],
    );
    expect(sidecar.bodies).toEqual(Array(3).fill('[{"a":1}]'));
    expect(new Set(traceIds).size).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(/^the sidecar at http:.*\/modeldata\/log does not answer: socket hang up$/),
      expect.stringMatching(/ answered 500: e500$/),
    ]);
    expect(collector.stats()).toMatchObject({
      accepted: 1,
      written: 1,
      dropped: { refused: 0, shutdown: 0 },
    });
  });

  it('are sent again at once where the sidecar had closed the idle connection', async () => {
    const sidecar = await RecordingSidecar.start();
    sidecar.answers.push(200, 'close');
    const errors: string[] = [];
    const collector = collectorTo(sidecar, { onError: ({ message }) => errors.push(message) });
    for (let i = 0; i < 3; i += 1) {
      collector.collect([{ i }]);
      await collector.flush();
    }
    await collector.close();
    expect(sidecar.bodies).toEqual([0, 1, 1, 2].map((i) => `[{"i":${i}}]`));
    expect(errors).toEqual([]);
  });

  it.each([400, 401, 404, 413, 301, 302, 307, 308])(
    'answered %i are given up, told and counted: none is followed',
    async (status) => {
      const sidecar = await RecordingSidecar.start();
      sidecar.answers.push({ status, headers: { Location: '/elsewhere' } });
      const errors: string[] = [];
      const collector = collectorTo(sidecar, { onError: ({ message }) => errors.push(message) });
      collector.collect([{ a: 1 }, { a: 2 }]);
      collector.collect([{ a: 3 }]);
      await collector.close();
      expect(sidecar.requests.map(({ requestLine }) => requestLine)).toEqual(
        Array(2).fill('POST /modeldata/log HTTP/1.1'),
      );
      expect(errors).toEqual([expect.stringMatching(`answered ${status}$`)]);
      expect(collector.stats()).toMatchObject({ accepted: 3, written: 1, dropped: { refused: 2 } });
    },
  );

  it.each([200, 202, 204, 299])('answered %i have arrived', async (status) => {
    const sidecar = await RecordingSidecar.start();
    sidecar.answers.push({ status, headers: {} });
    const collector = collectorTo(sidecar);
    collector.collect([{ a: 1 }]);
    await collector.close();
    expect(collector.stats()).toMatchObject({ written: 1 });
  });

  it('wait up to the queue’s capacity; what comes then is refused in the SDK’s words, and counted', async () => {
    const sidecar = await RecordingSidecar.start();
    sidecar.answers.push('hang');
    const errors: string[] = [];
    const environment = { ...sidecar.environment, AZUREML_MDC_QUEUE_CAPACITY: '3' };
    const collector = collectorTo(sidecar, {
      environment,
      timeoutMs: 100,
      onError: ({ message }) => errors.push(message),
    });
    for (let i = 0; i < 5; i += 1) collector.collect([{ i }]);
    const full = 'Too many requests lead to message queue is full, please reduce the number of requests.';
    expect(errors).toEqual([full, full]);
    expect(collector.stats()).toMatchObject({ accepted: 3, requestsWaiting: 3, dropped: { full: 2 } });
    await collector.close();
    expect(errors.slice(2)).toEqual([expect.stringContaining('does not answer: no answer within 100 ms')]);
    expect(sidecar.bodies).toEqual(['[{"i":0}]', '[{"i":0}]', '[{"i":1}]', '[{"i":2}]']);
    expect(collector.stats()).toMatchObject({ accepted: 3, written: 3, requestsWaiting: 0 });
  });

  it('that nobody takes until the end are lost, told and counted', async () => {
    const sidecar = await RecordingSidecar.start();
    const { environment } = sidecar;
    await sidecar.stop();
    const errors: string[] = [];
    const collector = collectorTo(sidecar, {
      environment,
      shutdownMs: 50,
      onError: ({ message }) => errors.push(message),
    });
    for (let i = 0; i < 20; i += 1) collector.collect([{ i }]);
    const { message } = await errorOf(collector.close());
    expect(message).toMatch(
      /^20 rows are lost: http:\/\/\S+: the sidecar at .* does not answer: connect ECONNREFUSED/,
    );
    expect(collector.stats()).toMatchObject({
      accepted: 20,
      written: 0,
      dropped: { shutdown: 20 },
      requestsWaiting: 0,
    });
    // Each waiting request met the failure; it is told once.
    expect(errors).toHaveLength(1);
  });

  it('go to the sidecar itself, whatever proxy the environment names', async () => {
    const sidecar = await RecordingSidecar.start();
    const proxy = await RecordingSidecar.start();
    const names = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
    const before = names.map((name) => process.env[name]);
    for (const name of names)
      process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : `http://127.0.0.1:${proxy.port}`;
    try {
      const collector = collectorTo(sidecar);
      collector.collect([{ a: 1 }]);
      await collector.close();
    } finally {
      for (const [i, name] of names.entries()) {
        if (before[i] === undefined) delete process.env[name];
        else process.env[name] = before[i];
      }
    }
    expect([sidecar.requests.length, proxy.requests.length]).toEqual([1, 0]);
  });

  it('keep the place that a context’s header has, with the SDK’s own name and value', async () => {
    const sidecar = await RecordingSidecar.start();
    const collector = collectorTo(sidecar);
    collector.collect([{ a: 1 }], new BasicCorrelationContext('x', 5, { TIME: 'mine', foo: 'x' }));
    await collector.close();
    const own = sidecar.requests[0]!.headers.filter(([name]) => name.startsWith('ce-'));
    expect(own.slice(0, 3)).toEqual([
      ['ce-time', '5'],
      ['ce-foo', 'x'],
      ['ce-type', 'azureml.inference.model_inputs'],
    ]);
  });

  it.each([
    ['a line break', { headers: { k: 'a\r\nb: c' } }],
    ['a colon in a name', { headers: { 'a:b': 'x' } }],
    ['no Latin-1', { id: 'Ж' }],
  ])(
    'can’t have headers with %s: told, and nothing is sent',
    async (_, { headers, id }: { headers?: Record<string, string>; id?: string }) => {
      const sidecar = await RecordingSidecar.start();
      const errors: string[] = [];
      const collector = collectorTo(sidecar, { onError: ({ message }) => errors.push(message) });
      collector.collect([{ a: 1 }], new BasicCorrelationContext(id ?? 'x', 5, headers));
      await collector.close();
      expect(errors).toEqual([expect.stringMatching(/^the sidecar can't be sent the header /)]);
      expect(sidecar.requests).toEqual([]);
      expect(collector.stats().dropped.invalid).toBe(1);
    },
  );
});

describe('the config file', () => {
  it('says which collections are sent, and how many of their calls', async () => {
    const sidecar = await RecordingSidecar.start();
    const path = join(await temporaryFolder(), 'config.json');
    const collections = { all: { enabled: true }, none: { enabled: true, sampleRatePercentage: 0 } };
    await writeFile(path, JSON.stringify({ runMode: 'cloud', collections }));
    const environment = { AZUREML_MDC_CONFIG_PATH: path, AZUREML_MDC_PORT: String(sidecar.port) };
    const options = { environment, handleSignals: false };
    const [all, none] = [new Collector('all', options), new Collector('none', options)];
    expect(() => new Collector('other', options)).toThrow('collection other is not enabled, drop the data');
    none.collect([{ a: 1 }], all.collect([{ a: 1 }]));
    await all.close();
    await none.close();
    expect(sidecar.requests).toHaveLength(1);
    expect(none.stats().dropped.sampled).toBe(1);
  });
});

describe('a storage option', () => {
  it('wins over the sidecar', async () => {
    const sidecar = await RecordingSidecar.start();
    const collector = collectorTo(sidecar, {
      storage: '/dev/null/none',
      endpoint: 'e1',
      deployment: 'd1',
      shutdownMs: 0,
      onError: () => undefined,
    });
    collector.collect([{ a: 1 }]);
    await errorOf(collector.close());
    expect(sidecar.requests).toEqual([]);
  });
});

describe('the sink', () => {
  const target = { name: 't', header: Buffer.from('[]') };
  const batch = { id: 't', bytes: Buffer.from('x'), size: 1, rows: 2 };

  it('gives up a request that the sidecar fails over five times, and lets the next ones through', async () => {
    const sidecar = await RecordingSidecar.start();
    sidecar.answers.push(500, 502, 500, 504, 500);
    const refused: [number, string][] = [];
    const onRefused = (rows: number, { message }: MdcBridgeError): void => void refused.push([rows, message]);
    const sink = new SidecarSink({ host: '127.0.0.1', port: sidecar.port }, { onRefused });
    for (let i = 0; i < 4; i += 1) await errorOf(sink.write(target, [batch]));
    expect(refused).toEqual([]);
    await sink.write(target, [batch]);
    expect(refused).toEqual([[2, expect.stringContaining('answered 500')]]);
    await sink.write({ ...target, name: 'other' }, [batch]);
    expect(sidecar.requests).toHaveLength(6);
    await sink.close();
  });

  it('asks nobody for as long as a busy sidecar says, and a silent one for a moment', async () => {
    const sidecar = await RecordingSidecar.start();
    sidecar.answers.push({ status: 429, headers: { 'Retry-After': '2' } }, 'close', 'close');
    let now = 0;
    const sink = new SidecarSink(
      { host: '127.0.0.1', port: sidecar.port },
      { onRefused: () => undefined, now: () => now },
    );
    const failure = await errorOf(sink.write(target, [batch]));
    now = 1999;
    expect(await errorOf(sink.write({ ...target, name: 'other' }, [batch]))).toBe(failure);
    expect(sidecar.requests).toHaveLength(1);
    now = 2000;
    await errorOf(sink.write(target, [batch]));
    now = 2399;
    await errorOf(sink.write(target, [batch]));
    // Once more at once, since the connection was not new.
    expect(sidecar.requests).toHaveLength(3);
    now = 2400;
    await sink.write(target, [batch]);
    expect(sidecar.requests).toHaveLength(4);
    await sink.close();
  });

  it('ends its request when it is interrupted', async () => {
    const sidecar = await RecordingSidecar.start();
    sidecar.answers.push('hang');
    const sink = new SidecarSink({ host: '127.0.0.1', port: sidecar.port }, { onRefused: () => undefined });
    const interruption = new AbortController();
    const work = errorOf(sink.write(target, [batch], interruption.signal));
    await expect.poll(() => sidecar.requests.length).toBe(1);
    interruption.abort();
    expect((await work).code).toBe('aborted');
    await sink.close();
  });
});

describe('local capture', () => {
  it('shows what would be sent to onCapture and a diagnostics channel, and sends nothing', async () => {
    const sidecar = await RecordingSidecar.start();
    const [captured, published]: [CapturedEvent[], unknown[]] = [[], []];
    const subscriber = (event: unknown): void => void published.push(event);
    const captures = channel('mdc-bridge:collect:captured');
    captures.subscribe(subscriber);
    const environment = { ...sidecar.environment, AZUREML_MDC_LOCAL_CAPTURE: 'true' };
    const collector = collectorTo(sidecar, { environment, onCapture: (event) => captured.push(event) });
    collector.collect([{ a: 1 }], new BasicCorrelationContext('x', 1700000000));
    await collector.close();
    captures.unsubscribe(subscriber);
    expect(captured).toEqual([
      { time: '1700000000', collection: 'model_inputs', correlationId: 'x', data: '[{"a":1}]' },
    ]);
    expect(published).toEqual(captured);
    expect(sidecar.requests).toEqual([]);
    expect(collector.stats().written).toBe(1);
  });
});
