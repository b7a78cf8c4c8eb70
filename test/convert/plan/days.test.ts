import { describe, expect, it } from 'vitest';
import type { MappingOptions } from '../../../src/mapping/settings.js';
import { convert, plan } from '../../support/converted.js';
import { callRows, correlatedFile, plainFile } from '../../support/legacy-file.js';
import { correlation, sourceName } from '../../support/rows.js';

const INPUTS = sourceName();
const PREDICTIONS = sourceName('predictions', '2024/02/29', 'predictions.csv');
const at = (time: string, id: string): string => `1,${correlation(id, `2024-02-29T${time}`)}`;

/** What the plan says of pairing on the only day. */
async function pairing(
  files: Record<string, string>,
  options: MappingOptions = {},
): Promise<string | undefined> {
  const { days } = await plan(files, { pair: 'order', ...options });
  expect(days).toHaveLength(1);
  return days[0]?.pair;
}

const inputs = correlatedFile('a', ...callRows('x', 2), ...callRows('y', 1));
const three = plainFile('p', '1', '2', '3');

describe('predictions of a day borrow the correlation of its inputs in order', () => {
  it('with --pair order, where they are as many rows', async () => {
    const files = { [INPUTS]: inputs, [PREDICTIONS]: three };
    expect(await pairing(files)).toBe('could be paired in order: 3 input rows, as many predictions');
    const tree = await convert(files, { pair: 'order' });
    expect(await tree.events('model_outputs')).toMatchObject([
      {
        correlationid: 'x',
        xrequestid: 'x',
        time: '2024-02-29T01:02:03.000004Z',
        data: [{ p: 1 }, { p: 2 }],
      },
      { correlationid: 'y', xrequestid: 'y', data: [{ p: 3 }] },
    ]);
  });

  it('not unless asked, though the plan says that they could', async () => {
    const files = { [INPUTS]: inputs, [PREDICTIONS]: three };
    const { days, files: planned, notes } = await plan(files);
    expect(days[0]?.pair).toContain('could be paired');
    expect(planned.some(({ pair }) => pair !== undefined)).toBe(false);
    expect(notes.map(({ text }) => text).join('\n')).toContain('--pair order');
    expect((await (await convert(files)).events('model_outputs'))[0]?.data).toHaveLength(3);
  });

  it('with the parts of the inputs’ calls', async () => {
    const rows = Array.from({ length: 1001 }, (_, i) => String(i));
    const files = {
      [INPUTS]: correlatedFile('a', ...callRows('x.5', 1001)),
      [PREDICTIONS]: plainFile('p', ...rows),
    };
    const tree = await convert(files, { pair: 'order' });
    expect(
      (await tree.events('model_outputs')).map(({ correlationid, data }) => [correlationid, data.length]),
    ).toEqual([
      ['x.5.0', 1000],
      ['x.5.1', 1],
    ]);
  });

  it('after wide rows were exploded', async () => {
    const tree = await convert(
      { [INPUTS]: inputs, [PREDICTIONS]: plainFile('p', '1,2', '3') },
      { pair: 'order' },
    );
    expect(
      (await tree.events('model_outputs')).map(({ correlationid, data }) => [correlationid, data]),
    ).toEqual([
      ['x', [{ p: 1 }, { p: 2 }]],
      ['y', [{ p: 3 }]],
    ]);
  });

  it('over all files of the day, each going on where the one before ended', async () => {
    const files = {
      [sourceName('inputs', '2024/02/29/00')]: correlatedFile('a', ...callRows('x', 2)),
      [sourceName('inputs', '2024/02/29/01')]: correlatedFile('a', ...callRows('y', 1), ...callRows('z', 1)),
      [sourceName('predictions', '2024/02/29/00')]: plainFile('p', '1', '2', '3'),
      [sourceName('predictions', '2024/02/29/01')]: plainFile('p', '4'),
    };
    const tree = await convert(files, { pair: 'order' });
    const events = await tree.events('model_outputs');
    expect(Object.fromEntries(events.map(({ correlationid, data }) => [correlationid, data]))).toEqual({
      x: [{ p: 1 }, { p: 2 }],
      y: [{ p: 3 }],
      z: [{ p: 4 }],
    });
  });

  it('lie in the hour of the inputs, since they have their time', async () => {
    const tree = await convert({ [INPUTS]: inputs, [PREDICTIONS]: three }, { pair: 'order' });
    const hours = [...(await tree.files()).keys()].map((name) => name.split('/').slice(3, 7).join('/'));
    expect(new Set(hours)).toEqual(new Set(['2024/02/29/01']));
  });
});

describe('predictions can’t be paired', () => {
  const cases: Readonly<Record<string, readonly [files: Record<string, string>, why: string | undefined]>> = {
    'with fewer inputs': [
      { [INPUTS]: correlatedFile('a', ...callRows('x', 2)), [PREDICTIONS]: three },
      '2 input rows, 3 predictions',
    ],
    'with more inputs': [
      { [INPUTS]: correlatedFile('a', ...callRows('x', 4)), [PREDICTIONS]: three },
      '4 input rows, 3 predictions',
    ],
    'without inputs': [{ [PREDICTIONS]: three }, 'the day has no inputs'],
    'with inputs that have no correlation': [
      { [INPUTS]: correlatedFile('a', ...callRows('x', 2), '3'), [PREDICTIONS]: three },
      'inputs without correlation',
    ],
    'with some that are correlated': [
      { [INPUTS]: inputs, [PREDICTIONS]: correlatedFile('p', '1', '2', `3,${correlation('x')}`) },
      'some predictions have a correlation already',
    ],
    'with inputs whose times go back': [
      {
        [INPUTS]: correlatedFile('a', at('02:00:00', 'x'), at('01:00:00', 'y'), at('03:00:00', 'z')),
        [PREDICTIONS]: three,
      },
      "the inputs' times go back",
    ],
    'with inputs whose times go back from one file to the next': [
      {
        [sourceName('inputs', '2024/02/29/00')]: correlatedFile('a', at('02:00:00', 'x')),
        [sourceName('inputs', '2024/02/29/01')]: correlatedFile(
          'a',
          at('01:00:00', 'y'),
          at('03:00:00', 'z'),
        ),
        [PREDICTIONS]: three,
      },
      "the inputs' times go back",
    ],
    'with inputs whose times go back over an empty file': [
      {
        [sourceName('inputs', '2024/02/29/00')]: correlatedFile('a', at('02:00:00', 'x')),
        [sourceName('inputs', '2024/02/29/01')]: correlatedFile('a'),
        [sourceName('inputs', '2024/02/29/02')]: correlatedFile(
          'a',
          at('01:00:00', 'y'),
          at('03:00:00', 'z'),
        ),
        [PREDICTIONS]: three,
      },
      "the inputs' times go back",
    ],
    'with inputs of another width': [
      { [INPUTS]: correlatedFile('a', ...callRows('x', 2), `1,2,${correlation('y')}`), [PREDICTIONS]: three },
      'rows of the day are rejected',
    ],
    'with rejected predictions': [
      { [INPUTS]: inputs, [PREDICTIONS]: `${three}"4"5\r\n` },
      'rows of the day are rejected',
    ],
    'with inputs whose calls are interleaved': [
      {
        [INPUTS]: correlatedFile('a', ...callRows('x', 1), ...callRows('y', 1), ...callRows('x', 1)),
        [PREDICTIONS]: three,
      },
      "the inputs' calls are interleaved",
    ],
  };
  for (const [title, [files, why]] of Object.entries(cases)) {
    it(title, async () => {
      expect(await pairing(files)).toBe(`can't be paired: ${why}`);
      const tree = await convert(files, { pair: 'order' });
      for (const { id, correlationid } of await tree.events('model_outputs')) {
        expect([id, 'x']).toContain(correlationid);
      }
    });
  }

  it('and nothing is said of a day whose predictions all have their own correlation', async () => {
    const files = { [INPUTS]: inputs, [PREDICTIONS]: correlatedFile('p', ...callRows('x', 2)) };
    expect(await pairing(files)).toBeUndefined();
  });
});

describe('the census of a day', () => {
  it('counts rows, those with a correlation id, and those whose id the day’s inputs have', async () => {
    const { days } = await plan({
      [INPUTS]: inputs,
      [PREDICTIONS]: correlatedFile(
        'p',
        ...callRows('x', 2),
        ...callRows('lost', 1),
        '7',
        `8,${correlation('')}`,
      ),
    });
    expect(days).toEqual([
      {
        workspace: 'sub/rg/ws',
        service: 'svc',
        model: 'm',
        version: '1',
        date: '2024-02-29',
        byDesignation: {
          inputs: { rows: 3, correlated: 3, joinable: 3, calls: 2 },
          predictions: { rows: 5, correlated: 3, joinable: 2, calls: 2 },
        },
        pair: "can't be paired: some predictions have a correlation already",
      },
    ]);
  });
});
