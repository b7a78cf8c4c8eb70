import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MdcBridgeError } from '../../src/errors.js';
import { readModelConfigMap } from '../../src/legacy/model-config-map.js';

function mapOf(versions: Readonly<Record<string, unknown>>, more: object = {}): string {
  return JSON.stringify({ modelsInfo: { m: versions }, ...more });
}

describe('model_config_map.json', () => {
  it('says whose a model is, and where its data goes', () => {
    const text = mapOf(
      { 3: { internalId: 'm:3', dataCollectorStoragePath: 'c/{webservice_name}/x' } },
      {
        accountContext: {
          subscriptionId: 'SUB',
          resourceGroupName: 'Rg',
          accountName: 'Ws',
          workspaceId: 'wid',
        },
      },
    );
    expect(readModelConfigMap(text, 'm', undefined, 'f')).toEqual({
      version: '3',
      internalId: 'm:3',
      storagePath: 'c/{webservice_name}/x',
      workspace: 'sub/rg/ws',
      workspaceId: 'wid',
    });
  });

  it('has versions, of which the highest number wins, however they stand', () => {
    const versions = { 9: { internalId: 'nine' }, 10: { internalId: 'ten' }, 2: {} };
    expect(readModelConfigMap(mapOf(versions), 'm', undefined, 'f')).toEqual({
      version: '10',
      internalId: 'ten',
    });
    const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(numbers, fc.array(fc.constantFrom('x', 'v2', 'latest')), (known, others) => {
        // A leading zero, so that JavaScript keeps the order in which they stand.
        const names = [...others, ...known.map((n) => `0${n}`), ...others];
        const text = mapOf(Object.fromEntries(names.map((name) => [name, {}])));
        expect(Number(readModelConfigMap(text, 'm', undefined, 'f').version)).toBe(Math.max(...known));
      }),
    );
  });

  it('has versions, of which the caller may ask for one', () => {
    const versions = { 9: { internalId: 'nine' }, 10: { internalId: 'ten' } };
    expect(readModelConfigMap(mapOf(versions), 'm', '9', 'f')).toEqual({ version: '9', internalId: 'nine' });
    expect(readModelConfigMap(mapOf(versions), 'm', '11', 'f')).toEqual({ version: '11' });
  });

  it.each([
    ['{}'],
    ['{"modelsInfo":null}'],
    ['{"modelsInfo":{"m":7}}'],
    ['{"modelsInfo":{"other":{"1":{"internalId":"x"}}}}'],
    [
      '{"modelsInfo":{"m":{}},"accountContext":{"subscriptionId":"s","resourceGroupName":"","accountName":"w"}}',
    ],
    ['{"accountContext":{"subscriptionId":1}}'],
  ])('may lack all of that, or have something else there: %s', (text) => {
    expect(readModelConfigMap(text, 'm', undefined, 'f')).toEqual({});
  });

  it('knows no model by what objects inherit', () => {
    expect(readModelConfigMap('{"modelsInfo":{}}', 'toString', undefined, 'f')).toEqual({});
    expect(readModelConfigMap('{}', '__proto__', undefined, 'f')).toEqual({});
  });

  it.each(['', '{', '[]', 'null', '"x"', '7'])('is refused where it is no JSON object: %j', (text) => {
    const read = (): unknown => readModelConfigMap(text, 'm', undefined, '/app/model_config_map.json');
    expect(read).toThrow(MdcBridgeError);
    try {
      read();
    } catch (error) {
      expect(error).toMatchObject({ code: 'usage', place: { file: '/app/model_config_map.json' } });
    }
  });
});
