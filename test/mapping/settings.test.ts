import { describe, expect, it } from 'vitest';
import { MdcBridgeError } from '../../src/errors.js';
import { type MappingOptions, resolveSettings } from '../../src/mapping/settings.js';

describe('settings', () => {
  it('without options are the documented defaults', () => {
    expect(resolveSettings()).toEqual({
      endpoint: '{service}',
      deployment: '{model}-{version}',
      map: {},
      identity: {},
      explode: 'auto',
      pair: 'none',
      empty: 'null',
      keepAmlColumns: false,
      header: {},
      variants: {},
    });
  });

  it('do not share objects with the caller', () => {
    const options = { map: { raw: 'model_inputs' }, columns: ['a'] };
    const settings = resolveSettings(options);
    options.map.raw = 'changed';
    options.columns.push('b');
    expect(settings).toMatchObject({ map: { raw: 'model_inputs' }, columns: ['a'] });
  });

  it('name the row id’s column correlation_id unless told', () => {
    expect(resolveSettings({ rowId: { by: 'user' } }).rowId).toEqual({ name: 'correlation_id', by: 'user' });
    expect(resolveSettings({ rowId: { by: 'correlation', name: 'key' } }).rowId).toEqual({
      name: 'key',
      by: 'correlation',
    });
  });

  it('take a range of dates or times in UTC', () => {
    expect(resolveSettings({ since: '2024-02-29', until: '2024-02-29T12:00:00.5Z' })).toMatchObject({
      since: '2024-02-29T00:00:00',
      until: '2024-02-29T12:00:00.5',
    });
    expect(resolveSettings({ since: '2024-02-29T12:00:00' }).since).toBe('2024-02-29T12:00:00');
  });

  const refused: readonly (readonly [why: string, options: MappingOptions, message: string])[] = [
    ['a row id named correlationid', { rowId: { by: 'user', name: 'CorrelationId' } }, "can't be named"],
    ['a row id without a name', { rowId: { by: 'user', name: '' } }, "can't be named"],
    ['a dataref limit of 0', { datarefOver: 0 }, 'positive number of bytes'],
    ['a dataref limit that is no whole number', { datarefOver: 1.5 }, 'positive number of bytes'],
    ['a date that does not exist', { since: '2023-02-29' }, 'since is no UTC date or time: 2023-02-29'],
    ['a time with a zone', { until: '2024-02-29T12:00:00+01:00' }, 'until is no UTC date or time'],
    ['an empty range', { since: '2024-03-01', until: '2024-03-01' }, 'must be before'],
    ['a range that ends before it begins', { since: '2024-03-02', until: '2024-03-01' }, 'must be before'],
    [
      'an empty range whose ends are written differently',
      { since: '2024-03-01T00:00:00', until: '2024-03-01T00:00:00.000' },
      'must be before',
    ],
  ];
  for (const [why, options, message] of refused) {
    it(`refuse ${why}`, () => {
      const resolve = (): unknown => resolveSettings(options);
      expect(resolve).toThrow(MdcBridgeError);
      expect(resolve).toThrow(message);
    });
  }
});
