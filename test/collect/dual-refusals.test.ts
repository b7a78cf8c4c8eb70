import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Collector } from '../../src/collect/collector.js';
import type { CollectorOptions } from '../../src/collect/collector-options.js';
import type { EventSideOptions } from '../../src/collect/dual/event-side-options.js';
import type { ModelDataCollector } from '../../src/collect/model-data-collector.js';
import { MdcBridgeError } from '../../src/errors.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn, NOW } from './collectors.js';

async function dual(
  options: CollectorOptions,
  v2: Partial<EventSideOptions> = {},
): Promise<ModelDataCollector> {
  const folder = await temporaryFolder();
  return collectorIn(join(folder, 'modeldata'), 'inputs', ['a', 'b'], {
    stage: 'dual',
    ...options,
    v2: { storage: join(folder, 'v2'), ...v2 },
  });
}

describe('a call that one side refuses', () => {
  it('is told when it begins, with column, type and value, and counted; collect does not throw', async () => {
    const errors: Error[] = [];
    let time = NOW;
    const onError = (error: Error): void => void errors.push(error);
    const collector = await dual({ onError, clock: () => time }, { types: { a: 'number' } });
    for (const value of ['one', 'x'.repeat(99), 3, 'two']) {
      collector.collect([value, 1]);
      time += 10_000;
    }
    expect(errors.map(({ message }) => message)).toEqual([
      'a call is not in the events, but in the legacy rows: column a is of type number, and "one" is none',
    ]);
    expect(errors[0]).toMatchObject({ code: 'usage', cause: expect.any(MdcBridgeError) });
    expect(collector.stats().v2?.dropped.invalid).toBe(3);
    time += 60_001;
    collector.collect(['x'.repeat(99), 1]);
    expect(errors[1]?.message).toContain(`"${'x'.repeat(40)}…" is none`);
    await collector.close();
    expect(collector.stats()).toMatchObject({ written: 5, v2: { written: 1 } });
  });

  it('is told as a process warning where nobody listens', async () => {
    const warned = new Promise<Error>((resolve) => void process.once('warning', resolve));
    const collector = await dual({}, { types: { a: 'number' } });
    expect(collector.collect(['one', 1])).toBeDefined();
    expect((await warned).message).toContain('column a is of type number');
    await collector.close();
  });

  it('is told of the legacy side, too, where the events are what counts', async () => {
    const errors: string[] = [];
    const collector = await dual({
      primary: 'v2',
      maxBufferedBytes: 200,
      onError: ({ message }) => void errors.push(message),
    });
    collector.collect(['y'.repeat(300), 1]);
    expect(errors).toEqual([
      expect.stringMatching(
        /^a call is not in the legacy rows, but in the events: the rows of one call need more/,
      ),
    ]);
    await collector.close();
  });

  it('is thrown, and nothing else is told, where that side counts', async () => {
    const errors: string[] = [];
    const onError = ({ message }: Error): void => void errors.push(message);
    const collector = await dual({ onError, primary: 'v2' }, { types: { a: 'number' } });
    collector.collect(['one', 1]);
    expect(errors).toEqual([expect.stringMatching(/^column a is of type number/)]);
    await collector.close();
  });
});

describe('an option that can’t be', () => {
  const wrong: readonly (readonly [string, object, object, RegExp])[] = [
    ['primary', { primary: 'both' }, {}, /primary can't be "both"/],
    ['a type', {}, { types: { a: 'float' } }, /column "a" can't be "float"/],
    ['empty', {}, { empty: 'nul' }, /v2.empty can't be "nul"/],
    ['a row id', {}, { rowId: { by: 'userx' } }, /rowId.by can't be "userx"/],
    [
      'a row id’s name',
      {},
      { rowId: { by: 'user', name: 'correlationid' } },
      /can't be named "correlationid"/,
    ],
    ['a ramp', {}, { ramp: '5' }, /the ramp must be a percentage/],
    ['rows’ style', { rowStyle: 'frame' }, {}, /rowStyle can't be "frame"/],
    ['files’ names', { fileNames: 'SDK' }, {}, /fileNames can't be "SDK"/],
    ['what is nested', { nested: 'row' }, {}, /nested can't be "row"/],
  ];
  it.each(wrong)('is refused when the collector is made: %s', async (_, options, v2, message) => {
    const error = await dual(options, v2).catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(MdcBridgeError);
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(message) });
  });

  it('is refused by the v2 collector, too', async () => {
    const storage = await temporaryFolder();
    const make = (options: object) => (): Collector =>
      new Collector('model_inputs', { storage, endpoint: 'e', deployment: 'd', ...options });
    expect(make({ rowId: { by: 'userx' } })).toThrow(/rowId.by can't be "userx"/);
    expect(make({ floatFormat: 'short' })).toThrow(/floatFormat can't be "short"/);
    expect(make({ sampleRatePercentage: 200 })).toThrow(
      /sampleRatePercentage must be a number from 0 to 100, not 200/,
    );
  });
});
