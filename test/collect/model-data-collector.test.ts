import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { CorrelatedData } from '../../src/collect/correlated-data.js';
import { ModelDataCollector } from '../../src/collect/model-data-collector.js';
import type { CollectedData } from '../../src/collect/tabular-data.js';
import { CORRELATION_COLUMNS, type CorrelationFields } from '../../src/legacy/correlation.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn, fieldsOf, filesIn, nameOf, tailOf, writtenBy } from './collectors.js';

const EIGHT = CORRELATION_COLUMNS.join(',');

describe('collect', () => {
  it('returns new correlation fields for inputs: an id of their own for each call, and the time', async () => {
    const collector = collectorIn(await temporaryFolder());
    expect(collector.collect([1, 2])).toEqual(fieldsOf('id-1'));
    expect(
      collector.collect([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual(fieldsOf('id-2'));
    await collector.close();
  });

  it('puts the caller’s own id before the random one, and the request’s beside them', async () => {
    const folder = await temporaryFolder();
    let request: string | undefined = 'req-1';
    const collector = collectorIn(folder, 'inputs', ['a'], { requestId: () => request });
    expect(collector.collect([1], 'user, 1')).toMatchObject({
      $aml_dc_correlation_id: 'user, 1-id-1',
      $aml_request_id: 'req-1',
    });
    request = undefined;
    expect(collector.collect([1])).toMatchObject(fieldsOf('id-2'));
    await collector.close();
    expect(filesIn(folder)[nameOf()]).toContain('\r\n1,"user, 1-id-1",2026-11-22T10:20:30.000400,1440,');
  });

  it('makes ids that are UUIDs, and times of the system’s clock', async () => {
    const collector = new ModelDataCollector('m', 'inputs', ['a'], {
      storage: await temporaryFolder(),
      enabled: true,
      handleSignals: false,
      environment: {},
    });
    const before = Date.now();
    const made = collector.collect([1]);
    expect(made?.$aml_dc_correlation_id).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
    const time = Date.parse(`${made?.$aml_dc_scoring_timestamp}Z`);
    expect(time).toBeGreaterThanOrEqual(before - 3);
    expect(time).toBeLessThanOrEqual(Date.now() + 3);
    await collector.close();
  });

  it.each(['predictions', 'labels', 'signals', 'general'] as const)(
    'returns the given fields for correlated %s, and else nothing',
    async (designation) => {
      const collector = collectorIn(await temporaryFolder(), designation);
      const given = fieldsOf('x');
      expect(collector.collect(collector.addCorrelations([1, 2], given))).toBe(given);
      expect(collector.collect([1, 2])).toBeUndefined();
      await collector.close();
    },
  );

  it('leaves data without correlations as it is', () => {
    const collector = collectorIn('unused', 'predictions', [], { enabled: false });
    const data = [1, 2];
    expect(collector.addCorrelations(data, undefined)).toBe(data);
    expect(collector.addCorrelations(data, null)).toBe(data);
    expect(collector.addCorrelations(data, fieldsOf('x'))).toBeInstanceOf(CorrelatedData);
  });

  it('writes inputs, and predictions with the fields of the inputs that they answer', async () => {
    const folder = await temporaryFolder();
    const inputs = collectorIn(folder, 'inputs', ['bmi', 'bp']);
    const predictions = collectorIn(folder, 'predictions', ['progression']);
    const correlations = inputs.collect([0.0617, 0.0218]);
    predictions.collect(predictions.addCorrelations([152.1], correlations));
    await Promise.all([inputs.close(), predictions.close()]);
    expect(filesIn(folder)).toEqual({
      [nameOf()]: `bmi,bp,${EIGHT}\r\n0.0617,0.0218,${tailOf('id-1')}\r\n`,
      [nameOf('predictions')]: `progression,${EIGHT}\r\n152.1,${tailOf('id-1')}\r\n`,
    });
  });

  const forms: readonly (readonly [what: string, data: CollectedData, text: string])[] = [
    ['one row', [1, 'x,"y"', true, null], '1,"x,""y""",True,\r\n'],
    [
      'rows',
      [
        [1, 2.5],
        [3, 1e-7],
      ],
      '1,2.5\r\n3,1e-07\r\n',
    ],
    ['records', [{ a: 1 }, { b: 'x' }], 'a,b\r\n1,\r\n,x\r\n'],
    ['columns', { a: [1, 2], b: [2n ** 53n + 1n, 0n] }, 'a,b\r\n1,9007199254740993\r\n2,0\r\n'],
    [
      'columns of a Map',
      new Map([
        ['2', [1]],
        ['1', [2]],
      ]),
      '2,1\r\n1,2\r\n',
    ],
    ['a Float64Array', new Float64Array([1, 0.5, Number.NaN]), '1.0,0.5,nan\r\n'],
    ['a Float32Array', new Float32Array([0.1, 1]), '0.1,1.0\r\n'],
    ['a BigInt64Array', new BigInt64Array([2n ** 62n]), '4611686018427387904\r\n'],
    ['rows by a shape', { values: new Float64Array([1, 2]), shape: [2, 1] }, '1.0\r\n2.0\r\n'],
    ['a date', [new Date(Date.UTC(2024, 1, 29, 12, 30, 5, 123))], '2024-02-29 12:30:05.123000\r\n'],
  ];
  it.each(forms)('takes %s', async (_, data, text) => {
    expect(await writtenBy(await temporaryFolder(), data)).toBe(text);
  });

  it('writes a list of lists as one row of their reprs for nested: sdk, as the old SDK did', async () => {
    const options = { nested: 'sdk' } as const;
    expect(
      await writtenBy(
        await temporaryFolder(),
        [
          [1, 2],
          ['a', null],
        ],
        options,
      ),
    ).toBe(`"[1, 2]","['a', None]"\r\n`);
  });

  it('writes whole numbers of the columns that are declared floats as floats', async () => {
    const options = { floatColumns: ['b'] };
    expect(await writtenBy(await temporaryFolder(), [{ a: 1, b: 2 }], options)).toBe('a,b\r\n1,2.0\r\n');
    expect(await writtenBy(await temporaryFolder(), [1, 2], options, ['a', 'b'])).toBe('a,b\r\n1,2.0\r\n');
  });

  it('writes records as DataFrames were written for rowStyle: dataframe', async () => {
    const day = new Date(Date.UTC(2024, 0, 1));
    const noon = new Date(Date.UTC(2024, 0, 1, 12));
    const options = { rowStyle: 'dataframe' } as const;
    const records = [
      { a: Number.NaN, b: day, c: day },
      { a: 1, b: noon, c: 'x' },
    ];
    // As pandas: a column of nothing but dates has one form for all of them; among others, a date is written in full.
    expect(await writtenBy(await temporaryFolder(), records, options)).toBe(
      'a,b,c\r\n,2024-01-01 00:00:00,2024-01-01 00:00:00\n1,2024-01-01 12:00:00,x\n',
    );
  });

  it('copies: what is changed afterwards changes no row', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder, 'predictions', []);
    const [row, record, numbers] = [[1, 2], { a: 1 }, new Float64Array([1, 2])];
    collector.collect(row);
    collector.collect([record]);
    collector.collect(numbers);
    row.fill(9);
    record.a = 9;
    numbers.fill(9);
    await collector.close();
    expect(filesIn(folder)[nameOf('predictions')]).toBe('a\r\n1,2\r\n1\r\n1.0,2.0\r\n');
  });

  it('copies the correlations too: one object may serve for many requests', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder, 'predictions', ['y']);
    const fields: Record<string, string | number> = { ...fieldsOf('one') };
    collector.collect(collector.addCorrelations([1], fields as CorrelationFields));
    fields['$aml_dc_correlation_id'] = 'two';
    fields['$aml_model_version'] = '2';
    collector.collect(collector.addCorrelations([2], fields as CorrelationFields));
    await collector.close();
    expect(filesIn(folder)).toEqual({
      [nameOf('predictions')]: `y,${EIGHT}\r\n1,${tailOf('one')}\r\n`,
      [nameOf('predictions').replace('/m/1/', '/m/2/')]:
        `y,${EIGHT}\r\n2,${tailOf('two').replace(',m,1,', ',m,2,')}\r\n`,
    });
  });

  it('needs no feature names, and then writes no header', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder, 'inputs', []);
    collector.collect([1]);
    await collector.close();
    expect(filesIn(folder)).toEqual({
      [nameOf('inputs')]: expect.stringMatching(/^(a,b,|1,id-1,)/) as string,
    });
  });

  it('writes what csv-parse reads back', async () => {
    const texts = ['', 'a"b', 'x\ny', 'x\r\ny', ',', 'é😀', ' padded '];
    const text = await writtenBy(await temporaryFolder(), [texts, texts.toReversed()]);
    expect(parse(text)).toEqual([texts, texts.toReversed()]);
  });
});
