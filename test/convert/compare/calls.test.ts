import { describe, expect, test } from 'vitest';
import { readObjects } from '../../support/converted.js';
import { callRows, correlatedFile, otherCalls, plainFile } from '../../support/legacy-file.js';
import { sourceName } from '../../support/rows.js';
import { findings, inputs, row, TwoTrees } from './trees.js';

const HOURS = ['2024-02-29T01:02:03', '2024-02-29T02:02:03', '2024-02-29T03:02:03'];

describe('parts', () => {
  test('a call of 2,500 rows is three parts, each compared with its event', async () => {
    const trees = await TwoTrees.of(inputs('n', ...callRows('a', 2500), ...callRows('b.7', 1)));
    expect(findings(await trees.compare())).toEqual({ both: 4 });
    await trees.edit((line) => (line.includes('"correlationid":"a.2"') ? undefined : line));
    const report = await trees.compare();
    expect(findings(report)).toEqual({ both: 3, onlyLegacy: 1 });
    expect(report.collections[0]?.examples).toMatchObject([{ correlationId: 'a.2', legacy: { rows: 500 } }]);
  });

  test('a call that the other side has cut otherwise is the same call', async () => {
    const trees = await TwoTrees.of(inputs('n', ...callRows('a', 5), ...callRows('b', 2, 10)));
    // As live collection writes two calls of `collect` under one id.
    await trees.edit((line) => {
      if (!line.includes('"correlationid":"a"')) return line;
      const part = (rows: string, id: string): string =>
        line
          .replace(/"data":\[.*\]/, `"data":[${rows}]`)
          .replace('"correlationid":"a"', `"correlationid":"${id}"`);
      return [part('{"n":0},{"n":1},{"n":2}', 'a'), part('{"n":3},{"n":4}', 'a.1')];
    });
    expect(findings(await trees.compare())).toEqual({ both: 2, regrouped: 1 });
    await trees.edit((line) => line.replace('{"n":4}', '{"n":5}'));
    expect(findings(await trees.compare())).toEqual({ both: 1, different: 1, onlyV2: 1 });
  });

  test('a call that goes on after 4,096 others is a late one, and the live one of two calls', async () => {
    const files = inputs('n', ...callRows('a', 1), ...otherCalls(4100), ...callRows('a', 1, 9));
    const trees = await TwoTrees.of(files);
    expect(findings(await trees.compare())).toEqual({ both: 4102 });
    await trees.edit((line) => line.replace(/"correlationid":"a\.r\d+"/, '"correlationid":"a.1"'));
    expect(findings(await trees.compare())).toEqual({ both: 4102, regrouped: 1 });
  });

  test('calls of several processes, whose rows alternate', async () => {
    const [a, b] = [callRows('a', 1200), callRows('b', 1200, 5000)];
    const trees = await TwoTrees.of(inputs('n', ...a.flatMap((one, i) => [one, b[i] ?? ''])));
    expect(findings(await trees.compare())).toEqual({ both: 4 });
    await trees.editData((data) => data.replace('{"n":5003}', '{"n":5004}'));
    const report = await trees.compare();
    expect(findings(report)).toEqual({ both: 3, different: 1 });
    expect(report.collections[0]?.examples[0]).toMatchObject({
      correlationId: 'b',
      differences: [{ row: 3, column: 'n', legacy: '5003', v2: '5004' }],
    });
  });
});

describe('doubles, and what is not to be found', () => {
  test('a call in two legacy files is doubled there', async () => {
    const trees = await TwoTrees.of(inputs('n', row('1', 'a'), row('2', 'b')));
    trees.legacy.put(sourceName('inputs', '2024/03/01'), correlatedFile('n', row('1', 'a')));
    const report = await trees.compare();
    expect(findings(report)).toEqual({ both: 2, doubledLegacy: 1 });
    expect(report.ok).toBe(false);
  });

  test('a double with other values is still one, and the same values are found', async () => {
    const trees = await TwoTrees.of(inputs('n', row('1', 'a')));
    await trees.edit((line) => [line.replace('{"n":1}', '{"n":2}'), line]);
    expect(findings(await trees.compare())).toEqual({ both: 1, doubledV2: 1 });
  });

  test('what a rate leaves out is sampled out, what it takes must be there', async () => {
    const ids = Array.from({ length: 200 }, (_, i) => `id-${i}`);
    const trees = await TwoTrees.of(inputs('n', ...ids.map((id, i) => row(String(i), id))));
    const { isSampled } = await import('../../../src/event/sampling.js');
    const kept = ids.filter((id) => isSampled(id, 25));
    await trees.edit((line) =>
      kept.some((id) => line.includes(`"correlationid":"${id}"`)) ? line : undefined,
    );
    const sample = { model_inputs: 25 };
    expect(kept.length).toBeGreaterThan(20);
    const report = await trees.compare({ sample });
    expect({ ok: report.ok, ...findings(report) }).toEqual({
      ok: true,
      both: kept.length,
      sampledOut: 200 - kept.length,
    });
    await trees.edit((line, index) => (index === 0 ? undefined : line));
    expect(findings(await trees.compare({ sample }))).toMatchObject({ both: kept.length - 1, onlyLegacy: 1 });
    expect(findings(await trees.compare({ sample: { other: 25 } }))).toEqual({
      both: kept.length - 1,
      onlyLegacy: 201 - kept.length,
    });
  });

  test('young calls of one side are pending, older ones are missing', async () => {
    const trees = await TwoTrees.of(inputs('n', ...HOURS.map((time, i) => row(`${i}`, `id-${i}`, time))));
    await trees.edit((line, index) => (index === 0 ? line : undefined));
    const now = new Date('2024-02-29T03:12:03Z');
    expect(findings(await trees.compare({ now }))).toEqual({ both: 1, onlyLegacy: 1, pendingLegacy: 1 });
    expect(findings(await trees.compare({ now, maxLagSeconds: 7200 }))).toEqual({
      both: 1,
      pendingLegacy: 2,
    });
    expect(findings(await trees.compare({ now, maxLagSeconds: 60 }))).toEqual({ both: 1, onlyLegacy: 2 });
  });

  test('a row that the mapping rejects has no values to compare', async () => {
    const trees = await TwoTrees.of(inputs('n', row('1', 'a'), row('1,2', 'b'), row('3', 'c')));
    const report = await trees.compare();
    expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: true, both: 2, rejected: 1 });
    expect(report.collections[0]?.examples).toMatchObject([{ kind: 'rejected', correlationId: 'b' }]);
  });

  test('a line that is no event is told, with its place', async () => {
    const trees = await TwoTrees.of(inputs('n', row('1', 'a'), row('2', 'b'), row('3', 'c')));
    await trees.edit((line, index) => (index === 1 ? line.slice(0, 300) : line));
    const report = await trees.compare();
    expect(findings(report)).toEqual({ both: 2, onlyLegacy: 1 });
    expect(report.collections[0]?.v2).toMatchObject({
      unreadable: 1,
      unreadableExample: expect.stringMatching(/\.jsonl, line 2: it /),
    });
  });
});

test('what is still being written is no fault: neither an event nor a row without its end', async () => {
  const trees = await TwoTrees.of(inputs('n', row('1', 'a'), row('2', 'b')));
  const files = [...(await readObjects(trees.v2))].filter(
    ([name]) => name.endsWith('.jsonl') && name.startsWith('svc'),
  );
  for (const [name, content] of files) trees.v2.put(name, `${content}{"specversion":"1.0","id":"x`);
  trees.legacy.put(sourceName(), `${correlatedFile('n', row('1', 'a'), row('2', 'b'))}3,third-id,2024-02-`);
  const report = await trees.compare();
  expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: true, both: 2 });
  expect(report.collections[0]).toMatchObject({ legacy: { unreadable: 1 }, v2: { unreadable: 0 } });
});

test('an abort ends it', async () => {
  const trees = await TwoTrees.of(inputs('n', row('1', 'a')));
  const promise = trees.compare({ signal: AbortSignal.abort() });
  await expect(promise).rejects.toMatchObject({ code: 'aborted' });
});

test.each([
  { maxLagSeconds: -1 },
  { maxExamples: 0.5 },
  { sample: { model_inputs: 101 } },
  { gate: 'some=0' },
])('%j is wrong usage', async (options) => {
  const trees = await TwoTrees.of(inputs('n', row('1', 'a')));
  await expect(trees.compare(options)).rejects.toMatchObject({ code: 'usage' });
});

test('only calls of the range count, though a clock of the other side differs', async () => {
  const trees = await TwoTrees.of(inputs('n', ...HOURS.map((time, i) => row(`${i}`, `id-${i}`, time))));
  await trees.edit((line) => line.replace('"time":"2024-02-29T02:02:03Z"', '"time":"2024-02-29T01:59:59Z"'));
  const range = { since: '2024-02-29T02:00:00Z', until: '2024-02-29T03:00:00Z' };
  const report = await trees.compare(range);
  expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: true, both: 1 });
  expect(report).toMatchObject(range);
  expect(report.collections[0]?.hours).toMatchObject([{ hour: '2024-02-29T02:00Z', counts: { both: 1 } }]);
});

test('each hour has its own counts, and each side the time of its newest row', async () => {
  const trees = await TwoTrees.of(inputs('n', ...HOURS.map((time, i) => row(`${i}`, `id-${i}`, time))));
  await trees.edit((line, index) => (index === 2 ? undefined : line));
  const [inputsOf] = (await trees.compare({ now: new Date('2024-02-29T04:02:03Z') })).collections;
  expect(inputsOf?.hours.map(({ hour, counts }) => [hour, counts.both, counts.onlyLegacy])).toEqual([
    ['2024-02-29T01:00Z', 1, 0],
    ['2024-02-29T02:00Z', 1, 0],
    ['2024-02-29T03:00Z', 0, 1],
  ]);
  expect(inputsOf?.legacy).toMatchObject({ newest: '2024-02-29T03:02:03.000Z', lagSeconds: 3600 });
  expect(inputsOf?.v2).toMatchObject({ newest: '2024-02-29T02:02:03.000Z', lagSeconds: 7200 });
});

describe('rows without a correlation id', () => {
  const files = { [sourceName('labels', '2024/02/29', 'labels.csv')]: plainFile('y,z', '1,a', '2,b', '3,c') };

  test('are compared by number and value', async () => {
    const trees = await TwoTrees.of(files);
    const report = await trees.compare();
    expect(report.ok).toBe(true);
    expect(report.collections[0]?.uncorrelated).toEqual({
      legacyRows: 3,
      v2Rows: 3,
      hoursCompared: 1,
      hoursDifferent: 0,
      hoursOutsideDual: 0,
    });
    await trees.editData((data) => data.replace('"y":2', '"y":3'));
    const changed = await trees.compare();
    expect(changed.ok).toBe(false);
    expect(changed.collections[0]?.uncorrelated).toMatchObject({
      hoursDifferent: 1,
      firstDifferent: '2024-02-29T00:00Z',
    });
  });

  test('have no time of their own, and so no lag', async () => {
    const trees = await TwoTrees.of(files);
    const [labels] = (await trees.compare({ now: new Date('2024-02-29T14:00:00Z') })).collections;
    expect([labels?.legacy.rows, labels?.v2.rows]).toEqual([3, 3]);
    for (const side of [labels?.legacy, labels?.v2]) {
      expect(side).not.toHaveProperty('newest');
      expect(side).not.toHaveProperty('lagSeconds');
    }
  });

  test('leave the lag to rows of calls beside them', async () => {
    // The folder's time as text is the call's.
    const call = row('4,d', 'a', '2024-02-29T00:00:00');
    const trees = await TwoTrees.of({
      [sourceName('labels', '2024/02/29', 'labels.csv')]: `${plainFile('y,z', '1,a')}${call}\r\n`,
    });
    const [labels] = (await trees.compare({ now: new Date('2024-02-29T14:00:00Z') })).collections;
    expect([labels?.legacy.lagSeconds, labels?.v2.lagSeconds]).toEqual([50_400, 50_400]);
  });

  test('are the same where live collection gave each call an id and a time', async () => {
    const trees = await TwoTrees.of(files);
    await trees.edit((line) =>
      ['{"y":1,"z":"a"}', '{"y":2,"z":"b"},{"y":3,"z":"c"}'].map((rows, i) =>
        line
          .replace(/"data":\[.*\]/, `"data":[${rows}]`)
          .replace(/"correlationid":"[^"]*"/, `"correlationid":"live-${i}"`)
          .replace('T00:00:00Z', `T0${i}:10:00Z`),
      ),
    );
    const report = await trees.compare();
    expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: true, uncorrelatedV2: 2 });
    expect(report.collections[0]?.examples).toEqual([]);
  });

  test('an event too many behind theirs is shown, however many these are', async () => {
    const trees = await TwoTrees.of(files);
    await trees.edit((line) => [
      ...['{"y":1,"z":"a"}', '{"y":2,"z":"b"}', '{"y":3,"z":"c"}'].map((rows, i) =>
        line
          .replace(/"data":\[.*\]/, `"data":[${rows}]`)
          .replace(/"correlationid":"[^"]*"/, `"correlationid":"live-${i}"`)
          .replace('T00:00:00Z', `T0${i}:10:00Z`),
      ),
      line
        .replace(/"correlationid":"[^"]*"/, '"correlationid":"extra"')
        .replace('2024-02-29T00:00:00Z', '2024-03-01T05:00:00Z'),
    ]);
    const report = await trees.compare({ maxExamples: 1 });
    expect(findings(report)).toEqual({ uncorrelatedV2: 3, onlyV2: 1 });
    expect(report.collections[0]?.examples).toMatchObject([{ kind: 'only-v2', correlationId: 'extra' }]);
  });
});

describe('settings of the conversion', () => {
  const files = {
    ...inputs('n,s', row('1,x', 'u-4331a496-194d-41db-882d-3142ef07677f'), row('2,', 'b'), row('nan,z', 'c')),
  };

  test.each([
    { empty: 'string' },
    { keepAmlColumns: true },
    { rowId: { by: 'user' } },
    { rowId: { by: 'correlation', name: 'key' } },
    { datarefOver: 10 },
    { endpoint: 'other', collection: 'mine' },
  ] as const)('%j compares clean under the same setting', async (options) => {
    const trees = await TwoTrees.of(files, options);
    const report = await trees.compare(options);
    expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: true, both: 3 });
  });

  test('an empty text is not null, unless it is asked for', async () => {
    const trees = await TwoTrees.of(files, { empty: 'string' });
    expect(findings(await trees.compare())).toEqual({ both: 2, different: 1 });
  });

  test('a column is what most events have it as, whatever the legacy tokens look like', async () => {
    const trees = await TwoTrees.of(inputs('zip', row('5601', 'a'), row('5602', 'b'), row('5603', 'c')));
    await trees.editData((data) => data.replace(/(\d+)/, '"$1"'));
    expect(findings(await trees.compare())).toEqual({ both: 3 });
    await trees.editData((data) => data.replace('"5602"', '5602'));
    expect(findings(await trees.compare())).toEqual({ both: 2, different: 1 });
  });

  test('inf is null in a column of numbers, and text in one of text', async () => {
    const trees = await TwoTrees.of(inputs('x,t', row('inf,inf', 'a'), row('2.5,x', 'b')));
    expect(findings(await trees.compare())).toEqual({ both: 2 });
    await trees.editData((data) => data.replace('"inf"', 'null'));
    expect(findings(await trees.compare())).toEqual({ both: 1, different: 1 });
  });
});

test('collections that no legacy file is of are left out, and told', async () => {
  const trees = await TwoTrees.of(inputs('n', row('1', 'a')));
  trees.v2.put('svc/m-1/request/2024/02/29/01/x.jsonl', '{"data":"any"}\n');
  const report = await trees.compare();
  expect(report.ok).toBe(true);
  expect(report.leftOut).toMatchObject([{ why: expect.stringContaining('svc/m-1/request'), count: 1 }]);
});

test("a value that is not of its column's type is different, and rejected where its event is missing", async () => {
  const trees = await TwoTrees.of(inputs('n', row('1', 'a'), row('2', 'b'), row('3', 'c')));
  trees.legacy.put(sourceName(), correlatedFile('n', row('1', 'a'), row('two', 'b'), row('3', 'c')));
  expect(findings(await trees.compare())).toEqual({ both: 2, different: 1 });
  await trees.edit((line) => (line.includes('"correlationid":"b"') ? undefined : line));
  expect(findings(await trees.compare())).toEqual({ both: 2, rejected: 1 });
});
