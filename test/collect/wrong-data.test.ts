import { describe, expect, it } from 'vitest';
import { CorrelatedData } from '../../src/collect/correlated-data.js';
import type { CollectedData } from '../../src/collect/tabular-data.js';
import { MdcBridgeError } from '../../src/errors.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { BEFORE, collectorIn, fieldsOf, filesIn, nameOf } from './collectors.js';

describe('wrong data', () => {
  const circular: unknown[] = [1];
  circular.push(circular);
  const wrong: readonly (readonly [what: string, data: unknown])[] = [
    ['a Buffer', Buffer.from('x')],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['a Blob', new Blob([])],
    ['a string', 'abc'],
    ['null', null],
    ['nothing', undefined],
    ['rows of several lengths', [[1, 2], [3]]],
    ['three dimensions', { values: new Float64Array(1), shape: [1, 1, 1] }],
    ['a function in a cell', [1, () => 1]],
    ['a symbol in a cell', [1, Symbol('x')]],
    ['a Buffer in a cell', [1, Buffer.from('x')]],
    ['half a surrogate pair in a cell', ['\ud800']],
    ['a Map in a record', [{ a: new Map() }]],
    ['a Map in a list', [[1], [[new Map()]]]],
    ['a Map as a record', [new Map([['a', 1]])]],
    ['a promise as a record', [Promise.resolve(1)]],
    ['a list that holds itself', circular],
    [
      'a bad cell in row 2 of 3',
      [
        [1, 2],
        [3, Symbol('x')],
        [5, 6],
      ],
    ],
    ['a bad cell in the last record', [{ a: 1 }, { a: () => 1 }]],
    ['a date that Python does not have', [new Date(Date.UTC(-1, 0))]],
    ['a cell whose text is too long', ['x'.repeat(5000)]],
    ['correlations without a timestamp', new CorrelatedData([1], { $aml_dc_correlation_id: 'x' } as never)],
    [
      'correlations without an id',
      new CorrelatedData([1], { ...fieldsOf('x'), $aml_dc_correlation_id: undefined } as never),
    ],
    [
      'correlations without a workspace',
      new CorrelatedData([1], { ...fieldsOf('x'), $aml_workspace: undefined } as never),
    ],
    [
      'correlations of an impossible day',
      new CorrelatedData([1], { ...fieldsOf('x'), $aml_dc_scoring_timestamp: '2026-02-30T00:00:00' }),
    ],
  ];

  it.each(wrong)('(%s) is thrown as a typed error, and nothing of it is written', async (_, data) => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder, 'predictions', [], { maxBufferedBytes: 4096 });
    collector.collect([0]);
    const refuse = (): unknown => collector.collect(data as CollectedData);
    expect(refuse).toThrow(MdcBridgeError);
    collector.collect([1]);
    await collector.close();
    expect(Object.keys(filesIn(folder))).toEqual([nameOf('predictions')]);
    expect(filesIn(folder)[nameOf('predictions')]).toBe('0\r\n1\r\n');
    expect(collector.stats()).toMatchObject({ accepted: 2, written: 2, dropped: { full: 0, shutdown: 0 } });
  });

  it.each(wrong)('(%s) is given to onError instead, and nothing is thrown', async (_, data) => {
    const errors: Error[] = [];
    const folder = await temporaryFolder();
    const collector = collectorIn(folder, 'predictions', [], {
      maxBufferedBytes: 4096,
      onError: (error) => errors.push(error),
    });
    expect(collector.collect(data as CollectedData)).toBeUndefined();
    await collector.close();
    expect(errors).toEqual([expect.objectContaining({ name: 'MdcBridgeError', code: 'usage' })]);
    expect(filesIn(folder)).toEqual({});
  });

  it('names the column', async () => {
    const collector = collectorIn(await temporaryFolder());
    expect(() => collector.collect([1, Symbol('x') as never])).toThrow(/column 1/);
    await collector.close();
  });
});

describe('a name', () => {
  it.each([
    ['webserviceName', { webserviceName: '../../x' }],
    ['webserviceName', { webserviceName: '' }],
    ['modelVersion', { modelVersion: '..' }],
    ['modelVersion', { modelVersion: 'a//b' }],
    ['workspace', { workspace: '/etc' }],
    ['workspace', { workspace: 'a/./b' }],
    ['workspace', { workspace: 'a\0b' }],
  ])('that leads out of the folder, or is none, is refused from the start: %s %o', async (_, names) => {
    const folder = await temporaryFolder();
    expect(() => collectorIn(folder, 'inputs', ['a'], names)).toThrow(/no blob can be called/);
  });

  it.each(['../x', '..', 'x/../../y', '', '/x', 'x\0y'])(
    'that comes with correlations is held to the same: %j',
    async (name) => {
      const folder = await temporaryFolder();
      const collector = collectorIn(folder, 'predictions', ['y']);
      for (const part of ['$aml_workspace', '$aml_service_name', '$aml_model_name', '$aml_model_version']) {
        const fields = { ...fieldsOf('x'), [part]: name };
        expect(() => collector.collect(collector.addCorrelations([1], fields))).toThrow(MdcBridgeError);
      }
      await collector.close();
      expect(filesIn(folder)).toEqual({});
    },
  );

  it('may have slashes and spaces', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder, 'inputs', ['a'], {
      webserviceName: 'team/credit risk',
      workspace: 'S/R/W',
    });
    collector.collect([1]);
    await collector.close();
    expect(Object.keys(filesIn(folder))).toEqual([nameOf().replace(BEFORE, 's/r/w/team/credit risk/m/1')]);
  });
});
