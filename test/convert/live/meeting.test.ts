import { describe, expect, it } from 'vitest';
import type { Totals } from '../../../src/convert/report.js';
import { convertTree } from '../../../src/convert/run.js';
import { verifyTree } from '../../../src/convert/verify/verify-tree.js';
import { correlatedEventId } from '../../../src/event/event-id.js';
import type { Trees } from '../../support/both-trees.js';
import { callRows, correlatedFile, otherCalls, plainFile } from '../../support/legacy-file.js';
import { correlation, sourceName } from '../../support/rows.js';
import { eventsOf, liveLine, liveName, treesOf } from './live-trees.js';

const INPUTS = sourceName();

/** Converts, and lets the auditor come to the same counts. */
async function meet({ legacy, v2 }: Trees): Promise<Totals> {
  const { totals } = await convertTree(legacy, v2, { workers: 0, skipExisting: true });
  const report = await verifyTree(legacy, v2, { workers: 0 });
  expect(report.findings).toEqual([]);
  const { existing, rejected, same } = report.totals;
  expect({ existing, rejected, rows: same }).toEqual({
    existing: totals.existing,
    rejected: totals.rejected,
    rows: totals.rows,
  });
  return totals;
}

/** `n` row objects whose values count up. */
const rows = (n: number, from = 0): string =>
  `[${Array.from({ length: n }, (_, i) => `{"a":${from + i}}`).join(',')}]`;

describe('a call that comes back late', () => {
  const file = correlatedFile('a', ...callRows('x', 3), ...otherCalls(4097), ...callRows('x', 2, 3));

  it('is live where live events have the rows of both its parts', async () => {
    const live = liveLine('x', rows(3)) + liveLine('x.1', rows(2, 3));
    const totals = await meet(await treesOf({ [INPUTS]: file }, { [liveName()]: live }));
    expect(totals).toMatchObject({ late: 1, existing: 5, rows: 4097, rejected: {} });
  });

  it('is partly live where they have the first alone', async () => {
    const totals = await meet(await treesOf({ [INPUTS]: file }, { [liveName()]: liveLine('x', rows(3)) }));
    expect(totals).toMatchObject({ existing: 3, rows: 4097, rejected: { 'partly-live': 2 } });
  });
});

describe('a call is looked for', () => {
  it('in the hour of its time and those beside it, since a sidecar has a time of its own', async () => {
    const file = correlatedFile('a', ...['x', 'y', 'z'].flatMap((id) => callRows(id, 1)));
    const live = {
      [liveName('2024/02/29/00')]: liveLine('x', rows(1), '2024-02-29T00:59:59Z'),
      [liveName('2024/02/29/02')]: liveLine('y', rows(1), '2024-02-29T02:00:01Z'),
      [liveName('2024/02/29/05')]: liveLine('z', rows(1), '2024-02-29T05:00:00Z'),
    };
    expect(await meet(await treesOf({ [INPUTS]: file }, live))).toMatchObject({ existing: 2, rows: 1 });
  });

  it('over midnight', async () => {
    const at = (id: string, time: string): string => `0,${correlation(id, time)}`;
    const file = correlatedFile('a', at('x', '2024-02-28T23:59:59.5'), at('y', '2024-03-01T00:00:00.5'));
    const live = {
      [liveName('2024/02/28/23')]: liveLine('x', rows(1), '2024-02-28T23:59:59.5Z'),
      [liveName('2024/03/01/00')]: liveLine('y', rows(1), '2024-03-01T00:00:00.5Z'),
    };
    expect(await meet(await treesOf({ [INPUTS]: file }, live))).toMatchObject({ existing: 2, rows: 0 });
  });

  it('on the day of its time, however far from its folder that is: an answer may come days after its request', async () => {
    const at = (id: string, time: string): string => `0,${correlation(id, time)}`;
    const file = correlatedFile(
      'a',
      at('x', '2024-02-20T10:30:00'),
      at('y', '2024-02-24T10:30:00'),
      at('z', '2024-02-29T10:30:00'),
    );
    const live = {
      [liveName('2024/02/20/10')]: liveLine('x', rows(1), '2024-02-20T10:30:00Z'),
      [liveName('2024/02/24/10')]: liveLine('y', rows(1), '2024-02-24T10:30:00Z'),
    };
    const place = await treesOf({ [INPUTS]: file }, live);
    await expect(convertTree(place.legacy, place.v2, { workers: 0 })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await meet(place)).toMatchObject({ existing: 2, rows: 1 });
  });

  it('in more hours than are held at once, in whichever order they come', async () => {
    const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
    const mixed = [...hours, ...hours.toReversed(), ...hours];
    const at = mixed.map((hour, i) => [`c${i}`, `2024-02-29T${hour}:30:00`] as const);
    const file = correlatedFile('a', ...at.map(([id, time]) => `0,${correlation(id, time)}`));
    const live: Record<string, string> = {};
    for (const [id, time] of at.filter((_, i) => i % 2 === 0)) {
      const name = liveName(`2024/02/29/${time.slice(11, 13)}`);
      live[name] = (live[name] ?? '') + liveLine(id, rows(1), `${time}Z`);
    }
    expect(await meet(await treesOf({ [INPUTS]: file }, live))).toMatchObject({ existing: 36, rows: 36 });
  });

  it('by its whole id, also one that ends like a part, or is not ASCII', async () => {
    const ids = ['x', 'x.1', 'é-1', 'é-2'];
    const file = correlatedFile('a', ...ids.flatMap((id) => callRows(id, 1)));
    const live = ['x.1.0', 'é-2'].map((id) => liveLine(Buffer.from(id).toString('latin1'), rows(1))).join('');
    const place = await treesOf({ [INPUTS]: file }, { [liveName()]: Buffer.from(live, 'latin1').toString() });
    expect(await meet(place)).toMatchObject({ existing: 2, rows: 2, rejected: {} });
    const named = eventsOf(place.v2).map(({ correlationid }) => correlationid);
    expect(named.sort()).toEqual(['x', 'x.1.0', 'é-1', 'é-2']);
  });
});

describe('a live event', () => {
  it('that stands there twice, as a kill may leave it, has its rows once', async () => {
    const file = correlatedFile('a', ...callRows('x', 2));
    const place = await treesOf({ [INPUTS]: file }, { [liveName()]: liveLine('x', rows(1)).repeat(2) });
    expect(await meet(place)).toMatchObject({ existing: 0, rejected: { 'partly-live': 2 } });
  });

  it('counts beside another process’s of the same id, whether its rows are the same or others', async () => {
    const [one, other] = ['ab', 'cd'].map((digits) => liveName('2024/02/29/01', digits.repeat(16)));
    const file = correlatedFile('a', ...callRows('x', 2), ...callRows('y', 1), ...callRows('y', 1));
    const place = await treesOf(
      { [INPUTS]: file },
      {
        [one ?? '']: liveLine('x', rows(1)) + liveLine('y', rows(1)),
        [other ?? '']: liveLine('x', rows(1, 1)) + liveLine('y', rows(1)),
      },
    );
    expect(await meet(place)).toMatchObject({ existing: 4, rows: 0, rejected: {} });
  });

  it('counts beside one of the same id and file that has other rows', async () => {
    const live = liveLine('x', rows(1)) + liveLine('x', rows(1, 1));
    const place = await treesOf(
      { [INPUTS]: correlatedFile('a', ...callRows('x', 2)) },
      { [liveName()]: live.repeat(2) },
    );
    expect(await meet(place)).toMatchObject({ existing: 2, rows: 0, rejected: {} });
  });

  it('whose rows are in a file of their own counts like any other', async () => {
    const line = JSON.parse(liveLine('x', rows(2))) as Record<string, unknown>;
    const { data: _data, ...event } = line;
    const dataref = `https://somewhere/files/${String(event['id'])}.json`;
    const place = await treesOf(
      { [INPUTS]: correlatedFile('a', ...callRows('x', 2)) },
      {
        [liveName()]: `${JSON.stringify({ ...event, dataref })}\n`,
        [`svc/m-1/model_inputs/2024/02/29/01/files/${String(event['id'])}.json`]: rows(2),
      },
    );
    expect(await meet(place)).toMatchObject({ existing: 2, rows: 0 });
  });
});

describe('verify of what a sidecar has', () => {
  it('takes the decimals that it rounds, and its dates, for the same; other values are others', async () => {
    const file = correlatedFile(
      'p,d',
      `0.3333333333333333,2024-02-29 12:30:05.123456,${correlation('x')}`,
      `1,2024-02-29,${correlation('y')}`,
    );
    const line = (id: string, p: string, d: number): string =>
      liveLine(id, `[{"p":${p},"d":${d}}]`).replace('mdc-bridge/1', 'azureml-ai-monitoring/1.0.0');
    const x = line('x', '0.3333333333', 1709209805123);
    const y = line('y', '1.0', 1709164800000);
    const place = await treesOf({ [INPUTS]: file }, { [liveName()]: x + y });
    expect(await meet(place)).toMatchObject({ existing: 2, rows: 0 });
    const wrong = x.replace('3333,', '3334,') + y.replace('800000', '800001');
    const other = await treesOf({ [INPUTS]: file }, { [liveName()]: wrong });
    await convertTree(other.legacy, other.v2, { workers: 0, skipExisting: true });
    const { totals } = await verifyTree(other.legacy, other.v2, { workers: 0 });
    expect(totals).toMatchObject({ existing: 0, lost: 2 });
  });
});

describe('a rejected row', () => {
  it('is among the rejects with its part, whatever live events have of its call', async () => {
    const file = correlatedFile('a', `1,${correlation('x')}`, `1,2,${correlation('x')}`, ...callRows('y', 1));
    const live = liveLine('x', rows(2)) + liveLine('y', rows(1));
    const totals = await meet(await treesOf({ [INPUTS]: file }, { [liveName()]: live }));
    expect(totals).toMatchObject({ existing: 1, rows: 0, rejected: { width: 1, 'with-row': 1 } });
  });
});

describe('rows without a correlation', () => {
  const uncorrelated = (id: string, data: string, time = '2024-02-29T10:00:00Z'): string =>
    liveLine(id, data, time, correlatedEventId('model_inputs', id));

  it('of several files of one day share what live collection has: each live row stands for one', async () => {
    const files = Object.fromEntries(
      ['08', '09', '10'].map((hour) => [
        sourceName('inputs', `2024/02/29/${hour}`),
        plainFile('a,b', '1,x', '1,x', '2,"y"'),
      ]),
    );
    const live = uncorrelated('u', '[{"a":1,"b":"x"},{"a":1,"b":"x"},{"a":1,"b":"x"},{"a":2,"b":"y"}]');
    const place = await treesOf(files, { [liveName('2024/02/29/10')]: live });
    expect(await meet(place)).toMatchObject({ existing: 4, rows: 5 });
  });

  it('are the same though a writer that knew few of a column’s values took it for one of another type', async () => {
    const place = await treesOf(
      { [INPUTS]: plainFile('a,b', '1,True', 'k,', '2,False') },
      {
        [liveName('2024/02/29/10')]:
          uncorrelated('u', '[{"b":true,"a":1}]') + uncorrelated('v', '[{"a":"k","b":null}]'),
      },
    );
    expect(await meet(place)).toMatchObject({ existing: 2, rows: 1 });
  });

  it('of another day are others', async () => {
    const live = uncorrelated('u', '[{"a":1}]', '2024-03-01T00:00:00Z');
    const place = await treesOf({ [INPUTS]: plainFile('a', '1') }, { [liveName('2024/03/01/00')]: live });
    expect(await meet(place)).toMatchObject({ existing: 0, rows: 1 });
  });
});
