import { describe, expect, it } from 'vitest';
import { uncorrelatedEventId } from '../../src/event/event-id.js';
import { balance, type Converted, convert, type ReadReject } from '../support/converted.js';
import { callRows, correlatedFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';

const INPUTS = sourceName();
const LABELS = sourceName('labels', '2024/02/29', 'labels.csv');
const NO_SUCH_TIME = '2024-02-30T01:02:03';

/** Reasons in the order of the rejects' lines, equal neighbours together: `with-row 3 ×999`. */
function reasons(rejects: readonly ReadReject[]): string[] {
  const runs: { reason: string; n: number }[] = [];
  for (const { reason } of rejects) {
    const last = runs.at(-1);
    if (last?.reason === reason) last.n += 1;
    else runs.push({ reason, n: 1 });
  }
  return runs.map(({ reason, n }) => (n === 1 ? reason : `${reason} ×${n}`));
}

/** Correlationid and number of rows of every event. */
const events = async (tree: Converted): Promise<unknown[]> =>
  (await tree.events()).map(({ correlationid, data }) => [correlationid, data.length]);

describe('a rejected row of a call', () => {
  it('takes its part along, and says so with its ordinal; other calls stay', async () => {
    const content = correlatedFile(
      'a',
      ...callRows('w', 2),
      ...callRows('x', 2),
      `1,${correlation('x', NO_SUCH_TIME)}`,
      ...callRows('x', 1),
      ...callRows('y', 1),
    );
    const tree = await convert({ [INPUTS]: content });
    expect(await events(tree)).toEqual([
      ['w', 2],
      ['y', 1],
    ]);
    expect(reasons(await tree.rejects())).toEqual(['with-row 4 ×2', 'timestamp', 'with-row 4']);
    expect(tree.report.totals).toMatchObject({ rows: 3, rejected: { timestamp: 1, 'with-row': 3 } });
  });

  it('keeps its place in the count of 1,000: the other parts are what they would have been', async () => {
    const rows = callRows('x', 2500).with(1200, `1,2,${correlation('x')}`);
    const tree = await convert({ [INPUTS]: correlatedFile('a', ...rows) });
    const all = await tree.events();
    expect(all.map(({ correlationid, data }) => [correlationid, data.length, data[0]?.['a']])).toEqual([
      ['x', 1000, 0],
      ['x.2', 500, 2000],
    ]);
    expect(reasons(await tree.rejects())).toEqual(['with-row 1200 ×200', 'width', 'with-row 1200 ×799']);
  });

  it('is named by the first of several', async () => {
    const rows = callRows('x', 5)
      .with(1, `1,${correlation('x', NO_SUCH_TIME)}`)
      .with(3, `1,2,3,${correlation('x')}`);
    const tree = await convert({ [INPUTS]: correlatedFile('a', ...rows) });
    expect(reasons(await tree.rejects())).toEqual([
      'with-row 1',
      'timestamp',
      'with-row 1',
      'width',
      'with-row 1',
    ]);
    expect(await events(tree)).toEqual([]);
  });

  it('is of its call also when its bytes are spoilt, if the eight values can be read', async () => {
    const content = correlatedFile('a', ...callRows('x', 1), ...callRows('y', 1), `"1"2,${correlation('x')}`);
    const tree = await convert({ [INPUTS]: content });
    expect(await events(tree)).toEqual([['y', 1]]);
    expect(reasons(await tree.rejects())).toEqual(['with-row 2', 'text-after-quote']);
  });

  it('of `[]`, with nothing but the eight values, is of another width', async () => {
    const tree = await convert({ [INPUTS]: correlatedFile('a', ...callRows('x', 1), correlation('y')) });
    expect(reasons(await tree.rejects())).toEqual(['width']);
    expect(await events(tree)).toEqual([['x', 1]]);
  });
});

describe('a row that is rejected and whose eight values can’t be read', () => {
  const spoilt = '"1"2,3';

  it('takes along the part of the row directly before it, if that is correlated', async () => {
    const content = correlatedFile(
      'a',
      ...callRows('x', 2),
      spoilt,
      ...callRows('x', 1),
      ...callRows('y', 1),
    );
    const tree = await convert({ [INPUTS]: content });
    expect(await events(tree)).toEqual([['y', 1]]);
    expect(reasons(await tree.rejects())).toEqual(['with-row 2 ×2', 'text-after-quote', 'with-row 2']);
  });

  it('takes a place in that call, so that the next rows are cut where they would have been', async () => {
    const content = correlatedFile('a', ...callRows('x', 500), spoilt, ...callRows('x', 700, 500));
    const tree = await convert({ [INPUTS]: content });
    expect(await events(tree)).toEqual([['x.1', 201]]);
    expect(reasons(await tree.rejects())).toEqual([
      'with-row 500 ×500',
      'text-after-quote',
      'with-row 500 ×499',
    ]);
  });

  it('behind a full part takes that part along, and begins the next one with a hole', async () => {
    const content = correlatedFile('a', ...callRows('x', 1000), spoilt, ...callRows('x', 1, 1000));
    const tree = await convert({ [INPUTS]: content });
    expect(await events(tree)).toEqual([]);
    expect(reasons(await tree.rejects())).toEqual([
      'with-row 1000 ×1000',
      'text-after-quote',
      'with-row 1000',
    ]);
  });

  it('takes nothing along behind an uncorrelated row, or at the start', async () => {
    const content = correlatedFile(
      'a',
      spoilt,
      '5',
      spoilt,
      ...callRows('x', 1),
      '6',
      spoilt,
      ...callRows('x', 1),
    );
    const tree = await convert({ [INPUTS]: content });
    expect((await tree.events()).map(({ data }) => data)).toEqual([
      [{ a: 5 }, { a: 6 }],
      [{ a: 0 }, { a: 0 }],
    ]);
    expect(reasons(await tree.rejects())).toEqual(['text-after-quote ×3']);
  });

  it('may be one that an unterminated quote begins: the call before it is incomplete', async () => {
    const content = `${correlatedFile('a', ...callRows('x', 1), ...callRows('y', 2))}"7,${callRows('y', 3).join('\n')}`;
    const tree = await convert({ [INPUTS]: content });
    expect(await events(tree)).toEqual([['x', 1]]);
    expect(reasons(await tree.rejects())).toEqual(['with-row 3 ×2', 'unterminated-quote']);
  });
});

describe('a rejected uncorrelated row', () => {
  it('is left out before packing and takes nothing along; its bytes are in the rejects', async () => {
    const tree = await convert({ [LABELS]: 'y\r\n1\r\n2,"two"\r\n3\r\n' });
    expect(await tree.dataTexts()).toEqual(['[{"y":1},{"y":3}]']);
    expect(await tree.rejects()).toEqual([
      { source: LABELS, offset: 6, length: 9, reason: 'width', raw: '2,"two"\r\n' },
    ]);
  });

  it('does not count in the 1,000 of its pack, but does in ordinals', async () => {
    const rows = Array.from({ length: 1005 }, (_, i) => (i === 3 || i === 700 ? 'x,y' : String(i)));
    const tree = await convert({ [LABELS]: `y\r\n\n${rows.join('\n')}\n` });
    const all = await tree.events();
    expect(all.map(({ data }) => [data.length, data[0]?.['y']])).toEqual([
      [1000, 0],
      [3, 1002],
    ]);
    expect(all.map(({ id }) => id)).toEqual([
      uncorrelatedEventId('labels', LABELS, 0),
      uncorrelatedEventId('labels', LABELS, 1002),
    ]);
  });
});

describe('what counts for a column’s type', () => {
  it('is not a row rejected for width, quotes or UTF-8', async () => {
    const spoilt = Buffer.concat([
      Buffer.from('y\n1\nx,y\n"x"y\n'),
      Buffer.from('caf\xe9\n', 'latin1'),
      Buffer.from('2\n'),
    ]);
    const tree = await convert({ [LABELS]: spoilt });
    expect(await tree.dataTexts()).toEqual(['[{"y":1},{"y":2}]']);
    expect(reasons(await tree.rejects())).toEqual(['width', 'text-after-quote', 'utf8']);
  });

  it('is a row rejected for its timestamp, or taken along', async () => {
    const content = correlatedFile(
      'a,b',
      `1,1,${correlation('x')}`,
      `text,2.5,${correlation('y', NO_SUCH_TIME)}`,
    );
    expect(await (await convert({ [INPUTS]: content })).dataTexts()).toEqual(['[{"a":"1","b":1}]']);
    const taken = correlatedFile(
      'a',
      `1,${correlation('x')}`,
      `q,${correlation('y')}`,
      `1,2,${correlation('y')}`,
    );
    expect(await (await convert({ [INPUTS]: taken })).dataTexts()).toEqual(['[{"a":"1"}]']);
  });
});

describe('the account of a source', () => {
  it('balances: rows in are rows out, rejected, headers, blanks and out of range', async () => {
    const header = correlatedFile('a').trimEnd();
    const content = correlatedFile(
      'a',
      ...callRows('x', 2),
      '',
      `1,${correlation('x', NO_SUCH_TIME)}`,
      header,
      `1,${correlation('out', '2024-05-01T00:00:00')}`,
      ...callRows('y', 3),
      '1,2',
    );
    const tree = await convert({ [INPUTS]: content }, { until: '2024-04-01' });
    const result = (await tree.results()).get(INPUTS)!;
    expect(result).toMatchObject({ lines: 11, headers: 2, blanks: 1, outOfRange: 1, rows: 0, events: 0 });
    expect(result.rejected).toEqual({ timestamp: 1, width: 1, 'with-row': 5 });
    expect(balance(result)).toEqual([11, 11]);
  });

  it('says when more is rejected than --max-rejects allows', async () => {
    const over = async (maxRejects?: number | `${number}%`): Promise<boolean> => {
      const options = maxRejects === undefined ? {} : { maxRejects };
      return (await convert({ [LABELS]: 'y\n1\n2\n3\n4,x\n' }, options)).report.rejectsOverLimit;
    };
    expect([await over(), await over(0), await over(1)]).toEqual([true, true, false]);
    expect([await over('24.9%'), await over('25%'), await over('100%')]).toEqual([true, false, false]);
  });
});
