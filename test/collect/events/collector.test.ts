import { describe, expect, it, vi } from 'vitest';
import { Collector } from '../../../src/collect/collector.js';
import { BasicCorrelationContext } from '../../../src/collect/events/correlation-context.js';
import type { EventCollectorOptions } from '../../../src/collect/events/event-options.js';
import { isSampled } from '../../../src/event/sampling.js';
import { errorOf } from '../../support/error-of.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { collectorIn, eventsIn, inStorage, NOW } from './events.js';

const ROWS = [{ a: 1 }];

/** What `onError` of a collector is told. */
function told(): { readonly messages: string[]; readonly onError: (error: Error) => void } {
  const messages: string[] = [];
  return { messages, onError: (error) => messages.push(error.message) };
}

function thrownBy(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

describe('what is wrong', () => {
  const ENABLED = { AZUREML_MDC_ENABLED: 'TRUE', AZUREML_MDC_LOCAL_CAPTURE: 'true' };
  const cases: [string, string, EventCollectorOptions, string][] = [
    ['no name', '', { environment: ENABLED }, 'collection name is not provided'],
    ['no name before not enabled', '', {}, 'collection name is not provided'],
    ['not enabled', 'a', {}, 'custom logging is not enabled, drop the data'],
    [
      'not enabled before the collection',
      'a',
      { enabled: false, collections: [] },
      'custom logging is not enabled, drop the data',
    ],
    [
      'another value than true',
      'a',
      { environment: { AZUREML_MDC_ENABLED: '1' } },
      'custom logging is not enabled, drop the data',
    ],
    [
      'a collection that is off',
      'a',
      { enabled: true, collections: ['b'] },
      'collection a is not enabled, drop the data',
    ],
  ];

  it.each(cases)(
    '%s: onError is told when the collector is made, and at each call',
    (_, name, options, text) => {
      const { messages, onError } = told();
      const collector = new Collector(name, { environment: {}, handleSignals: false, ...options, onError });
      expect(messages).toEqual([text]);
      collector.collect(ROWS);
      collector.collect('no data at all' as never);
      expect(messages).toEqual([text, text, text]);
    },
  );

  it.each(cases)('%s: thrown where there is no onError', (_, name, options, text) => {
    const make = (): Collector => new Collector(name, { environment: {}, handleSignals: false, ...options });
    expect(thrownBy(make)).toBe(text);
  });

  it('in the data: told or thrown, counted, and the context is returned', async () => {
    const { messages, onError } = told();
    const collector = collectorIn(await temporaryFolder(), { onError });
    const context = new BasicCorrelationContext('x', 1);
    expect(collector.collect([1] as never, context)).toBe(context);
    expect(messages).toEqual(['data type (Array) not supported, supported types: pandas.DataFrame']);
    const strict = collectorIn(await temporaryFolder());
    expect(thrownBy(() => strict.collect('x' as never))).toBe(
      'data type (String) not supported, supported types: pandas.DataFrame',
    );
    expect([collector.stats().dropped.invalid, strict.stats().dropped.invalid]).toEqual([1, 1]);
    await collector.close();
    await strict.close();
  });

  it('in the context: a timestamp that is none is refused, and nothing is written for it', async () => {
    const folder = await temporaryFolder();
    const { messages, onError } = told();
    const collector = collectorIn(folder, { onError });
    collector.collect(ROWS, new BasicCorrelationContext('x', 1e15));
    collector.collect(ROWS, new BasicCorrelationContext('y', Number.NaN));
    expect(messages).toHaveLength(2);
    expect(messages[0]).toBe("the context's timestamp is no unix time in seconds: 1000000000000000");
    await collector.close();
    expect(eventsIn(folder).files).toEqual([]);
  });

  it('after its end: the queue is closed', async () => {
    const { messages, onError } = told();
    const collector = collectorIn(await temporaryFolder(), { onError });
    await collector.close();
    collector.collect(ROWS);
    expect(messages).toEqual(['queue closed']);
  });

  it('with no room: the SDK’s words, the rows counted, and the next ones taken when there is room', async () => {
    const folder = await temporaryFolder();
    const { messages, onError } = told();
    const collector = collectorIn(folder, { onError, maxBufferedBytes: 1000 });
    collector.collect(ROWS);
    collector.collect([{ a: 1 }, { a: 2 }]);
    expect(messages).toEqual([
      'Too many requests lead to message queue is full, please reduce the number of requests.',
    ]);
    expect(collector.stats()).toMatchObject({ accepted: 1, dropped: { full: 2 } });
    await collector.flush();
    collector.collect(ROWS);
    await collector.close();
    expect(collector.stats()).toMatchObject({ accepted: 2, written: 2, dropped: { full: 2 } });
  });

  it('with options that can’t be is thrown in any case', () => {
    const { onError } = told();
    const make = (options: EventCollectorOptions) => () =>
      new Collector('a', { environment: {}, onError, ...options });
    expect(make({ storage: '/x' })).toThrow(
      'events in storage need the names of their endpoint and deployment',
    );
    expect(make({ ...inStorage('/x'), endpoint: '_hidden' })).toThrow(
      'the endpoint\'s name can\'t be "_hidden"',
    );
    expect(make({ ...inStorage('/x'), deployment: 'a/../b' })).toThrow("the deployment's name can't be");
    expect(make({ flushMs: Number.NaN })).toThrow('flushMs must be a number from 0 on');
    expect(make({ sampleRatePercentage: 101 })).toThrow('sampleRatePercentage must be');
    expect(make({ ...inStorage('/x'), rowId: { by: 'user', name: 'CorrelationID' } })).toThrow(
      "the row id's column",
    );
    expect(make({ environment: { AZUREML_MDC_ENABLED: 'true', AZUREML_MDC_PORT: 'x' } })).toThrow(
      'AZUREML_MDC_PORT must be',
    );
  });
});

describe('a storage option', () => {
  it('enables by itself only where no environment says anything', async () => {
    const folder = await temporaryFolder();
    const off = { ...inStorage(folder), environment: { AZUREML_MDC_ENABLED: 'false' } };
    expect(() => new Collector('a', off)).toThrow('custom logging is not enabled, drop the data');
    const sampled = { AZUREML_MDC_ENABLED: 'true', AZUREML_MDC_SAMPLE_RATE: '0' };
    const collector = new Collector('a', { ...inStorage(folder), environment: sampled });
    collector.collect(ROWS);
    await collector.close();
    expect(collector.stats().dropped.sampled).toBe(1);
    const told = new Collector('a', { ...off, enabled: true });
    told.collect(ROWS);
    await told.close();
    expect(told.stats().written).toBe(1);
  });
});

describe('the context', () => {
  it('is the given one in every case, else a new one of now', async () => {
    const collector = collectorIn(await temporaryFolder());
    const given = new BasicCorrelationContext('mine', 5, { k: 'v' });
    expect(collector.collect(ROWS, given)).toBe(given);
    const made = collector.collect(ROWS);
    expect(made).toEqual(new BasicCorrelationContext('id-1', NOW / 1000));
    expect(collector.collect(ROWS, null)).toEqual(new BasicCorrelationContext('id-2', NOW / 1000));
    await collector.close();
  });

  it('of nothing is a new id, the time in seconds and no headers, as the SDK’s', () => {
    vi.useFakeTimers({ now: NOW + 999 });
    try {
      for (const context of [new BasicCorrelationContext(), new BasicCorrelationContext('', 0)]) {
        expect(context.getId()).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
        expect([context.getTimestamp(), context.getHeaders()]).toEqual([NOW / 1000, {}]);
        expect(String(context)).toBe(context.id);
      }
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('sampling', () => {
  it('is by the correlation id alone, so that inputs and outputs stay together', async () => {
    const folder = await temporaryFolder();
    const rate = { sampleRatePercentage: 30 };
    const inputs = collectorIn(folder, rate, 'model_inputs');
    const outputs = collectorIn(folder, { ...rate, newId: () => 'never' }, 'model_outputs');
    for (let i = 0; i < 500; i += 1) outputs.collect(ROWS, inputs.collect(ROWS));
    await inputs.close();
    await outputs.close();
    const { events } = eventsIn(folder);
    const idsOf = (type: string): unknown[] =>
      events
        .filter((event) => event['type'] === `azureml.inference.${type}`)
        .map((event) => event['correlationid']);
    expect(idsOf('model_outputs')).toEqual(idsOf('model_inputs'));
    const { written, dropped } = inputs.stats();
    expect(written + dropped.sampled).toBe(500);
    expect(written).toBeGreaterThan(100);
    expect(written).toBeLessThan(200);
  });

  it('takes the rate’s share of ids, and what a lower rate takes a higher one takes too', () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => `request-${i}`);
    const taken = (rate: number): string[] => ids.filter((id) => isSampled(id, rate));
    for (const rate of [1, 10, 50, 99]) expect(taken(rate).length / 200).toBeCloseTo(rate, -0.3);
    expect([taken(0).length, taken(100).length]).toEqual([0, 20_000]);
    const more = new Set(taken(60));
    expect(taken(20).every((id) => more.has(id))).toBe(true);
    // The hash is a contract between processes, and with `compare`: the first word of the id's MurmurHash3.
    expect(['a', 'b', 'é', '4331a496-194d-41db-882d-3142ef07677f'].map((id) => thresholdOf(id))).toEqual([
      66, 86, 70, 86,
    ]);
  });

  it('comes before the check of the type, as in the SDK', async () => {
    const { messages, onError } = told();
    const collector = collectorIn(await temporaryFolder(), { onError, sampleRatePercentage: 0 });
    collector.collect('no data' as never);
    expect(messages).toEqual([]);
    expect(collector.stats().dropped).toMatchObject({ sampled: 1, invalid: 0 });
    await collector.close();
  });
});

/** The lowest rate, in whole percents, that takes an id. */
function thresholdOf(id: string): number {
  return Array.from({ length: 101 }, (_, rate) => rate).findIndex((rate) => isSampled(id, rate));
}

describe('the end', () => {
  it('writes what is left, and tells what is lost', async () => {
    const folder = await temporaryFolder();
    {
      await using collector = collectorIn(folder, { flushMs: 3_600_000 });
      collector.collect(ROWS);
    }
    expect(eventsIn(folder).events).toHaveLength(1);
    const lost = collectorIn('/dev/null/none', { shutdownMs: 0, onError: () => undefined });
    lost.collect(ROWS);
    const error = await errorOf(lost.close());
    expect(error.message).toContain('1 row is lost');
    expect(lost.stats().dropped.shutdown).toBe(1);
  });

  it('of a collector that collects nothing is nothing', async () => {
    const collector = new Collector('a', { environment: {}, onError: () => undefined });
    await collector.flush();
    await collector.ready();
    await collector.close();
    expect(collector.stats()).toMatchObject({ accepted: 0, written: 0 });
  });
});
