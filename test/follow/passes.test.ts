import { describe, expect, it, vi } from 'vitest';
import { PackedList } from '../../src/convert/packed-list.js';
import { callRows, correlatedFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';
import { eventFiles, expectSameAsConverted, Followed } from './followed.js';

const INPUTS = sourceName();
const row = (id: string, value = 1): string => `${value},${correlation(id)}\r\n`;

async function idsIn(followed: Followed): Promise<string[]> {
  const lines = [...(await eventFiles(followed.destination)).values()].join('').split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { correlationid: string }).correlationid);
}

describe('a pass', () => {
  it('converts what has come, but for the last call, which waits until it has settled', async () => {
    const followed = new Followed();
    followed.append(INPUTS, correlatedFile('a', ...callRows('x', 2), ...callRows('y', 1)));
    await followed.sync();
    expect(await idsIn(followed)).toEqual(['x']);
    followed.append(INPUTS, row('y', 2) + row('z'));
    await followed.sync();
    expect(await idsIn(followed)).toEqual(['x', 'y']);
    followed.rest();
    await followed.sync();
    expect(await idsIn(followed)).toEqual(['x', 'y', 'z']);
    await expectSameAsConverted(followed);
  });

  it('leaves a row that has not ended', async () => {
    const followed = new Followed();
    followed.append(INPUTS, `${correlatedFile('a', ...callRows('x', 1))}1,torn`);
    await followed.sync();
    followed.rest();
    await followed.sync();
    expect(await idsIn(followed)).toEqual(['x']);
  });

  it('puts what comes later in parts of their own, once one is large enough', async () => {
    const followed = new Followed({ partBytes: 300 });
    followed.append(INPUTS, correlatedFile('a', ...callRows('x', 2)));
    for (let n = 0; n < 12; n += 1) {
      followed.append(INPUTS, row(`c${n}`, n) + row(`c${n}`, n + 1));
      await followed.sync();
    }
    followed.endDay();
    await followed.sync();
    expect((await eventFiles(followed.destination)).size).toBeGreaterThan(2);
    await expectSameAsConverted(followed);
  });

  it('packs the plan as often as its steps need, however many sources grow', async () => {
    const packings = async (sources: number): Promise<number> => {
      const followed = new Followed();
      const names = Array.from({ length: sources }, (_, n) =>
        sourceName('signals', '2024/02/29', `s${n}.csv`),
      );
      const grow = (id: string): void => {
        for (const name of names) followed.append(name, row(id) + row(`${id}-next`));
      };
      for (const name of names) followed.append(name, correlatedFile('a', ...callRows('x', 1)));
      const pack = vi.spyOn(PackedList, 'from');
      await followed.watch(3, (pass) => grow(`c${pass}`));
      const times = pack.mock.calls.length;
      pack.mockRestore();
      return times;
    };
    expect(await packings(8)).toBe(await packings(2));
  });
});
