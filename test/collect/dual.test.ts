import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CollectorOptions } from '../../src/collect/collector-options.js';
import { ModelDataCollector } from '../../src/collect/model-data-collector.js';
import { convertTree } from '../../src/convert/run.js';
import { MdcBridgeError } from '../../src/errors.js';
import { type Trees, trees } from '../support/both-trees.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const IDENTITY = { workspace: 'sub/rg/ws', webserviceName: 'svc', modelVersion: '3' } as const;

function collector(
  { legacy, v2 }: Trees,
  designation: 'inputs' | 'predictions',
  names: readonly string[],
  options: CollectorOptions = {},
): ModelDataCollector {
  return new ModelDataCollector('best_model', designation, names, {
    ...IDENTITY,
    enabled: true,
    storage: legacy,
    handleSignals: false,
    environment: {},
    stage: 'dual',
    ...options,
    v2: { storage: v2, ...options.v2 },
  });
}

/** Lines of all events, by collection. */
function eventsOf(root: string): string[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.jsonl') && !name.startsWith('_'),
  );
  return files.flatMap((name) => readFileSync(join(root, name), 'utf8').trimEnd().split('\n')).sort();
}

function rowsOf(root: string): string[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.csv'),
  );
  return files.flatMap((name) => readFileSync(join(root, name), 'utf8').trimEnd().split('\r\n').slice(1));
}

/** Some requests: numbers, texts, nulls, several rows, more rows than an event holds. */
async function serve(place: Trees, options: CollectorOptions = {}): Promise<void> {
  const inputs = collector(place, 'inputs', ['x', 'name', 'n'], options);
  const predictions = collector(place, 'predictions', ['p'], options);
  const requests = [
    [[0.1, 'a,"b"\n', 1]],
    [
      [1e-7, '', 2n ** 60n],
      [2.5, 'é中', null],
    ],
    Array.from({ length: 1203 }, (_, i) => [i + 0.5, `row ${i}`, i]),
  ];
  for (const [i, rows] of requests.entries()) {
    const correlations = inputs.collect(rows, i === 0 ? '' : `user.${i}`);
    predictions.collect(
      predictions.addCorrelations(
        rows.map(([x]) => [x as number]),
        correlations,
      ),
    );
  }
  await inputs.close();
  await predictions.close();
}

describe('a collector in stage dual', () => {
  it.each(['dual', 'legacy', 'v2'] as const)(
    'writes what stands in an array at each call, also if it is the same array (stage %s)',
    async (stage) => {
      const place = await trees();
      const inputs = collector(place, 'inputs', ['x', 'y'], { stage });
      const row = [0.5, 0.25];
      for (let i = 0; i < 3; i += 1) {
        row[0] = i + 0.5;
        inputs.collect(row);
      }
      await inputs.close();
      const written = stage === 'v2' ? [] : rowsOf(place.legacy).map((line) => line.split(',', 2).join());
      expect(written).toEqual(stage === 'v2' ? [] : ['0.5,0.25', '1.5,0.25', '2.5,0.25']);
      const events = stage === 'legacy' ? [] : eventsOf(place.v2).map((line) => JSON.parse(line).data[0]);
      expect(events.map(({ x, y }) => `${x},${y}`).sort()).toEqual(
        stage === 'legacy' ? [] : ['0.5,0.25', '1.5,0.25', '2.5,0.25'],
      );
    },
  );

  it('writes the events that a conversion of its rows gives: ids, times, values, parts', async () => {
    const place = await trees();
    await serve(place, {
      v2: { storage: place.v2, types: { x: 'number', name: 'string', n: 'integer', p: 'number' } },
    });
    const converted = join(await temporaryFolder(), 'converted');
    await convertTree(place.legacy, converted, { workers: 0 });
    const live = eventsOf(place.v2);
    expect(live).toHaveLength(8);
    expect(live).toEqual(eventsOf(join(converted, 'svc')));
  });

  it('writes to the collection that a conversion of its file goes to, whatever the collection is called', async () => {
    const place = await trees();
    const general = new ModelDataCollector('best_model', 'general', ['x'], {
      ...IDENTITY,
      enabled: true,
      storage: place.legacy,
      handleSignals: false,
      environment: {},
      stage: 'dual',
      collectionName: 'general',
      v2: { storage: place.v2 },
    });
    general.collect([1]);
    await general.close();
    const converted = join(await temporaryFolder(), 'converted');
    await convertTree(place.legacy, converted, { workers: 0 });
    const collections = (root: string): string[] => readdirSync(join(root, 'svc/best-model-3'));
    expect(collections(place.v2)).toEqual(collections(converted));
  });

  it('takes the types from the plan of the history', async () => {
    const place = await trees();
    const plan = join(await temporaryFolder(), 'plan.json');
    const columns = [
      { name: 'x', type: 'number' },
      { name: 'name', type: 'string' },
      { name: 'n', type: 'string' },
    ];
    const collections = [
      { endpoint: 'svc', deployment: 'best-model-3', collection: 'model_inputs', columns },
    ];
    writeFileSync(plan, JSON.stringify({ collections }));
    const inputs = collector(place, 'inputs', ['x', 'name', 'n'], {
      v2: { storage: place.v2, types: { plan } },
    });
    inputs.collect([1, 'a', 5601]);
    await inputs.close();
    const [event] = eventsOf(place.v2).map((line) => JSON.parse(line) as { data: unknown });
    expect(event?.data).toEqual([{ x: 1, name: 'a', n: '5601' }]);
    const other = { v2: { storage: place.v2, types: { plan } } };
    expect(() => collector(place, 'predictions', ['p'], other)).toThrow(
      /no collection svc\/best-model-3\/model_outputs/,
    );
  });

  it('leaves a call out of the events, counted, whose value is not of its column’s type; the rows have it', async () => {
    const place = await trees();
    const inputs = collector(place, 'inputs', ['x'], { v2: { storage: place.v2, types: { x: 'number' } } });
    inputs.collect([1]);
    inputs.collect(['one']);
    await inputs.close();
    expect(rowsOf(place.legacy)).toHaveLength(2);
    expect(eventsOf(place.v2)).toHaveLength(1);
    expect(inputs.stats()).toMatchObject({ written: 2, v2: { written: 1, dropped: { invalid: 1 } } });
  });

  it('throws what the side that counts refuses, when the other has its rows', async () => {
    const place = await trees();
    const inputs = collector(place, 'inputs', ['x'], {
      primary: 'v2',
      v2: { storage: place.v2, types: { x: 'number' } },
    });
    expect(() => inputs.collect(['one'])).toThrow(/column x is of type number/);
    await inputs.close();
    expect(rowsOf(place.legacy)).toHaveLength(1);
  });

  it('writes events of so many calls as the ramp says, the same ones of all collections', async () => {
    const place = await trees();
    const ramped = { v2: { storage: place.v2, ramp: 30 } };
    const inputs = collector(place, 'inputs', ['x'], ramped);
    const predictions = collector(place, 'predictions', ['p'], ramped);
    for (let i = 0; i < 1000; i += 1)
      predictions.collect(predictions.addCorrelations([i], inputs.collect([i])));
    await inputs.close();
    await predictions.close();
    const ids = (collection: string): string[] =>
      eventsOf(join(place.v2, 'svc/best-model-3', collection)).map(
        (line) => (JSON.parse(line) as { correlationid: string }).correlationid,
      );
    expect(ids('model_inputs').sort()).toEqual(ids('model_outputs').sort());
    expect(ids('model_inputs').length).toBeGreaterThan(200);
    expect(ids('model_inputs').length).toBeLessThan(400);
    expect(rowsOf(place.legacy)).toHaveLength(2000);
  });

  it('loses nothing of one side while the other refuses', async () => {
    const place = await trees();
    // A file where the v2 root should be a folder.
    writeFileSync(place.v2, '');
    const errors: Error[] = [];
    const inputs = collector(place, 'inputs', ['x'], {
      onError: (error) => errors.push(error),
      shutdownMs: 300,
    });
    for (let i = 0; i < 100; i += 1) inputs.collect([i]);
    await expect(inputs.flush()).rejects.toThrow(MdcBridgeError);
    await inputs.close().catch(() => undefined);
    expect(rowsOf(place.legacy)).toHaveLength(100);
    expect(errors.length).toBeGreaterThan(0);
    expect(inputs.stats()).toMatchObject({
      written: 100,
      dropped: { shutdown: 0 },
      v2: { dropped: { shutdown: 100 } },
    });
  });
});

describe('what is redacted', () => {
  it('is in neither layout, nor in the header', async () => {
    const place = await trees();
    const inputs = collector(place, 'inputs', ['ssn', 'name', 'x'], {
      redact: { fields: { ssn: 'drop', name: 'mask' } },
    });
    inputs.collect(['123-45', 'Ada', 1]);
    inputs.collect({ ssn: ['678-90'], name: ['Bob'], x: [2] });
    await inputs.close();
    const [file = ''] = readdirSync(place.legacy, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.csv'),
    );
    const lines = readFileSync(join(place.legacy, file), 'utf8').split('\r\n');
    expect(lines.map((line) => line.split(',').slice(0, 2).join(','))).toEqual([
      'name,x',
      '***,1',
      '***,2',
      '',
    ]);
    const data = eventsOf(place.v2).map((line) => (JSON.parse(line) as { data: unknown }).data);
    expect(data).toEqual(expect.arrayContaining([[{ name: '***', x: 1 }], [{ name: '***', x: 2 }]]));
  });
});

describe('the stage', () => {
  it.each([
    ['off', 0, 0],
    ['legacy', 1, 0],
    ['dual', 1, 1],
    ['v2', 0, 1],
  ] as const)('%s: %i rows, %i events', async (stage, rows, events) => {
    const place = await trees();
    for (const folder of [place.legacy, place.v2]) mkdirSync(folder);
    const inputs = collector(place, 'inputs', ['x'], { stage });
    const fields = inputs.collect([1]);
    await inputs.close();
    expect(fields === undefined).toBe(stage === 'off');
    expect(rowsOf(place.legacy)).toHaveLength(rows);
    expect(eventsOf(place.v2)).toHaveLength(events);
  });

  it('is the one of MDC_BRIDGE_STAGE, else legacy', async () => {
    const place = await trees();
    mkdirSync(place.v2);
    for (const environment of [{}, { MDC_BRIDGE_STAGE: 'dual' }]) {
      const { stage: _, ...rest } = { stage: 'v2', environment };
      const inputs = new ModelDataCollector('m', 'inputs', ['x'], {
        ...rest,
        enabled: true,
        storage: place.legacy,
        v2: { storage: place.v2 },
        handleSignals: false,
      });
      inputs.collect([1]);
      await inputs.close();
    }
    expect(rowsOf(place.legacy)).toHaveLength(2);
    expect(eventsOf(place.v2)).toHaveLength(1);
  });

  it('changes with its file, and stays while that can’t be read', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const place = await trees();
    const stageFile = join(await temporaryFolder(), 'stage');
    const errors: string[] = [];
    writeFileSync(stageFile, 'legacy\n');
    const inputs = collector(place, 'inputs', ['x'], {
      stageFile,
      onError: ({ message }) => errors.push(message),
    });
    const collectAfter = (text: string): void => {
      writeFileSync(stageFile, text);
      vi.advanceTimersByTime(10_000);
      inputs.collect([1]);
    };
    inputs.collect([1]);
    collectAfter('dual');
    collectAfter('v2 ');
    collectAfter('no such stage');
    collectAfter('legacy\n\n');
    await inputs.close();
    expect(errors).toEqual([expect.stringMatching(/^the stage file .*stage says "no such stage"/)]);
    expect(rowsOf(place.legacy)).toHaveLength(3);
    expect(eventsOf(place.v2)).toHaveLength(3);
  });

  it('that writes events needs to be told where', () => {
    const make = (): unknown =>
      new ModelDataCollector('m', 'inputs', ['x'], { enabled: true, stage: 'dual' });
    expect(make).toThrow(/nobody has said where events go/);
    expect(
      () => new ModelDataCollector('m', 'inputs', ['x'], { enabled: true, stage: 'both' as 'dual' }),
    ).toThrow(/can't be "both"/);
  });
});
