import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { correlated, header, makePair, marksOf, removePair, type TreePair } from './verify/good-tree.js';

const TIME = '2024-02-29T10:00:00.5';
const LONG = 'x'.repeat(70_000);

let good: TreePair;
let name: string;
beforeAll(async () => {
  good = await makePair({
    'inputs/2024/02/29/inputs.csv':
      header('n,s') +
      correlated('1,ok', 'call-a', TIME) +
      correlated('2,b,too wide', 'call-b', TIME) +
      correlated('3,taken along', 'call-b', TIME) +
      correlated('4,no such time', 'call-c', '2024-02-30T10:00:00') +
      correlated(`"5"x,${LONG}`, 'call-d', TIME) +
      correlated('6,ok', 'call-e', TIME) +
      '"never closed,',
  });
  name = await good.rejects();
});
afterAll(async () => removePair(good));

async function findings(change: (lines: string[]) => readonly string[]): Promise<string[]> {
  const pair = await good.copy();
  await pair.edit(name, change);
  const report = await pair.verify();
  expect(report.ok).toBe(false);
  return report.findings.map(({ mark, rows, text }) => `${mark}${rows} ${text}`);
}

describe('Rows among the rejects', () => {
  test('are accounted for, each by its reason', async () => {
    const report = await good.verify();
    expect(report.findings).toEqual([]);
    expect(report.totals).toMatchObject({
      same: 1,
      rejected: { width: 1, 'with-row': 2, timestamp: 1, 'text-after-quote': 1, 'unterminated-quote': 1 },
    });
  });

  test('that are lost are found by the place of their row', async () => {
    expect(await findings((lines) => lines.filter((line) => !line.includes('"timestamp"')))).toEqual([
      '-1 the row is in no event, and not among the rejects where it belongs (timestamp)',
    ]);
  });

  test('that are lost together with their file are one finding', async () => {
    const pair = await good.copy();
    await pair.remove(name);
    const report = await pair.verify();
    expect(report.findings.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^the file is missing/),
    );
    expect(report.totals.lost).toBe(6);
  });

  test.each([
    ['another reason', '"reason":"timestamp"', '"reason":"type"', 'reason'],
    ['another length', '"length":', '"length":1', 'length'],
    ['another source', '"source":"sub', '"source":"pub', 'source'],
    ['other bytes', 'no such time', 'no such tide', 'raw'],
  ])('with %s are found', async (_, from, to, field) => {
    const found = await findings((lines) =>
      lines.map((line) => (line.includes('"timestamp"') ? line.replace(from, to) : line)),
    );
    expect(found).toEqual([`*0 its reject says otherwise: ${field}`]);
  });

  test('of more than 64 KiB are known by their checksum', async () => {
    const found = await findings((lines) =>
      lines.map((line) =>
        line.replace(/"sha256":"[0-9a-f]/, (start) => `${start.slice(0, -1)}${start.endsWith('0') ? 1 : 0}`),
      ),
    );
    expect(found).toEqual(['*0 its reject says otherwise: sha256']);
  });

  test('must name the row that really took them along', async () => {
    expect(await findings((lines) => lines.map((line) => line.replace('with-row 1', 'with-row 0')))).toEqual([
      '*1 the rows are set aside with row 0, but the first rejected row of their part is 1',
    ]);
  });

  test('that nothing rejects are found', async () => {
    const pair = await good.copy();
    const [line = ''] = (await pair.read(name)).split('\n');
    const offset = header('n,s').length;
    await pair.edit(name, (lines) => [...lines, line.replace(/"offset":\d+/, `"offset":${offset}`)]);
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['+0']);
    expect(report.findings[0]?.text).toContain('of no row that is set aside');
  });

  test('that can not be read are found', async () => {
    expect(await findings((lines) => [...lines, '{"source":'])).toEqual(["!0 the reject can't be read"]);
  });
});

describe('An event whose part has a rejected row', () => {
  test('must not be there: the hole would pair wrong rows', async () => {
    const pair = await good.copy();
    const rejects = await pair.read(name);
    const taken = rejects.split('\n').find((line) => line.includes('taken along')) ?? '';
    await pair.edit(name, (lines) => lines.filter((line) => line !== taken));
    const [events = ''] = await pair.events();
    await pair.edit(events, ([a = '']) => [
      a,
      a.replaceAll('call-a', 'call-b').replace('{"n":1,"s":"ok"}', '{"n":3,"s":"b."}'),
    ]);
    const { findings: found } = await pair.verify();
    expect(found.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^the event must not be there: row 1 /),
    );
  });
});
