import { describe, expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import { correlatedFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';
import { eventFiles, expectSameAsConverted, Followed } from './followed.js';

const INPUTS = sourceName();
const NEXT_DAY = sourceName('inputs', '2024/03/01');
const LABELS = sourceName('labels', '2024/02/29', 'labels.csv');
const row = (value: string, id: string): string => `${value},${correlation(id)}\r\n`;

async function datas(followed: Followed, part = 'model_inputs'): Promise<unknown[]> {
  const files = [...(await eventFiles(followed.destination))].filter(([name]) => name.includes(part));
  const lines = files.flatMap(([, text]) => text.split('\n').slice(0, -1));
  return lines.map((line) => (JSON.parse(line) as { data?: unknown }).data);
}

/** Integers so far, converted. */
async function begun(options: ConstructorParameters<typeof Followed>[0] = {}): Promise<Followed> {
  const followed = new Followed(options);
  followed.append(INPUTS, correlatedFile('a', ...['x', 'y'].map((id) => `1,${correlation(id)}`)));
  followed.append(LABELS, 'y\r\n5\r\n');
  await followed.sync();
  followed.rest();
  await followed.sync();
  return followed;
}

describe('a column that only is wider than it was seen to be', () => {
  it('is so from then on, and what was written stands', async () => {
    const followed = await begun();
    const before = [...(await eventFiles(followed.destination)).values()].join('');
    followed.append(INPUTS, row('2.5', 'z'));
    await followed.sync();
    followed.endDay();
    const report = await followed.sync();
    expect(report.stopped).toEqual([]);
    expect(await datas(followed)).toEqual([[{ a: 1 }], [{ a: 1 }], [{ a: 2.5 }]]);
    expect([...(await eventFiles(followed.destination)).values()].join('')).toContain(before.slice(0, 40));
    followed.rest();
    await followed.sync();
    await expectSameAsConverted(followed);
    // Nothing is left to do for it, and nobody has to be asked.
    expect(await convertTree(followed.source, followed.destination)).toMatchObject({ again: {} });
  });
});

describe('a value that does not fit its column', () => {
  it('stops its collection with the column, what it was and such a value; others go on', async () => {
    const followed = await begun();
    const before = await datas(followed);
    followed.append(INPUTS, row('abc', 'z'));
    followed.append(LABELS, '6\r\n');
    await followed.sync();
    followed.rest();
    const report = await followed.sync();
    expect(report.stopped).toEqual([
      {
        collection: 'svc/m-1/model_inputs',
        why: 'svc/m-1/model_inputs: a was integer, is string too (such as abc)',
      },
    ]);
    expect(await datas(followed)).toEqual(before);
    expect(await datas(followed, 'labels')).toEqual([[{ y: 5 }, { y: 6 }]]);
  });

  it('makes the column a string with --on-type-change string, in every event of the collection', async () => {
    const followed = await begun({ onTypeChange: 'string' });
    followed.append(NEXT_DAY, correlatedFile('a', `abc,${correlation('z', '2024-03-01T01:00:00')}`));
    followed.endDay();
    followed.endDay();
    const report = await followed.sync();
    expect(report.stopped).toEqual([]);
    expect(await datas(followed)).toEqual([[{ a: '1' }], [{ a: '1' }], [{ a: 'abc' }]]);
    followed.endDay();
    await followed.sync();
    await expectSameAsConverted(followed);
  });

  it('is rejected with its row with --on-type-change reject', async () => {
    const followed = await begun({ onTypeChange: 'reject' });
    followed.append(INPUTS, row('abc', 'z') + row('3', 'w'));
    followed.rest();
    const first = await followed.sync();
    followed.rest();
    const second = await followed.sync();
    expect(first.stopped).toEqual([]);
    expect(second).toMatchObject({ totals: { rejected: { type: 1 } }, rejectsOverLimit: true });
    expect(await datas(followed)).toEqual([[{ a: 1 }], [{ a: 1 }], [{ a: 3 }]]);
  });
});

describe('a column that was not there', () => {
  const wider = correlatedFile('a,b', `1,2,${correlation('z', '2024-03-01T01:00:00')}`);

  it('stops its collection', async () => {
    const followed = await begun();
    followed.append(NEXT_DAY, wider);
    followed.endDay();
    followed.endDay();
    const report = await followed.sync();
    expect(report.stopped).toEqual([
      { collection: 'svc/m-1/model_inputs', why: 'svc/m-1/model_inputs: b is a column that was not there' },
    ]);
  });

  it('is looked at once, not at each pass, while nobody decides', async () => {
    const followed = await begun();
    followed.clock.advance(24 * 60 * 60 * 1000);
    let reads = 0;
    const read = followed.source.read.bind(followed.source);
    const report = await followed.watch(6, (pass) => {
      if (pass === 1) followed.append(NEXT_DAY, wider);
      if (pass === 3) {
        reads = 0;
        followed.source.read = (...args) => {
          reads += 1;
          return read(...args);
        };
      }
      followed.rest();
    });
    expect(report.stopped).toHaveLength(1);
    expect(reads).toBe(0);
  });

  it('is one of strings with --on-type-change string', async () => {
    const followed = await begun({ onTypeChange: 'string' });
    followed.append(NEXT_DAY, wider);
    followed.endDay();
    followed.endDay();
    await followed.sync();
    expect(await datas(followed)).toEqual([[{ a: 1 }], [{ a: 1 }], [{ a: 1, b: '2' }]]);
  });

  it('has its rows rejected with --on-type-change reject', async () => {
    const followed = await begun({ onTypeChange: 'reject' });
    followed.append(NEXT_DAY, wider);
    followed.endDay();
    followed.endDay();
    const report = await followed.sync();
    expect(report.totals.rejected).toEqual({ width: 1 });
    expect(await datas(followed)).toEqual([[{ a: 1 }], [{ a: 1 }]]);
  });
});
