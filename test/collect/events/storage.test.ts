import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudEvent } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { Collector } from '../../../src/collect/collector.js';
import type { RowSink } from '../../../src/collect/delivery/row-sink.js';
import { BasicCorrelationContext } from '../../../src/collect/events/correlation-context.js';
import type { FrameData } from '../../../src/collect/events/event-frame.js';
import type { EventCollectorOptions } from '../../../src/collect/events/event-options.js';
import { StorageOutlet } from '../../../src/collect/events/storage-outlet.js';
import { correlatedEventId } from '../../../src/event/event-id.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { collectorIn, eventsIn, FILE, INSTANCE, inStorage, type ReadEvent } from './events.js';

type Call = readonly [data: FrameData, context?: BasicCorrelationContext];

async function written(
  calls: readonly Call[],
  options: EventCollectorOptions = {},
): Promise<ReturnType<typeof eventsIn>> {
  const folder = await temporaryFolder();
  const collector = collectorIn(folder, options);
  for (const [data, context] of calls) collector.collect(data, context);
  await collector.close();
  return eventsIn(folder);
}

function numbered(count: number): { n: number }[] {
  return Array.from({ length: count }, (_, n) => ({ n }));
}

describe('an event in storage', () => {
  it('is one line with the attributes of real ones, in their order', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder);
    collector.collect(
      [{ a: 1, b: 'é' }],
      new BasicCorrelationContext('4331a496-194d-41db-882d-3142ef07677f', 1698186304),
    );
    await collector.close();
    const file = `ep/blue/model_inputs/2023/10/24/22/${INSTANCE}.jsonl`;
    expect(await readFile(join(folder, file), 'utf8')).toBe(
      '{"specversion":"1.0","id":"587ccacf-81c2-81eb-b1d5-590acd90b1ab",' +
        '"source":"/subscriptions/sub/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws' +
        '/onlineEndpoints/ep/deployments/blue","type":"azureml.inference.model_inputs",' +
        '"datacontenttype":"application/json","time":"2023-10-24T22:25:04Z","data":[{"a":1,"b":"é"}],' +
        '"contentrange":"bytes 0-17/18","correlationid":"4331a496-194d-41db-882d-3142ef07677f",' +
        '"xrequestid":"4331a496-194d-41db-882d-3142ef07677f","modelversion":"default",' +
        '"collectdatatype":"pandas.core.frame.DataFrame","agent":"mdc-bridge/1"}\n',
    );
  });

  it('is accepted by the CloudEvents SDK, whatever the ids and values', async () => {
    const calls: Call[] = [
      [[{ a: 1 }]],
      [
        { a: Float64Array.of(1), b: ['"\\\n\u2028😀'] },
        new BasicCorrelationContext('cust,0 é-\u0007"', 1.25),
      ],
      [numbered(1500), new BasicCorrelationContext('x.3')],
    ];
    const { events } = await written(calls);
    expect(events).toHaveLength(4);
    for (const event of events) {
      expect(new CloudEvent(event).validate()).toBe(true);
      expect(Object.keys(event)).toHaveLength(13);
    }
    expect(new Set(events.map((event) => event['id'])).size).toBe(4);
  });

  it('has in contentrange the bytes of its data as they stand', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder);
    collector.collect([{ ä: '😀\n', b: 'x'.repeat(100) }]);
    await collector.close();
    const line = await readFile(join(folder, FILE));
    const data = line.subarray(line.indexOf('[{'), line.indexOf(',"contentrange"'));
    const { contentrange } = JSON.parse(line.toString()) as { contentrange: string };
    expect(contentrange).toBe(`bytes 0-${data.length - 1}/${data.length}`);
  });

  it('stands in the hour folder of its context’s time, whenever it was collected', async () => {
    const { files, events } = await written([
      [[{ a: 1 }], new BasicCorrelationContext('x', Date.UTC(2024, 1, 29, 23, 59, 59) / 1000)],
      [[{ a: 2 }], new BasicCorrelationContext('y', Date.UTC(2024, 2, 1) / 1000)],
      [[{ a: 3 }], new BasicCorrelationContext('z', Date.UTC(2024, 2, 1) / 1000 + 0.75)],
    ]);
    const root = 'ep/blue/model_inputs';
    expect(files).toEqual([
      `${root}/2024/02/29/23/${INSTANCE}.jsonl`,
      `${root}/2024/03/01/00/${INSTANCE}.jsonl`,
    ]);
    expect(events.map((event) => event['time'])).toEqual([
      '2024-02-29T23:59:59Z',
      '2024-03-01T00:00:00Z',
      '2024-03-01T00:00:00.750Z',
    ]);
  });

  it.each([
    ['minute', '2026/11/22/10/20'],
    ['hour', '2026/11/22/10'],
    ['day', '2026/11/22'],
    ['month', '2026/11'],
    ['year', '2026'],
  ] as const)('stands as deep as the rolling rate says: %s', async (rollingRate, folder) => {
    const { files } = await written([[[{ a: 1 }]]], { rollingRate });
    expect(files).toEqual([`ep/blue/model_inputs/${folder}/${INSTANCE}.jsonl`]);
  });

  it('stands in a file of this process’s own: 32 hex digits and an index, the same for all its collectors', async () => {
    const folder = await temporaryFolder();
    for (const name of ['model_inputs', 'model_outputs']) {
      const { instance: _, ...options } = inStorage(folder);
      const collector = new Collector(name, options);
      collector.collect([{ a: 1 }]);
      await collector.close();
    }
    const names = eventsIn(folder).files.map((file) => file.split('/').at(-1));
    expect(names[0]).toMatch(/^[0-9a-f]{32}000000\.jsonl$/);
    expect(new Set(names).size).toBe(1);
  });

  it('is not there for a call without rows, which monitors drop', async () => {
    const { files } = await written([[[]], [{}], [{ a: [] }], [[{}]]]);
    expect(files).toEqual([]);
  });

  it('lies below the given path itself, where that is the collection’s own folder', async () => {
    const folder = await temporaryFolder();
    const { storage: _, ...options } = inStorage('');
    const collector = new Collector('model_inputs', { ...options, path: join(folder, 'own/place') });
    collector.collect([{ a: 1 }]);
    await collector.close();
    expect(eventsIn(folder).files).toEqual([`own/place/2026/11/22/10/${INSTANCE}.jsonl`]);
  });

  it('of one call stays whole beside those of others, short or long', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder);
    const texts = [10, 100_000, 20, 200_000].map((length, i) => String(i).repeat(length));
    for (const text of texts) collector.collect([{ text }]);
    await collector.close();
    expect(eventsIn(folder).events.map(({ data }) => data[0]!['text'])).toEqual(texts);
  });

  it('has the data as it was at the call', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder);
    const row = { a: 1 };
    const column = Float64Array.of(1.5);
    collector.collect([row]);
    collector.collect({ a: column });
    row.a = 999;
    column[0] = 999;
    await collector.close();
    expect(eventsIn(folder).events.map(({ data }) => data)).toEqual([[{ a: 1 }], [{ a: 1.5 }]]);
  });
});

describe('events', () => {
  it('become visible by themselves: in a folder after a second', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder);
    collector.collect([{ a: 1 }]);
    await expect.poll(() => eventsIn(folder).events.length, { timeout: 20_000 }).toBe(1);
    await collector.close();
  });

  it('become visible by themselves: in blob storage within 60 seconds', () => {
    const sink: RowSink = { url: 'x', write: async () => ({ name: 'x' }), close: async () => undefined };
    const place = {
      workspace: 'w',
      endpoint: 'e1',
      deployment: 'd1',
      collection: 'c1',
      folder: '',
      instance: 'x',
    };
    const { flushMs } = new StorageOutlet(sink, { ...place, rollingRate: 'hour' });
    expect(flushMs).toBeLessThan(60_000);
    expect(flushMs).toBeGreaterThan(0);
  });
});

describe('the parts of a call', () => {
  const context = new BasicCorrelationContext('x', 1);

  it('have 1,000 rows each, and the call’s own id as the request’s', async () => {
    const { events } = await written([[numbered(2001), context]]);
    expect(
      events.map(({ data, correlationid, xrequestid }) => [correlationid, xrequestid, data.length, data[0]]),
    ).toEqual([
      ['x', 'x', 1000, { n: 0 }],
      ['x.1', 'x', 1000, { n: 1000 }],
      ['x.2', 'x', 1, { n: 2000 }],
    ]);
    expect(events.map((event) => event['id'])).toEqual(
      ['x', 'x.1', 'x.2'].map((id) => correlatedEventId('model_inputs', id)),
    );
  });

  it('go on at the next call under the id', async () => {
    const { events } = await written([
      [numbered(1), context],
      [numbered(2), context],
    ]);
    expect(events.map((event) => event['correlationid'])).toEqual(['x', 'x.1']);
  });

  it('keep their place when one is refused, so that later ones still meet those of other collections', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder, { onError: () => undefined });
    collector.collect('no data' as never, context);
    collector.collect([{ a: () => 1 }] as never, context);
    collector.collect([{ a: 1 }], context);
    await collector.close();
    expect(eventsIn(folder).events.map((event) => event['correlationid'])).toEqual(['x.2']);
  });
});

describe('the row id', () => {
  const id = 'cust-7-b322a398-f51e-4d62-a22f-12cf4b23b6ba';
  const context = new BasicCorrelationContext(id, 1);
  const idsOf = (events: readonly ReadEvent[], name = 'correlation_id'): unknown[] =>
    events.flatMap(({ data }) => data.map((row) => row[name]));

  it('by user is the user’s part, with the row’s place in a call of several', async () => {
    const rowId = { by: 'user' } as const;
    const { events } = await written(
      [[numbered(1), context], [numbered(2), context], [numbered(1), context], [numbered(1)]],
      {
        rowId,
      },
    );
    expect(idsOf(events)).toEqual(['cust-7', 'cust-7_1', 'cust-7_2', 'cust-7_3', null]);
  });

  it('by correlation is exactly what the monitors make of an event: its correlation id and the row’s index', async () => {
    const { events } = await written([[numbered(1001), context]], {
      rowId: { by: 'correlation', name: 'key' },
    });
    const ids = idsOf(events, 'key');
    expect([ids[0], ids[999], ids[1000]]).toEqual([`${id}_0`, `${id}_999`, `${id}.1_0`]);
    expect(Object.keys(events[0]!.data[0]!)).toEqual(['n', 'key']);
  });

  it('takes no column of the data’s', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder, { rowId: { by: 'user' } });
    expect(() => collector.collect([{ correlation_id: 1 }])).toThrow(
      'the data has a column "correlation_id" already',
    );
    await collector.close();
  });
});
