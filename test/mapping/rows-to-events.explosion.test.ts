import { describe, expect, it } from 'vitest';
import { uncorrelatedEventId } from '../../src/event/event-id.js';
import type { MappingOptions } from '../../src/mapping/settings.js';
import { balance, type Converted, convert, plan } from '../support/converted.js';
import { callRows, correlatedFile, plainFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';

const INPUTS = sourceName();
const PREDICTIONS = sourceName('predictions', '2024/02/29', 'predictions.csv');

/** Inputs of calls of these sizes, and predictions as given. */
function day(sizes: readonly number[], predictions: string): Record<string, string> {
  const rows = sizes.flatMap((size, i) => callRows(`call-${i}`, size));
  return { [INPUTS]: correlatedFile('a', ...rows), [PREDICTIONS]: predictions };
}

const outputs = async (files: Record<string, string>, options: MappingOptions = {}): Promise<string[]> =>
  await (await convert(files, options)).dataTexts('model_outputs');

describe('one row of many predictions', () => {
  it('becomes a row each, in order, where the widths are the sizes of the inputs’ calls', async () => {
    const tree = await convert(day([2, 1, 3], plainFile('p', '1,2', '3', '4,5,6')));
    expect(await tree.dataTexts('model_outputs')).toEqual([
      '[{"p":1},{"p":2},{"p":3},{"p":4},{"p":5},{"p":6}]',
    ]);
    const result = (await tree.results()).get(PREDICTIONS)!;
    expect(result).toMatchObject({ lines: 4, exploded: 3, rows: 6, headers: 1, rejected: {} });
    expect(balance(result)).toEqual([7, 7]);
  });

  it('takes the first names of its header, where that has more than a row of one', async () => {
    expect(await outputs(day([2, 3], plainFile('p,q', '1,2', '3,4,5')))).toEqual([
      '[{"p":1},{"p":2},{"p":3},{"p":4},{"p":5}]',
    ]);
  });

  it('becomes rows of all names, where the widths are multiples of their number', async () => {
    expect(await outputs(day([2, 1], plainFile('p,q', '1,a,2,b', '3,c')))).toEqual([
      '[{"p":1,"q":"a"},{"p":2,"q":"b"},{"p":3,"q":"c"}]',
    ]);
  });

  it('becomes rows of column_0 where nothing names it', async () => {
    expect(await outputs(day([2, 1], plainFile('1,2', '3')))).toEqual([
      '[{"column_0":1},{"column_0":2},{"column_0":3}]',
    ]);
  });

  it('is as wide as its header on a day of calls of that size, and is many all the same', async () => {
    expect(await outputs(day([2, 2], plainFile('p,q', '1,2', '3,4')))).toEqual([
      '[{"p":1},{"p":2},{"p":3},{"p":4}]',
    ]);
  });

  it('has one type over all its fields', async () => {
    expect(await outputs(day([2, 2], plainFile('p', '1,2.5', 'x,')))).toEqual([
      '[{"p":"1"},{"p":"2.5"},{"p":"x"},{"p":null}]',
    ]);
  });

  it('is packed by 1,000 rows after it was exploded; ordinals count exploded rows', async () => {
    const wide = Array.from({ length: 1500 }, (_, i) => i).join(',');
    const tree = await convert(day([1500, 3], plainFile('p', wide, '7,8,9')));
    const events = await tree.events('model_outputs');
    expect(events.map(({ data }) => data.length)).toEqual([1000, 503]);
    expect(events.map(({ id }) => id)).toEqual(
      [0, 1000].map((ordinal) => uncorrelatedEventId('model_outputs', PREDICTIONS, ordinal)),
    );
  });

  it('may be told by sums alone where the inputs’ times go back', async () => {
    const back = correlatedFile(
      'a',
      ...callRows('x', 3),
      `1,${correlation('y', '2024-02-28T00:00:00')}`,
      ...callRows('z', 2),
    );
    expect(await outputs({ [INPUTS]: back, [PREDICTIONS]: plainFile('p', '1,2', '3', '4,5,6') })).toEqual([
      '[{"p":1},{"p":2},{"p":3},{"p":4},{"p":5},{"p":6}]',
    ]);
  });
});

describe('rows of predictions are left as they are', () => {
  const rejected = async (
    files: Record<string, string>,
    options: MappingOptions = {},
  ): Promise<Converted> => {
    const tree = await convert(files, options);
    expect(tree.report.totals.exploded).toBe(0);
    return tree;
  };
  const wide = plainFile('p', '1,2', '3');

  it('where the widths are not the sizes of the calls, in their order', async () => {
    for (const sizes of [[1, 2], [2, 1, 1], [2], [3]]) {
      expect((await rejected(day(sizes, wide))).report.totals.rejected).toEqual({ width: 1 });
    }
  });

  it('where there are no inputs', async () => {
    expect((await rejected({ [PREDICTIONS]: wide })).report.totals.rejected).toEqual({ width: 1 });
  });

  it('where the day has a correlated prediction too', async () => {
    await rejected(day([2, 1], `${wide}4,${correlation('call-0')}\r\n`));
  });

  it('where the day has a rejected prediction too', async () => {
    await rejected(day([2, 1], `${wide}"4"5\r\n`));
  });

  it('by --explode never', async () => {
    await rejected(day([2, 1], wide), { explode: 'never' });
  });

  it('of other designations', async () => {
    const labels = sourceName('labels', '2024/02/29', 'labels.csv');
    const { [INPUTS]: inputs = '' } = day([2, 1], '');
    await rejected({ [INPUTS]: inputs, [labels]: wide });
  });

  it('where each is one row already, of one name or more: nothing is said of it', async () => {
    const { days } = await plan(day([1, 1], plainFile('p,q', '1,2', '3,4')));
    expect(days[0]).not.toHaveProperty('explode');
    expect((await plan(day([1, 1], plainFile('p', '1', '2')))).days[0]).not.toHaveProperty('explode');
  });
});

describe('--explode always', () => {
  it('makes as many rows as the names divide, without evidence', async () => {
    expect(await outputs(day([5], plainFile('p,q', '1,2,3,4', '5,6')), { explode: 'always' })).toEqual([
      '[{"p":1,"q":2},{"p":3,"q":4},{"p":5,"q":6}]',
    ]);
    expect(await outputs(day([5], plainFile('p,q', '1,2,3', '5,6')), { explode: 'always' })).toEqual([
      '[{"p":1},{"p":2},{"p":3},{"p":5},{"p":6}]',
    ]);
  });

  it('leaves correlated rows alone', async () => {
    const files = day([5], correlatedFile('p', '1,2', `3,${correlation('call-0')}`));
    expect(await outputs(files, { explode: 'always' })).toEqual(['[{"p":1},{"p":2}]', '[{"p":3}]']);
  });
});

describe('the evidence of an explosion', () => {
  it('stands in the plan, by day, as does its absence', async () => {
    const { days, files } = await plan(day([2, 1, 3], plainFile('p', '1,2', '3', '4,5,6')));
    expect(days[0]?.explode).toBe(
      "exploded: the widths of 3 prediction rows are the sizes of the day's 3 calls, in order",
    );
    expect(files.map(({ explode }) => explode)).toEqual([undefined, 1]);
    const other = await plan(day([2, 1], plainFile('p', '1,2', '4,5,6')));
    expect(other.days[0]?.explode).toBe("not exploded: the widths are not the sizes of the inputs' calls");
  });

  it('is of one day and one identity: another day’s calls prove nothing', async () => {
    const { [INPUTS]: inputs = '' } = day([2, 1], '');
    const files = { [sourceName('inputs', '2024/02/28')]: inputs, [PREDICTIONS]: plainFile('p', '1,2', '3') };
    expect((await plan(files)).files.every(({ explode }) => explode === undefined)).toBe(true);
  });

  it('spans all files of the day, in their order', async () => {
    const files = {
      [sourceName('inputs', '2024/02/29/00')]: correlatedFile('a', ...callRows('x', 2), ...callRows('y', 1)),
      [sourceName('inputs', '2024/02/29/01')]: correlatedFile('a', ...callRows('z', 3)),
      [sourceName('predictions', '2024/02/29/00')]: plainFile('p', '1,2'),
      [sourceName('predictions', '2024/02/29/01')]: plainFile('p', '3', '4,5,6'),
    };
    expect(await outputs(files)).toEqual(['[{"p":1},{"p":2}]', '[{"p":3},{"p":4},{"p":5},{"p":6}]']);
  });
});
