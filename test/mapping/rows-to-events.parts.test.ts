import { describe, expect, it } from 'vitest';
import { partCorrelationId } from '../../src/mapping/event-part.js';
import { convert, type ReadEvent } from '../support/converted.js';
import { callRows, correlatedFile, otherCalls } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';

const INPUTS = sourceName();

/** Each event as its correlationid, its number of rows, and its first value. */
const sizes = (events: readonly ReadEvent[]): unknown[] =>
  events.map(({ correlationid, data }) => [correlationid, data.length, Object.values(data[0] ?? {})[0]]);

describe('the correlationid of a part', () => {
  const table: readonly (readonly [id: string, part: number, expected: string])[] = [
    ['x', 0, 'x'],
    ['x', 1, 'x.1'],
    ['x', 12, 'x.12'],
    ['x.7', 0, 'x.7.0'],
    ['x.7', 1, 'x.7.1'],
    ['x.07', 0, 'x.07.0'],
    ['x.', 0, 'x.'],
    ['x.7a', 0, 'x.7a'],
    ['x.-7', 0, 'x.-7'],
    ['1.5\n', 0, '1.5\n'],
    ['.5', 0, '.5.0'],
  ];
  for (const [id, part, expected] of table) {
    it(`${part} of ${JSON.stringify(id)} is ${JSON.stringify(expected)}`, () => {
      expect(partCorrelationId(id, part)).toBe(expected);
    });
  }
});

describe('a call of many rows', () => {
  it('of 1,000 is one event', async () => {
    const tree = await convert({ [INPUTS]: correlatedFile('a', ...callRows('x', 1000)) });
    expect(sizes(await tree.events())).toEqual([['x', 1000, 0]]);
  });

  it('of more is cut after every 1,000 rows; each part keeps the call’s request', async () => {
    const tree = await convert({ [INPUTS]: correlatedFile('a', ...callRows('x', 2001)) });
    const events = await tree.events();
    expect(sizes(events)).toEqual([
      ['x', 1000, 0],
      ['x.1', 1000, 1000],
      ['x.2', 1, 2000],
    ]);
    expect(events.map(({ xrequestid }) => xrequestid)).toEqual(['x', 'x', 'x']);
  });

  it('whose id looks like a part’s has a part 0 of its own name', async () => {
    const tree = await convert({ [INPUTS]: correlatedFile('a', ...callRows('x.1', 1001)) });
    expect(sizes(await tree.events())).toEqual([
      ['x.1.0', 1000, 0],
      ['x.1.1', 1, 1000],
    ]);
  });

  it('has the time of each part’s own first row, which decides its hour', async () => {
    const rows = callRows('x', 1000).concat(`7,${correlation('x', '2024-02-29T02:00:00')}`);
    const tree = await convert({ [INPUTS]: correlatedFile('a', ...rows) });
    expect((await tree.events()).map(({ time }) => time)).toEqual([
      '2024-02-29T01:02:03.000004Z',
      '2024-02-29T02:00:00Z',
    ]);
    expect([...(await tree.files()).keys()].map((name) => name.split('/')[6])).toEqual(['01', '02']);
  });

  it('is cut at the same rows in inputs and outputs, however long their rows are', async () => {
    const ids = callRows('x', 1500).map((row) => row.slice(row.indexOf(',') + 1));
    const wide = ids.map((eight, i) => `${'long text '.repeat(50)}${i},${eight}`);
    const tree = await convert({
      [INPUTS]: correlatedFile('a', ...wide),
      [sourceName('predictions')]: correlatedFile('p', ...callRows('x', 1500)),
    });
    const cuts = (events: readonly ReadEvent[]): unknown =>
      events.map(({ correlationid, data }) => [correlationid, data.length]);
    expect(cuts(await tree.events('model_outputs'))).toEqual(cuts(await tree.events('model_inputs')));
  });

  it('is cut at the same rows when other rows stand between its own', async () => {
    const rows = callRows('x', 1500).flatMap((row, i) => (i % 10 === 0 ? [...otherCalls(1, i), row] : [row]));
    const tree = await convert({ [INPUTS]: correlatedFile('a', ...rows) });
    const events = (await tree.events()).filter(({ xrequestid }) => xrequestid === 'x');
    expect(sizes(events)).toEqual([
      ['x', 1000, 0],
      ['x.1', 500, 1000],
    ]);
  });

  it('stands in the file in the order of its parts’ first rows', async () => {
    const [first, second] = [callRows('x', 1000), callRows('x', 1, 1000)];
    const tree = await convert({
      [INPUTS]: correlatedFile('a', ...first, ...callRows('y', 1, 7), ...second),
    });
    expect(sizes(await tree.events())).toEqual([
      ['x', 1000, 0],
      ['y', 1, 7],
      ['x.1', 1, 1000],
    ]);
  });
});

describe('rows without a correlation id', () => {
  const LABELS = sourceName('labels', '2024/02/29', 'labels.csv');
  const numbers = (n: number, from = 0): string[] => Array.from({ length: n }, (_, i) => String(from + i));

  it('are packed in file order, 1,000 an event, under the event’s own id', async () => {
    const tree = await convert({ [LABELS]: `y\r\n${numbers(2500).join('\n')}\n` });
    const events = await tree.events();
    expect(events.map(({ data }) => [data.length, data[0]?.['y']])).toEqual([
      [1000, 0],
      [1000, 1000],
      [500, 2000],
    ]);
    for (const { id, correlationid, xrequestid } of events) {
      expect([correlationid, xrequestid]).toEqual([id, id]);
    }
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });

  it('have the folder’s date at its hour, 00 where it has none', async () => {
    const time = async (day: string): Promise<unknown> =>
      (await (await convert({ [sourceName('labels', day)]: 'y\n1\n' })).events()).map((event) => event.time);
    expect(await time('2024/02/29')).toEqual(['2024-02-29T00:00:00Z']);
    expect(await time('2024/2/9/7')).toEqual(['2024-02-09T07:00:00Z']);
  });

  it('go on in their pack behind correlated rows; a pack stands where its first row does', async () => {
    const content = correlatedFile('y', '1', ...callRows('x', 2, 7), '2', ...callRows('y', 1, 9), '3');
    const events = await (await convert({ [sourceName('labels', '2024/02/29/01')]: content })).events();
    expect(events.map(({ data }) => data.map((row) => row['y']))).toEqual([[1, 2, 3], [7, 8], [9]]);
  });

  it('have the eight values’ time where these lack only the id, and one clock hour a pack', async () => {
    const row = (value: number, time: string): string => `${value},${correlation('', `2024-02-29T${time}`)}`;
    const content = correlatedFile(
      'y',
      row(1, '01:59:59.9'),
      row(2, '01:00:00'),
      row(3, '02:00:00'),
      row(4, '01:30:00'),
      '5',
    );
    const events = await (await convert({ [LABELS]: content })).events();
    expect(events.map(({ time, data }) => [time, data.map(({ y }) => y)])).toEqual([
      ['2024-02-29T00:00:00Z', [5]],
      ['2024-02-29T01:59:59.9Z', [1, 2]],
      ['2024-02-29T01:30:00Z', [4]],
      ['2024-02-29T02:00:00Z', [3]],
    ]);
  });

  it('have a request id where their first row has one', async () => {
    const row = correlation('').replace(/[0-9a-f-]{36}$/, 'req-1');
    const [event] = await (await convert({ [LABELS]: correlatedFile('y', `1,${row}`) })).events();
    expect(event).toMatchObject({ xrequestid: 'req-1', correlationid: event?.id });
  });

  it('of one empty quoted field are rows; blank lines are not', async () => {
    const tree = await convert({ [LABELS]: 'y\r\n\r\n""\r\n1\r\n\n' });
    expect(await tree.dataTexts()).toEqual(['[{"y":null},{"y":1}]']);
    expect(tree.report.totals).toMatchObject({ lines: 5, blanks: 2, headers: 1, rows: 2 });
  });
});
