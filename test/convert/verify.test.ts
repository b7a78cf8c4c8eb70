import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VerifyReport } from '../../src/convert/verify/report.js';
import {
  correlated,
  header,
  makePair,
  marksOf,
  removePair,
  rowsOf,
  type TreePair,
  withRows,
} from './verify/good-tree.js';

const A = 'a0000000-0000-4000-8000-00000000000a';
const B = 'b0000000-0000-4000-8000-00000000000b';
const C = 'cust,7-c0000000-0000-4000-8000-00000000000c';
const D = 'd0000000-0000-4000-8000-00000000000d';
const TEN = '2024-02-29T10:00:00.5';
const ELEVEN = '2024-02-29T11:30:00';
const NEXT_DAY = '2024-03-01T00:00:01.000001';

const FILES = {
  'inputs/2024/02/29/inputs.csv':
    header('age,city,score') +
    correlated('1,Zürich,0.10', A, TEN) +
    correlated('2,"Bern, BE",1e-07', A, TEN) +
    correlated('3,,nan', A, TEN) +
    correlated('4,"a ""b""",4.5', B, TEN, 'req-1') +
    correlated('5,Genf,5.5', `"${C}"`, ELEVEN) +
    correlated('6,Genf,6.5', `"${C}"`, ELEVEN),
  'inputs/2024/03/01/inputs.csv': header('age,city,score') + correlated('7,Chur,7.5', D, NEXT_DAY),
  'predictions/2024/02/29/predictions.csv':
    header('p,q') +
    correlated('0.25,0.75', A, TEN) +
    correlated('0.5,0.5', A, TEN) +
    correlated('0.75,0.25', A, TEN) +
    correlated('1.25,2.25', B, TEN, 'req-1') +
    correlated('1.5,2.5', `"${C}"`, ELEVEN) +
    correlated('1.75,2.75', `"${C}"`, ELEVEN),
  'signals/2024/02/29/web.csv': 'u,v\r\n1,x\r\n2,y\r\n3,z\r\n',
};

let good: TreePair;
beforeAll(async () => {
  good = await makePair(FILES);
});
afterAll(async () => removePair(good));

/** What verify finds after one change to a good tree. */
async function reportAfter(mutate: (pair: TreePair) => Promise<void>): Promise<VerifyReport> {
  const pair = await good.copy();
  await mutate(pair);
  const report = await pair.verify();
  expect(report.ok).toBe(false);
  return report;
}

const inputsAtTen = (pair: TreePair): Promise<string> => pair.find('model_inputs', '2024/02/29/10');
const outputsAtTen = (pair: TreePair): Promise<string> => pair.find('model_outputs', '2024/02/29/10');

describe('A good tree', () => {
  test('has nothing to report, and every line of the source is accounted for', async () => {
    const report = await good.verify();
    expect(report.findings).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.totals).toMatchObject({
      files: 4,
      lines: 20,
      headers: 4,
      same: 16,
      rowsOut: 16,
      events: 8,
    });
    expect(report.files.every(({ balanced }) => balanced)).toBe(true);
  });

  test('gives the same report twice', async () => {
    expect(await good.verify()).toEqual(await good.verify());
  });

  test('is reported with the checksums of both sides', async () => {
    const { files } = await good.verify();
    for (const { sha256, outputs } of files) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      for (const output of outputs) expect(output.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(files.flatMap(({ outputs }) => outputs.map(({ name }) => name)).sort()).toEqual(
      await good.events(),
    );
  });
});

describe('Exactly one finding, with its place and both values, for', () => {
  test('a lost row', async () => {
    const report = await reportAfter(async (pair) => {
      await pair.edit(await inputsAtTen(pair), ([a = '', b = '']) => [
        withRows(a, ([first = '', , third = '']) => [first, third]),
        b,
      ]);
    });
    const file = FILES['inputs/2024/02/29/inputs.csv'];
    expect(marksOf(report)).toEqual(['-1']);
    expect(report.findings[0]).toMatchObject({
      source: { offset: Buffer.byteLength(file.slice(0, file.indexOf('2,"Bern'))) },
      object: { line: 1 },
      text: expect.stringContaining('"Bern, BE"'),
    });
    expect(report.totals).toMatchObject({ lost: 1, same: 15, unbalanced: 1 });
  });

  test('a doubled row', async () => {
    const report = await reportAfter(async (pair) => {
      await pair.edit(await inputsAtTen(pair), ([a = '', b = '']) => [
        withRows(a, ([first = '', ...rest]) => [first, first, ...rest]),
        b,
      ]);
    });
    expect(marksOf(report)).toEqual(['+1']);
    expect(report.findings[0]).toMatchObject({ object: { line: 1 } });
    expect(report.totals).toMatchObject({ extra: 1, same: 16 });
  });

  test('a row moved to another event: where it is missing and where it is too much', async () => {
    const report = await reportAfter(async (pair) => {
      await pair.edit(await inputsAtTen(pair), ([a = '', b = '']) => {
        const moved = rowsOf(a)[1] ?? '';
        return [
          withRows(a, ([first = '', , third = '']) => [first, third]),
          withRows(b, (rows) => [...rows, moved]),
        ];
      });
    });
    expect(marksOf(report)).toEqual(['-1', '+1']);
    expect(report.findings[0]?.text).toMatch(/moved to .* line 2$/);
    expect(report.findings[1]?.text).toMatch(/moved here from .* line 1$/);
    expect(report.totals).toMatchObject({ lost: 1, extra: 1, unbalanced: 0 });
  });

  test('an event moved to another hour: where it is missing and where it is too much', async () => {
    const report = await reportAfter(async (pair) => {
      const [ten, eleven] = [await inputsAtTen(pair), await pair.find('model_inputs', '2024/02/29/11')];
      const [, moved = ''] = (await pair.read(ten)).split('\n');
      await pair.edit(ten, ([a = '']) => [a]);
      await pair.edit(eleven, (lines) => [moved, ...lines]);
    });
    expect(marksOf(report)).toEqual(['-1', '+1']);
    expect(report.findings[0]?.text).toMatch(/moved to .*\/2024\/02\/29\/11\/.* line 1$/);
    expect(report.totals).toMatchObject({ lost: 1, extra: 1, same: 15 });
  });

  test('a changed digit', async () => {
    const report = await reportAfter(async (pair) => {
      await pair.edit(await outputsAtTen(pair), (lines) =>
        lines.map((line) => line.replace('0.25}', '0.26}')),
      );
    });
    expect(marksOf(report)).toEqual(['*1']);
    expect(report.findings[0]?.differences).toEqual([{ column: 'q', legacy: '0.25', v2: '0.26' }]);
  });

  test('a digit that changes the text of a number and not its value', async () => {
    const report = await reportAfter(async (pair) => {
      await pair.edit(await inputsAtTen(pair), ([a = '', b = '']) => [
        withRows(a, (rows) => rows.map((row) => row.replace('1e-07', '1e-7'))),
        b,
      ]);
    });
    expect(marksOf(report)).toEqual(['*1']);
    expect(report.findings[0]?.differences).toEqual([{ column: 'score', legacy: '1e-07', v2: '1e-7' }]);
  });

  test('a null in place of a value', async () => {
    const report = await reportAfter(async (pair) => {
      await pair.edit(await inputsAtTen(pair), ([a = '', b = '']) => [
        a,
        withRows(b, ([row = '']) => [row.replace('4.5', 'null')]),
      ]);
    });
    expect(marksOf(report)).toEqual(['*1']);
    expect(report.findings[0]?.differences).toEqual([{ column: 'score', legacy: '4.5', v2: 'null' }]);
  });

  test('two values exchanged between their columns', async () => {
    const report = await reportAfter(async (pair) => {
      await pair.edit(await outputsAtTen(pair), ([a = '', b = '']) => [
        a,
        withRows(b, () => ['{"p":2.25,"q":1.25}']),
      ]);
    });
    expect(marksOf(report)).toEqual(['*1']);
    expect(report.findings[0]).toMatchObject({
      text: expect.stringContaining('"p" and "q" are exchanged'),
      differences: [
        { column: 'p', legacy: '1.25', v2: '2.25' },
        { column: 'q', legacy: '2.25', v2: '1.25' },
      ],
    });
  });

  test('a file of events on the wrong path: where it is missing and where it is too much', async () => {
    const report = await reportAfter(async (pair) => {
      const name = await inputsAtTen(pair);
      await pair.write(name.replace('model_inputs', 'model_outputs'), await pair.read(name));
      await pair.remove(name);
    });
    expect(marksOf(report)).toEqual(['-4', '+4']);
    expect(report.findings[0]?.text).toMatch(/the file is missing.*moved to .*model_outputs/);
    expect(report.findings[1]?.object?.name).toContain('/model_outputs/2024/02/29/10/');
  });

  test('a file whose folder the consumer would not find', async () => {
    const report = await reportAfter(async (pair) => {
      const name = await inputsAtTen(pair);
      await pair.write(name.replace('/10/', '/10/30/'), await pair.read(name));
      await pair.remove(name);
    });
    expect(marksOf(report)).toEqual(['-4', '+4']);
  });

  test("an event that bears another event's id", async () => {
    const report = await reportAfter(async (pair) => {
      await pair.edit(await inputsAtTen(pair), ([a = '', b = '']) => {
        const id = /"id":"([^"]*)"/.exec(a)?.[1];
        return [a, b.replace(/"id":"[^"]*"/, `"id":"${id}"`)];
      });
    });
    expect(marksOf(report)).toEqual(['*0']);
    expect(report.findings[0]?.text).toMatch(/^the event's id is another; its id is also that of .* line 1$/);
  });

  test('an event that stands twice', async () => {
    const report = await reportAfter(async (pair) => {
      await pair.edit(await inputsAtTen(pair), ([a = '', b = '']) => [a, a, b]);
    });
    expect(marksOf(report)).toEqual(['+3']);
    expect(report.findings[0]).toMatchObject({
      object: { line: 2 },
      text: expect.stringMatching(/its id and correlationid is also that of .* line 1$/),
    });
  });

  test('a last line that breaks off', async () => {
    const report = await reportAfter(async (pair) => {
      const name = await inputsAtTen(pair);
      await pair.write(name, (await pair.read(name)).slice(0, -20));
    });
    expect(marksOf(report)).toEqual(['!1']);
    expect(report.findings[0]).toMatchObject({
      object: { line: 2 },
      text: expect.stringContaining('breaks off'),
    });
    expect(report.totals).toMatchObject({ unreadable: 1, lost: 0 });
  });
});
