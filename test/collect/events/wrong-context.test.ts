import { describe, expect, it } from 'vitest';
import { Collector } from '../../../src/collect/collector.js';
import type { CorrelationContext } from '../../../src/collect/events/correlation-context.js';
import { BasicCorrelationContext } from '../../../src/collect/events/correlation-context.js';
import type { FrameData } from '../../../src/collect/events/event-frame.js';
import { MdcBridgeError } from '../../../src/errors.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

async function collector(onError?: (error: Error) => void): Promise<Collector> {
  return new Collector('model_inputs', {
    storage: await temporaryFolder(),
    endpoint: 'e',
    deployment: 'd',
    environment: {},
    handleSignals: false,
    ...(onError === undefined ? {} : { onError }),
  });
}

describe('a context that is none', () => {
  const good = new BasicCorrelationContext('x', 1);
  const wrong: readonly (readonly [string, unknown])[] = [
    ['an id', 'some-id'],
    ['an object', { id: 'x' }],
    ['without headers', { getId: () => 'x', getTimestamp: () => 1 }],
    ['an id that is no text', { getId: () => 7, getTimestamp: () => 1, getHeaders: () => ({}) }],
    ['headers that are none', { getId: () => 'x', getTimestamp: () => 1, getHeaders: () => null }],
  ];
  it.each(wrong)('is refused, counted, and given back: %s', async (_, context) => {
    const errors: Error[] = [];
    const inputs = await collector((error) => void errors.push(error));
    expect(inputs.collect([{ a: 1 }], context as CorrelationContext)).toBe(context);
    expect(errors).toEqual([expect.any(MdcBridgeError)]);
    expect(errors[0]).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/^this is no context: /),
    });
    expect(inputs.stats().dropped.invalid).toBe(1);
    inputs.collect([{ a: 1 }], good);
    await inputs.close();
    expect(inputs.stats().written).toBe(1);
  });
});

describe('names and rows apart', () => {
  it('are a matrix only by the names columns and data, and no two columns by others', async () => {
    const inputs = await collector();
    const misnamed = { names: ['a'], data: [[1]] } as unknown as FrameData;
    expect(() => inputs.collect(misnamed)).toThrow(/^can't collect this: "data" holds rows/);
    inputs.collect({ columns: ['a'], data: [[1]] });
    inputs.collect({ names: ['a'], data: [1] });
    await inputs.close();
    expect(inputs.stats()).toMatchObject({ written: 2, dropped: { invalid: 1 } });
  });
});
