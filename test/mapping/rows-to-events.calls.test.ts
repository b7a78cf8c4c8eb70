import { describe, expect, it } from 'vitest';
import { convert } from '../support/converted.js';
import { callRows, correlatedFile, otherCalls } from '../support/legacy-file.js';
import { CORRELATION_HEADER, correlation, sourceName } from '../support/rows.js';

const ID = '4331a496-194d-41db-882d-3142ef07677f';
const INPUTS = sourceName();

describe('rows of one call', () => {
  it('are one event: every byte of it', async () => {
    const content = correlatedFile(
      '10,name,2',
      `1,"a ""b"",\r\né",1e-07,${correlation(ID, '2024-02-29T23:59:59.120000')}`,
      `-2,,0.10,${correlation(ID, '2024-03-01T00:00:01')}`,
    );
    const tree = await convert({ [INPUTS]: content });
    expect(await tree.lines()).toEqual([
      '{"specversion":"1.0","id":"587ccacf-81c2-81eb-b1d5-590acd90b1ab",' +
        '"source":"/subscriptions/sub/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws' +
        '/onlineEndpoints/svc/deployments/m-1","type":"azureml.inference.model_inputs",' +
        '"datacontenttype":"application/json","time":"2024-02-29T23:59:59.120000Z",' +
        '"data":[{"10":1,"name":"a \\"b\\",\\r\\né","2":1e-07},{"10":-2,"name":null,"2":0.10}],' +
        `"contentrange":"bytes 0-74/75","correlationid":"${ID}","xrequestid":"${ID}",` +
        '"modelversion":"default","collectdatatype":"pandas.core.frame.DataFrame","agent":"mdc-bridge/1"}',
    ]);
    const [[name = ''] = []] = await tree.files();
    expect(name).toMatch(/^svc\/m-1\/model_inputs\/2024\/02\/29\/23\/[0-9a-f]{32}000000\.jsonl$/);
  });

  it('lie in the hour of their first row’s time, whatever their folder’s', async () => {
    const content = correlatedFile('a', `1,${correlation('x', '2024-02-29T05:00:00')}`);
    const tree = await convert({ [sourceName('inputs', '2024/03/07/11')]: content });
    expect([...(await tree.files()).keys()][0]).toContain('/model_inputs/2024/02/29/05/');
  });

  it('are one event also where other rows stand between them; lines stand in order of first rows', async () => {
    const content = correlatedFile(
      'a',
      `1,${correlation('x')}`,
      `2,${correlation('y')}`,
      '3',
      `4,${correlation('x')}`,
      `5,${correlation('y')}`,
      '6',
    );
    const events = await (await convert({ [INPUTS]: content })).events('02/29/01');
    expect(events.map(({ correlationid, data }) => [correlationid, data])).toEqual([
      ['x', [{ a: 1 }, { a: 4 }]],
      ['y', [{ a: 2 }, { a: 5 }]],
    ]);
  });

  it('of two files are two events, though of one id', async () => {
    const tree = await convert({
      [INPUTS]: correlatedFile('a', `1,${correlation('x')}`),
      [sourceName('predictions')]: correlatedFile('p', `2,${correlation('x')}`),
    });
    const [inputs, outputs] = await tree.events();
    expect(inputs).toMatchObject({ correlationid: 'x', data: [{ a: 1 }] });
    expect(outputs).toMatchObject({ correlationid: 'x', data: [{ p: 2 }] });
    expect(outputs?.id).not.toBe(inputs?.id);
  });
});

describe('the request of an event', () => {
  const requested = (request: string): string =>
    correlatedFile('a', `1,${correlation('x').replace(/[0-9a-f-]{36}$/, request)}`);

  it('is the request id of Flask, where there is one', async () => {
    const tree = await convert({ [INPUTS]: requested('req-7') });
    expect(await tree.events()).toMatchObject([{ correlationid: 'x', xrequestid: 'req-7' }]);
  });

  it('is the rows’ own correlation id where the request id is zeros or empty', async () => {
    for (const request of ['00000000-0000-0000-0000-000000000000', '']) {
      expect(await (await convert({ [INPUTS]: requested(request) })).events()).toMatchObject([
        { xrequestid: 'x' },
      ]);
    }
  });

  it('is the own correlation id, without what was added to it', async () => {
    const content = correlatedFile('a', `1,${correlation('cust.7')}`);
    expect(await (await convert({ [INPUTS]: content })).events()).toMatchObject([
      { correlationid: 'cust.7.0', xrequestid: 'cust.7' },
    ]);
  });
});

describe('rows that come after their call was closed', () => {
  const early = `1,${correlation('late')}`;
  const row = (value: number): string => `${value},${correlation('late')}`;
  const offsetOf = (content: string, line: string): number => Buffer.from(content).indexOf(`${line}\r\n`);

  it('begin an event whose correlationid says where they stand, and are counted', async () => {
    const content = correlatedFile('a', early, ...otherCalls(4096), row(2), row(3));
    const tree = await convert({ [INPUTS]: content });
    const events = (await tree.events()).filter(({ xrequestid }) => xrequestid === 'late');
    expect(events.map(({ correlationid, data }) => [correlationid, data])).toEqual([
      ['late', [{ a: 1 }]],
      [`late.r${offsetOf(content, row(2))}`, [{ a: 2 }, { a: 3 }]],
    ]);
    expect(tree.report.totals.late).toBe(1);
    expect(new Set((await tree.events()).map(({ id }) => id)).size).toBe(4098);
  });

  it('are no later than 4,096 other calls', async () => {
    const tree = await convert({ [INPUTS]: correlatedFile('a', early, ...otherCalls(4095), row(2)) });
    expect((await tree.events())[0]).toMatchObject({ correlationid: 'late', data: [{ a: 1 }, { a: 2 }] });
    expect(tree.report.totals.late).toBe(0);
  });

  it('may come late again and again, each time with another name', async () => {
    const content = correlatedFile(
      'a',
      early,
      ...otherCalls(4096),
      row(2),
      ...otherCalls(4096, 5000),
      row(3),
    );
    const events = await (await convert({ [INPUTS]: content })).events();
    expect(events.map(({ correlationid }) => correlationid).filter((id) => id.startsWith('late'))).toEqual([
      'late',
      `late.r${offsetOf(content, row(2))}`,
      `late.r${offsetOf(content, row(3))}`,
    ]);
  });

  it('are cut into parts as any call, under their new name', async () => {
    const rows = callRows('late', 1001, 10);
    const content = correlatedFile('a', early, ...otherCalls(4096), ...rows);
    const base = `late.r${offsetOf(content, rows[0]!)}`;
    const events = (await (await convert({ [INPUTS]: content })).events()).slice(-2);
    expect(events.map(({ correlationid, data }) => [correlationid, data.length])).toEqual([
      [base, 1000],
      [`${base}.1`, 1],
    ]);
  });

  it('count the bytes of a byte order mark in their name, as all offsets do', async () => {
    const content = `\ufeff${correlatedFile('a', early, ...otherCalls(4096), row(2))}`;
    const last = (await (await convert({ [INPUTS]: content })).events()).at(-1);
    expect(last?.correlationid).toBe(`late.r${offsetOf(content, row(2))}`);
  });
});

describe('a correlation id', () => {
  it('may hold a comma, quotes and any unicode', async () => {
    const id = 'cust,0 é"日-b322a398-f51e-4d62-a22f-12cf4b23b6ba';
    const content = `a,${CORRELATION_HEADER}\r\n1,${correlation(`"${id.replace('"', '""')}"`)}\r\n`;
    expect(await (await convert({ [INPUTS]: content })).events()).toMatchObject([
      { correlationid: id, xrequestid: id },
    ]);
  });
});
