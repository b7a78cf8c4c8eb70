import { afterEach, describe, expect, test } from 'vitest';
import { planMigration } from '../../src/convert/plan.js';
import { convertTree } from '../../src/convert/run.js';
import type { VerifyReport } from '../../src/convert/verify/report.js';
import { verifyTree } from '../../src/convert/verify/verify-tree.js';
import type { MappingOptions } from '../../src/mapping/settings.js';
import {
  correlated,
  header,
  makePair,
  marksOf,
  removePair,
  type TreePair,
  withRows,
} from './verify/good-tree.js';

const TIME = '2024-02-29T10:00:00.5';
const uuid = (n: number): string => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`;

const pairs: TreePair[] = [];
afterEach(async () => {
  for (const pair of pairs.splice(0)) await removePair(pair);
});

async function convert(files: Record<string, string>, options: MappingOptions = {}): Promise<TreePair> {
  const pair = await makePair(files, options);
  pairs.push(pair);
  return pair;
}

async function expectGood(pair: TreePair, totals: Partial<VerifyReport['totals']>): Promise<void> {
  const report = await pair.verify();
  expect(report.findings).toEqual([]);
  expect(report.ok).toBe(true);
  expect(report.totals).toMatchObject(totals);
}

describe('Calls', () => {
  const call = (id: string, from: number, to: number): string =>
    Array.from({ length: to - from }, (_, i) => correlated(String(from + i), id, TIME)).join('');

  test('of more than 1,000 rows have an event for each 1,000', async () => {
    const pair = await convert({
      'inputs/2024/02/29/inputs.csv': header('n') + call('a', 0, 2500) + call('b.3', 0, 1001),
    });
    await expectGood(pair, { same: 3501, events: 5 });
    const [name = ''] = await pair.events();
    await pair.edit(name, (lines) =>
      lines.map((line) => (line.includes('"a.1"') ? withRows(line, (rows) => rows.slice(1)) : line)),
    );
    expect(marksOf(await pair.verify())).toEqual(['-1']);
  });

  test('of one file may interleave', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => correlated(String(i), `call-${i % 3}`, TIME)).join('');
    const pair = await convert({ 'inputs/2024/02/29/inputs.csv': header('n') + rows });
    await expectGood(pair, { same: 30, events: 3 });
  });

  test('that come back after 4,096 others begin an event of their own', async () => {
    const others = Array.from({ length: 4096 }, (_, i) => correlated(String(i), `call-${i}`, TIME)).join('');
    const rows = `${correlated('1', 'early', TIME)}${others}${correlated('2', 'early', TIME)}`;
    const pair = await convert({ 'inputs/2024/02/29/inputs.csv': header('n') + rows });
    await expectGood(pair, { same: 4098, events: 4098 });
    const [name = ''] = await pair.events();
    expect(await pair.read(name)).toContain('"correlationid":"early.r');
    await pair.edit(name, (lines) => lines.map((line) => line.replace(/"early\.r\d+"/, '"early.r1"')));
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['*0']);
    expect(report.findings[0]?.differences).toMatchObject([{ column: 'correlationid', v2: 'early.r1' }]);
  });
});

describe('Rows without correlation', () => {
  test('stand in packs of 1,000, and correlated rows between them end none', async () => {
    const rows = Array.from(
      { length: 1500 },
      (_, i) => `${i}\n${i % 100 === 0 ? correlated('7', uuid(i), TIME) : ''}`,
    );
    const pair = await convert({ 'signals/2024/02/29/web.csv': header('n') + rows.join('') });
    await expectGood(pair, { same: 1515, events: 17 });
    const name = (await pair.events()).find((event) => event.includes('/29/00/')) ?? '';
    await pair.edit(name, ([a = '', b = '']) => [
      withRows(a, (all) => [...all.slice(0, 500), ...all.slice(501)]),
      b,
    ]);
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['-1']);
    expect(report.findings[0]?.text).toContain('{"n":500}');
  });

  test('become many rows where the plan explodes them', async () => {
    const inputs = correlated('1', 'a', TIME) + correlated('2', 'a', TIME) + correlated('3', 'b', TIME);
    const pair = await convert({
      'inputs/2024/02/29/inputs.csv': header('n') + inputs,
      'predictions/2024/02/29/predictions.csv': 'p\r\n0.1,0.2\r\n0.3\r\n',
    });
    await expectGood(pair, { exploded: 1, same: 6, lines: 7 });
    const name = await pair.find('model_outputs');
    await pair.edit(name, ([a = '']) => [
      withRows(a, (rows) => [rows[1] ?? '', rows[0] ?? '', rows[2] ?? '']),
    ]);
    expect(marksOf(await pair.verify())).toEqual(['-1', '+1']);
  });

  test('are counted as inferred where they borrow the correlation of the inputs', async () => {
    const inputs = correlated('1', 'a', TIME) + correlated('2', 'a', TIME) + correlated('3', 'b', TIME);
    const pair = await convert(
      {
        'inputs/2024/02/29/inputs.csv': header('n') + inputs,
        'predictions/2024/02/29/predictions.csv': 'p\r\n0.1,0.2\r\n0.3\r\n',
      },
      { pair: 'order' },
    );
    await expectGood(pair, { inferred: 3, same: 6 });
    const name = await pair.find('model_outputs');
    await pair.edit(name, (lines) =>
      lines.map((line) => line.replaceAll('"correlationid":"b"', '"correlationid":"c"')),
    );
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['*0']);
    expect(report.findings[0]?.differences).toEqual([{ column: 'correlationid', legacy: 'b', v2: 'c' }]);
  });
});

describe('What the settings add is checked too:', () => {
  const files = {
    'inputs/2024/02/29/inputs.csv':
      header('n,s') +
      correlated('1,', `cust-${uuid(1)}`, TIME) +
      correlated('2,x', `cust-${uuid(1)}`, TIME) +
      correlated('3,inf', uuid(2), '2024-02-29T11:00:00'),
  };

  test("the row id by the user's part", async () => {
    const pair = await convert(files, { rowId: { by: 'user' } });
    const [name = ''] = await pair.events();
    expect(await pair.read(name)).toContain('"correlation_id":"cust_1"}');
    await expectGood(pair, { same: 3 });
    await pair.edit(name, (lines) => lines.map((line) => line.replace('cust_1"', 'cust_2"')));
    expect((await pair.verify()).findings).toMatchObject([
      { mark: '*', differences: [{ column: 'correlation_id', legacy: 'cust_1', v2: '"cust_2"' }] },
    ]);
  });

  test("the row id by the consumer's own value", async () => {
    const pair = await convert(files, { rowId: { by: 'correlation', name: 'key' } });
    await expectGood(pair, { same: 3 });
    const [name = ''] = await pair.events();
    await pair.edit(name, (lines) =>
      lines.map((line) => line.replace(`cust-${uuid(1)}_1"`, `cust-${uuid(1)}_0"`)),
    );
    expect((await pair.verify()).findings).toMatchObject([
      { mark: '*', differences: [{ column: 'key', v2: `"cust-${uuid(1)}_0"` }] },
    ]);
  });

  test('the eight columns that are kept', async () => {
    const pair = await convert(files, { keepAmlColumns: true });
    await expectGood(pair, { same: 3 });
    const [name = ''] = await pair.events();
    await pair.edit(name, (lines) =>
      lines.map((line) => line.replace('"$aml_dc_boundary":1440', '"$aml_dc_boundary":60')),
    );
    expect((await pair.verify()).findings.map(({ differences }) => differences[0])).toContainEqual({
      column: '$aml_dc_boundary',
      legacy: '1440',
      v2: '60',
    });
  });

  test('the range of time, outside which nothing may be', async () => {
    const pair = await convert(files, { since: '2024-02-29T10:30:00' });
    await expectGood(pair, { same: 1, outOfRange: 2 });
    const whole = await convert(files);
    const [ten = ''] = await whole.events();
    await pair.write((await pair.events())[0]?.replace('/11/', '/10/') ?? '', await whole.read(ten));
    expect(marksOf(await pair.verify())).toEqual(['+2']);
  });

  test('rows in a file of their own', async () => {
    const pair = await convert(files, { datarefOver: 20 });
    await expectGood(pair, { same: 3 });
    const {
      files: [file],
    } = await pair.verify();
    const dataref = file?.outputs.find(({ name }) => name.includes('/files/'))?.name ?? '';
    const content = await pair.read(dataref);
    await pair.write(dataref, content.replace('"n":1', '"n":9'));
    expect((await pair.verify()).findings).toMatchObject([
      { mark: '*', rows: 1, differences: [{ column: 'n', legacy: '1', v2: '9' }] },
    ]);
    await pair.write(dataref, `${content}\n`);
    expect((await pair.verify()).ok).toBe(false);
    await pair.remove(dataref);
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['!2']);
    expect(report.findings[0]?.text).toContain('its rows are missing');
  });

  test('rows that must not be in a file of their own', async () => {
    const pair = await convert(files, { datarefOver: 20 });
    const inline = await convert(files);
    const [name = ''] = await inline.events();
    const text = await inline.read(name);
    await pair.write((await pair.events()).find((event) => event.includes('/10/')) ?? '', text);
    expect((await pair.verify()).findings[0]?.text).toMatch(/rows in data, not in dataref/);
  });

  test('the empty field of a string column', async () => {
    const pair = await convert(files, { empty: 'string' });
    await expectGood(pair, { same: 3 });
    const [name = ''] = await pair.events();
    await pair.edit(name, ([a = '']) => [
      withRows(a, (rows) => rows.map((row) => row.replace('""', 'null'))),
    ]);
    expect((await pair.verify()).findings).toMatchObject([
      { differences: [{ column: 's', legacy: '', v2: 'null' }] },
    ]);
  });
});

describe('A plan that a person has edited decides', () => {
  const files = {
    'inputs/2024/02/29/inputs.csv': header('n') + correlated('1', 'a', TIME) + correlated('2.5', 'b', TIME),
  };

  test('which rows are rejected because a field does not fit its type', async () => {
    const pair = await convert(files);
    const plan = await planMigration(pair.source, { workers: 0 });
    const collections = plan.collections.map((collection) => ({
      ...collection,
      columns: collection.columns.map((column) => ({ ...column, type: 'integer' as const })),
    }));
    const destination = `${pair.destination}-edited`;
    await convertTree(pair.source, destination, { plan: { ...plan, collections }, workers: 0 });
    const report = await verifyTree(pair.source, destination, { workers: 0 });
    expect(report).toMatchObject({ ok: true, findings: [], totals: { same: 1, rejected: { type: 1 } } });
  });

  test('which columns rows of another width have', async () => {
    const wide = {
      'inputs/2024/02/29/inputs.csv': header('n') + correlated('1', 'a', TIME) + correlated('2,3', 'b', TIME),
    };
    const pair = await convert(wide, { variants: { '*': { '2': ['p', 'q'] } } });
    await expectGood(pair, { same: 2, rejected: {} });
    const [name = ''] = await pair.events();
    await pair.edit(name, (lines) => lines.map((line) => line.replace('"q":3', '"q":4')));
    expect(marksOf(await pair.verify())).toEqual(['*1']);
  });
});
