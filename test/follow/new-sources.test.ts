import { describe, expect, it } from 'vitest';
import { correlatedFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';
import { eventFiles, expectSameAsConverted, Followed } from './followed.js';

const INPUTS = sourceName();
const row = (id: string, time = '2024-02-29T10:00:00'): string => `1,${correlation(id, time)}`;

async function collections(followed: Followed): Promise<string[]> {
  const names = [...(await eventFiles(followed.destination)).keys()];
  return [...new Set(names.map((name) => name.split('/').slice(0, 3).join('/')))];
}

describe('what is new in the tree', () => {
  it('a day of a collection that is known is followed by its columns', async () => {
    const followed = new Followed();
    followed.append(INPUTS, correlatedFile('a', row('x')));
    await followed.sync();
    followed.endDay();
    followed.append(
      sourceName('inputs', '2024/03/01'),
      correlatedFile('a', row('y', '2024-03-01T00:01:00'), row('z', '2024-03-01T00:02:00')),
    );
    await followed.sync();
    expect(await collections(followed)).toEqual(['svc/m-1/model_inputs']);
    expect([...(await eventFiles(followed.destination)).values()].join('')).toContain('"correlationid":"y"');
    followed.endDay();
    await followed.sync();
    await expectSameAsConverted(followed);
  });

  it("a model is planned as it comes, and its workspace is its siblings'", async () => {
    const followed = new Followed();
    followed.append(INPUTS, correlatedFile('a', row('x')));
    await followed.sync();
    followed.append(
      INPUTS.replace('/m/1/', '/m/2/'),
      correlatedFile('b', row('y').replace(',m,1,', ',m,2,')),
    );
    followed.append(
      sourceName('labels', '2024/02/29', 'labels.csv').replace('/m/1/', '/m/2/'),
      'label\r\n1\r\n',
    );
    followed.endDay();
    await followed.sync();
    followed.endDay();
    await followed.sync();
    expect(await collections(followed)).toEqual([
      'svc/m-1/model_inputs',
      'svc/m-2/labels',
      'svc/m-2/model_inputs',
    ]);
    await expectSameAsConverted(followed);
  });

  it("a label for an old day is followed like today's", async () => {
    const followed = new Followed();
    const label = sourceName('labels', '2024/01/15', 'labels.csv');
    followed.append(INPUTS, correlatedFile('a', row('x')));
    followed.append(label, 'y\r\n1\r\n');
    await followed.sync();
    followed.append(label, '2\r\n3');
    await followed.sync();
    expect([...(await eventFiles(followed.destination)).values()].join('')).toContain('[{"y":1},{"y":2}]');
    followed.endDay();
    await followed.sync();
    await expectSameAsConverted(followed);
  });
});

describe('predictions that only their whole day explains', () => {
  const PREDICTIONS = sourceName('predictions', '2024/02/29', 'predictions.csv');

  it('wait for its end, and are exploded as one conversion explodes them', async () => {
    const followed = new Followed();
    followed.append(INPUTS, correlatedFile('a', row('x'), row('x'), row('x'), row('y'), row('y')));
    followed.append(PREDICTIONS, 'p\r\n0.1,0.2,0.3\r\n');
    const first = await followed.sync();
    followed.append(PREDICTIONS, '0.4,0.5\r\n');
    followed.rest();
    const second = await followed.sync();
    expect(second.waiting).toEqual([
      { source: PREDICTIONS, size: expect.any(Number), why: 'it waits for the end of its day' },
    ]);
    expect(first.stopped).toEqual([]);
    expect(await collections(followed)).toEqual(['svc/m-1/model_inputs']);
    followed.endDay();
    const last = await followed.sync();
    expect(last.waiting).toEqual([]);
    expect(last.totals.exploded).toBe(3);
    await expectSameAsConverted(followed);
  });

  it('wait where they borrow their correlation', async () => {
    const followed = new Followed({ pair: 'order' });
    followed.append(INPUTS, correlatedFile('a', row('x'), row('y')));
    followed.append(PREDICTIONS, 'p\r\n1\r\n2\r\n');
    await followed.sync();
    expect(await collections(followed)).toEqual(['svc/m-1/model_inputs']);
    followed.endDay();
    await followed.sync();
    const files = await eventFiles(await followed.converted({ pair: 'order' }));
    expect(await eventFiles(followed.destination)).toEqual(files);
    // Sources that come later stand before them in the plan: they still borrow from the same ones.
    followed.append(
      INPUTS.replace('/m/1/', '/a/1/'),
      correlatedFile('a', row('z').replace(',m,1,', ',a,1,')),
    );
    followed.append(PREDICTIONS, '');
    await followed.watch(2, () => followed.endDay());
    await followed.destination.remove([...files.keys()].find((name) => name.includes('model_outputs')) ?? '');
    await followed.sync();
    const later = await eventFiles(await followed.converted({ pair: 'order' }));
    expect(await eventFiles(followed.destination)).toEqual(later);
  });
});
