import { describe, expect, test } from 'vitest';
import type { CompareReport } from '../../../src/convert/compare/report.js';
import { findings, inputs, row, TwoTrees } from './trees.js';

const AZURE = { v2Writer: 'azure' } as const;

function exampleIds({ collections }: CompareReport): (readonly [string, string | undefined])[] {
  return collections.flatMap(({ examples }) =>
    examples.map(({ kind, correlationId }) => [kind, correlationId] as const),
  );
}

describe("Azure's own collector", () => {
  test('ten decimals are rounding, counted apart from difference', async () => {
    const trees = await TwoTrees.of(
      inputs(
        'x',
        row('0.3333333333333333', 'a'),
        row('0.5', 'b'),
        row('1e-12', 'c'),
        row('2.00000000005', 'd'),
      ),
    );
    await trees.editData((data) =>
      data
        .replace('0.3333333333333333', '0.3333333333')
        .replace('1e-12', '0.0')
        .replace('2.00000000005', '2.0000000001'),
    );
    const report = await trees.compare(AZURE);
    expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: true, both: 4, rounded: 3 });
    expect(findings(await trees.compare())).toEqual({ both: 1, different: 3 });
    await trees.editData((data) => data.replace('0.3333333333', '0.3333333334'));
    expect(findings(await trees.compare(AZURE))).toEqual({ both: 3, rounded: 2, different: 1 });
  });

  test('dates are epoch milliseconds', async () => {
    const trees = await TwoTrees.of(
      inputs(
        'd',
        row('2024-02-29 12:30:05.123456', 'a'),
        row('2024-02-29 12:30:05', 'b'),
        row('2024-02-29', 'c'),
      ),
    );
    await trees.editData((data) =>
      data
        .replace('"2024-02-29 12:30:05.123456"', '1709209805123')
        .replace('"2024-02-29 12:30:05"', '1709209805000')
        .replace('"2024-02-29"', '1709164800000'),
    );
    expect(findings(await trees.compare(AZURE))).toEqual({ both: 3, rounded: 3 });
    await trees.editData((data) => data.replace('1709209805000', '1709209805001'));
    expect(findings(await trees.compare(AZURE))).toEqual({ both: 2, rounded: 2, different: 1 });
  });

  test('integers keep all their digits', async () => {
    const trees = await TwoTrees.of(
      inputs('n', row('9007199254740993', 'a'), row('123456789012345678', 'b')),
    );
    expect(findings(await trees.compare(AZURE))).toEqual({ both: 2 });
    await trees.editData((data) => data.replace('740993', '740992'));
    expect(findings(await trees.compare(AZURE))).toEqual({ both: 1, different: 1 });
  });

  test('ids are events as they are, without parts', async () => {
    const rows = Array.from({ length: 1500 }, (_, i) => row(String(i), 'a.5'));
    const trees = await TwoTrees.of(inputs('n', ...rows));
    const parts: string[] = [];
    await trees.editData((data) => {
      parts.push(data.slice(1, -1));
      return data;
    });
    await trees.edit((line, index) =>
      index > 0
        ? undefined
        : line
            .replace(/"data":\[.*\]/, `"data":[${parts.join(',')}]`)
            .replace('"correlationid":"a.5.0"', '"correlationid":"a.5"'),
    );
    expect(findings(await trees.compare(AZURE))).toEqual({ both: 2, regrouped: 2 });
  });

  describe('puts requests that are close in time into one event', () => {
    async function batched(rowId: boolean): Promise<TwoTrees> {
      const trees = await TwoTrees.of(
        inputs('n', row('1', 'a'), row('2', 'a'), row('3', 'b'), row('4', 'c'), row('5', 'd')),
      );
      const key = (id: string): string => (rowId ? `,"key":"${id}"` : '');
      await trees.edit((line) => {
        const { correlationid: id } = JSON.parse(line) as { correlationid: string };
        if (id === 'b' || id === 'c') return undefined;
        if (id === 'd') return line.replace('{"n":5}', `{"n":5${key('d_0')}}`);
        const rows = `{"n":1${key('a_0')}},{"n":2${key('a_1')}},{"n":3${key('b_0')}},{"n":4${key('c_0')}}`;
        return line.replace(/"data":\[.*\]/, `"data":[${rows}]`);
      });
      return trees;
    }

    test('without a row id they are batched, never missing', async () => {
      const trees = await batched(false);
      const report = await trees.compare(AZURE);
      expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: true, both: 1, batched: 3 });
      expect(report.collections[0]?.examples.map(({ kind }) => kind)).toEqual(['batched']);
      expect(findings(await trees.compare())).toEqual({ both: 1, different: 1, onlyLegacy: 2 });
    });

    test('what no event has room for is missing all the same', async () => {
      const trees = await batched(false);
      await trees.editData((data) => data.replace(',{"n":4}', ''));
      const report = await trees.compare(AZURE);
      expect(findings(report)).toEqual({ both: 1, batched: 2, onlyLegacy: 1 });
      // One of the two: nothing says which.
      expect(exampleIds(report)).toEqual([
        ['only-legacy-or-batched', 'b'],
        ['only-legacy-or-batched', 'c'],
        ['batched', 'a'],
      ]);
    });

    test('what is missing in an hour without such events is missing for sure, however many are batched before', async () => {
      const [rows, at] = [6, '2024-02-29T01:02:03'];
      const ids = Array.from({ length: rows }, (_, i) => `id-${i}`);
      const trees = await TwoTrees.of(
        inputs('n', ...ids.map((id, i) => row(`${i}`, id, at)), row('9', 'lost', '2024-02-29T05:02:03')),
      );
      await trees.edit((line, index) =>
        index > 0
          ? undefined
          : line.replace(/"data":\[.*\]/, `"data":[${ids.map((_, i) => `{"n":${i}}`).join(',')}]`),
      );
      const report = await trees.compare({ ...AZURE, maxExamples: 2 });
      expect(findings(report)).toEqual({ batched: rows, onlyLegacy: 1 });
      expect(exampleIds(report)).toEqual([
        ['only-legacy', 'lost'],
        ['batched', 'id-0'],
      ]);
    });

    test('with a row id each is found', async () => {
      const trees = await batched(true);
      const options = { ...AZURE, rowId: { name: 'key', by: 'correlation' } } as const;
      const report = await trees.compare(options);
      expect({ ok: report.ok, ...findings(report) }).toEqual({ ok: true, both: 4 });
      await trees.editData((data) => data.replace('"n":3', '"n":7'));
      expect(findings(await trees.compare(options))).toEqual({ both: 3, different: 1 });
      await trees.editData((data) => data.replace(',{"n":4,"key":"c_0"}', ''));
      expect(findings(await trees.compare(options))).toEqual({ both: 2, different: 1, onlyLegacy: 1 });
    });
  });
});
