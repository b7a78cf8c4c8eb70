import { describe, expect, it } from 'vitest';
import type { MappingOptions } from '../../src/mapping/settings.js';
import { convert, dataText } from '../support/converted.js';
import { callRows, correlatedFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';

const INPUTS = sourceName();
const LABELS = sourceName('labels', '2024/02/29', 'labels.csv');
const UUID = 'b322a398-f51e-4d62-a22f-12cf4b23b6ba';

describe('the column that --row-id adds', () => {
  const ids = async (
    content: string,
    rowId: NonNullable<MappingOptions['rowId']>,
    name = INPUTS,
  ): Promise<unknown[]> => {
    const tree = await convert({ [name]: content }, { rowId });
    return (await tree.events()).map(({ data }) => data.map((row) => row[rowId.name ?? 'correlation_id']));
  };

  it('by user is the user’s part of the id, alone where the call has one row', async () => {
    const content = correlatedFile('a', `1,${correlation(`cust-7-${UUID}`)}`);
    expect(await ids(content, { by: 'user' })).toEqual([['cust-7']]);
  });

  it('by user has the row’s place in the call behind it, where the call has several', async () => {
    const content = correlatedFile('a', ...callRows(`cust-${UUID}`, 1001));
    const [first = [], second = []] = (await ids(content, { by: 'user' })) as string[][];
    expect([first[0], first[999], ...second]).toEqual(['cust_0', 'cust_999', 'cust_1000']);
  });

  it('by user is null where the SDK made the id alone, or the rows have none', async () => {
    expect(await ids(correlatedFile('a', `1,${correlation(UUID)}`), { by: 'user' })).toEqual([[null]]);
    expect(await ids('y\n1\n2\n', { by: 'user' }, LABELS)).toEqual([[null, null]]);
  });

  it('by correlation is exactly the consumer’s {correlationid}_{row}', async () => {
    const content = correlatedFile('a', ...callRows('x.1', 1002));
    const [first = [], second = []] = (await ids(content, { by: 'correlation' })) as string[][];
    expect([first[0], first[999], ...second]).toEqual(['x.1.0_0', 'x.1.0_999', 'x.1.1_0', 'x.1.1_1']);
  });

  it('by correlation has the event’s id for rows without one', async () => {
    const tree = await convert({ [LABELS]: 'y\n1\n2\n' }, { rowId: { by: 'correlation' } });
    const [event] = await tree.events();
    expect(event?.data).toEqual([
      { y: 1, correlation_id: `${event?.id}_0` },
      { y: 2, correlation_id: `${event?.id}_1` },
    ]);
  });

  it('stands last, under the name it is given, and counts in contentrange', async () => {
    const content = correlatedFile('a', `1,${correlation('"é,-b322a398-f51e-4d62-a22f-12cf4b23b6ba"')}`);
    const tree = await convert({ [INPUTS]: content }, { rowId: { by: 'user', name: 'key "é"' } });
    const [line = ''] = await tree.lines();
    expect(dataText(line)).toBe('[{"a":1,"key \\"é\\"":"é,"}]');
    expect(line).toContain('"contentrange":"bytes 0-27/28"');
  });

  it('may not have the name of a column of the data, in any case', async () => {
    const content = correlatedFile('Key', `1,${correlation('x')}`);
    await expect(
      convert({ [INPUTS]: content }, { rowId: { by: 'user', name: 'key' } }),
    ).rejects.toMatchObject({
      code: 'plan',
      message: 'svc/m-1/model_inputs has a column key of its own',
    });
  });
});

describe('--keep-aml-columns', () => {
  it('keeps the eight behind the user’s columns, in their order and by their types', async () => {
    const tree = await convert(
      { [INPUTS]: correlatedFile('a', `1,${correlation('x')}`) },
      { keepAmlColumns: true },
    );
    expect(await tree.dataTexts()).toEqual([
      '[{"a":1,"$aml_dc_correlation_id":"x","$aml_dc_scoring_timestamp":"2024-02-29T01:02:03.000004",' +
        '"$aml_dc_boundary":1440,"$aml_workspace":"sub/rg/ws","$aml_service_name":"svc","$aml_model_name":"m",' +
        '"$aml_model_version":1,"$aml_request_id":"00000000-0000-0000-0000-000000000000"}]',
    ]);
  });

  it('adds nothing to rows that do not have them', async () => {
    const tree = await convert({ [LABELS]: 'y\n1\n' }, { keepAmlColumns: true });
    expect(await tree.dataTexts()).toEqual(['[{"y":1}]']);
  });

  it('is not needed for other $aml_ names, which are data', async () => {
    const tree = await convert({ [LABELS]: 'y,$aml_request_id\nTrue,req-1\n' });
    expect(await tree.dataTexts()).toEqual(['[{"y":true,"$aml_request_id":"req-1"}]']);
  });
});

describe('--empty string', () => {
  it('keeps an empty field of a string column, and of no other', async () => {
    const content = 'a,b,c\nx,1,\n,,\n';
    const texts = async (empty: 'null' | 'string'): Promise<string[]> =>
      await (await convert({ [LABELS]: content }, { empty })).dataTexts();
    expect(await texts('null')).toEqual(['[{"a":"x","b":1,"c":null},{"a":null,"b":null,"c":null}]']);
    expect(await texts('string')).toEqual(['[{"a":"x","b":1,"c":null},{"a":"","b":null,"c":null}]']);
  });
});

describe('--since and --until', () => {
  const at = (id: string, time: string): string => `1,${correlation(id, time)}`;
  const content = correlatedFile(
    'a',
    at('before', '2024-02-29T11:59:59.999999'),
    at('first', '2024-02-29T12:00:00'),
    at('first', '2024-02-29T11:00:00'),
    at('last', '2024-02-29T12:59:59.9'),
    at('after', '2024-02-29T13:00:00.000000'),
    at('after', '2024-02-29T12:30:00'),
  );
  const range = { since: '2024-02-29T12:00:00Z', until: '2024-02-29T13:00:00Z' };

  it('take events by their time, the start included and the end not; the rest is counted', async () => {
    const tree = await convert({ [INPUTS]: content }, range);
    expect((await tree.events()).map(({ correlationid, data }) => [correlationid, data.length])).toEqual([
      ['first', 2],
      ['last', 1],
    ]);
    expect(tree.report.totals).toMatchObject({ rows: 3, outOfRange: 3, rejected: {} });
  });

  it('give the same events, byte for byte, as without them', async () => {
    const all = await (await convert({ [INPUTS]: content })).lines();
    const some = await (await convert({ [INPUTS]: content }, range)).lines();
    expect(all.filter((line) => some.includes(line))).toEqual(some);
  });

  it('plan types over whole files, rows out of range too', async () => {
    const mixed = correlatedFile(
      'a',
      at('x', '2024-02-29T12:00:00'),
      `text,${correlation('y', '2024-02-28T12:00:00')}`,
    );
    expect(await (await convert({ [INPUTS]: mixed }, range)).dataTexts()).toEqual(['[{"a":"1"}]']);
  });

  it('skip folders, with one day of margin on either side', async () => {
    const days = ['2024/02/27', '2024/02/28', '2024/02/29', '2024/03/01', '2024/03/02'];
    const files = Object.fromEntries(days.map((day) => [sourceName('inputs', day), content]));
    const { report } = await convert(files, range);
    expect(report.totals.files).toBe(3);
    const dates = await convert(files, { since: '2024-02-29', until: '2024-03-01' });
    expect(dates.report.totals.files).toBe(3);
  });

  it('have uncorrelated rows by their folder’s time', async () => {
    const files = { [LABELS]: 'y\n1\n', [sourceName('labels', '2024/02/29/12', 'labels.csv')]: 'y\n2\n' };
    const tree = await convert(files, range);
    expect(await tree.dataTexts()).toEqual(['[{"y":2}]']);
    expect(tree.report.totals.outOfRange).toBe(1);
  });
});

describe('--dataref-over', () => {
  const content = correlatedFile(
    'a',
    `x,${correlation('long')}`,
    `y,${correlation('long')}`,
    `é,${correlation('short')}`,
  );
  const long = '[{"a":"x"},{"a":"y"}]';

  it('moves the rows of a larger event to a file of their own, and leaves its address', async () => {
    const options = { datarefOver: 20, datarefBase: 'https://acct.blob.core.windows.net/v2' };
    const tree = await convert({ [INPUTS]: content }, options);
    const [moved, kept] = await tree.lines();
    const event = JSON.parse(moved ?? '') as { id: string; dataref: string; contentrange: string };
    const name = `svc/m-1/model_inputs/2024/02/29/01/files/${event.id}.json`;
    expect(event.dataref).toBe(`https://acct.blob.core.windows.net/v2/${name}`);
    expect(event.contentrange).toBe('bytes 0-20/21');
    expect((await tree.files()).get(name)).toBe(long);
    expect(dataText(kept ?? '')).toBe('[{"a":"é"}]');
    expect(tree.report.totals).toMatchObject({ rows: 3, events: 2 });
  });

  it('leaves an event inline that is not larger, and every event unless asked', async () => {
    for (const options of [{ datarefOver: 21 }, {}]) {
      expect(await (await convert({ [INPUTS]: content }, options)).dataTexts()).toEqual([
        long,
        '[{"a":"é"}]',
      ]);
    }
  });

  it('has addresses in DEST unless told', async () => {
    const tree = await convert({ [INPUTS]: content }, { datarefOver: 1 });
    expect((await tree.events())[0]?.dataref).toMatch(/^memory:\/\/\/v2\/svc\/m-1\/model_inputs\/.*\.json$/);
  });
});
