import { describe, expect, it } from 'vitest';
import { correlatedFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';
import { eventFiles, expectSameAsConverted, Followed } from './followed.js';

const INPUTS = sourceName();
const row = (id: string, value = 1): string => `${value},${correlation(id)}`;
const rows = (from: number, n: number, value = 1): string[] =>
  Array.from({ length: n }, (_, i) => row(`call-${from + i}`, value));

/** A source of several parts. */
async function inParts(): Promise<Followed> {
  const followed = new Followed({ partBytes: 400 });
  followed.append(INPUTS, correlatedFile('a', ...rows(0, 6)));
  await followed.watch(4, (pass) => followed.append(INPUTS, `${rows(pass * 10, 6).join('\r\n')}\r\n`));
  expect((await eventFiles(followed.destination)).size).toBeGreaterThan(2);
  return followed;
}

async function settle(followed: Followed): Promise<void> {
  await followed.watch(2, () => followed.endDay());
}

describe('a blob that is not what it was', () => {
  it.each<[string, (content: string) => string]>([
    ['is another one', () => correlatedFile('a', ...rows(500, 30, 7))],
    ['is shorter', (content) => content.slice(0, content.indexOf('\n', content.length / 2) + 1)],
    ['is gone, and begins anew', () => correlatedFile('a', row('new'), row('newer'))],
  ])('%s: it is converted from its start, and nothing of what it was is left', async (_, change) => {
    const followed = await inParts();
    const before = followed.source.get(INPUTS)?.toString() ?? '';
    followed.source.put(INPUTS, change(before));
    let anew = 0;
    await followed.watch(3, () => followed.endDay(), { onPass: (pass) => (anew += pass.anew) });
    expect(anew).toBe(1);
    await expectSameAsConverted(followed);
  });

  it.each([
    ['while it is watched', false],
    ['between two runs', true],
  ])(
    'has a header in front that it had not, put there %s: its columns have names from then on',
    async (_, isRestarted) => {
      const followed = new Followed({ partBytes: 400 });
      followed.append(INPUTS, `${rows(0, 12).join('\r\n')}\r\n`);
      const insert = (): void => {
        const content = followed.source.get(INPUTS)?.toString() ?? '';
        followed.source.put(INPUTS, `${correlatedFile('a')}${content}${row('later')}\r\n`);
      };
      await followed.watch(3, (pass) => {
        followed.rest();
        if (pass === 2 && !isRestarted) insert();
      });
      if (isRestarted) insert();
      const report = await followed.sync();
      expect(report.stopped).toEqual([]);
      await settle(followed);
      expect([...(await eventFiles(followed.destination)).values()].join('')).toContain('"data":[{"a":1}]');
      await expectSameAsConverted(followed);
    },
  );

  it('is another one in its middle only: a listing of everything reads it whole, and notices', async () => {
    const followed = await inParts();
    const settled = followed.source.get(INPUTS)?.toString() ?? '';
    // As long as before, in rows that are in a part that was done for good; both ends are the same.
    const filler = Array.from({ length: 600 }, (_, i) => row(`filler-${i}`)).join('\r\n');
    followed.source.put(INPUTS, `${settled}${filler}\r\n`);
    const texts: string[] = [];
    await followed.watch(4, async (pass) => {
      if (pass === 1) {
        const content = followed.source.get(INPUTS)?.toString() ?? '';
        const at = content.indexOf('filler-200,') - 2;
        followed.source.put(INPUTS, `${content.slice(0, at)}9${content.slice(at + 1)}${row('more')}\r\n`);
      }
      if (pass === 2) {
        followed.append(INPUTS, `${row('most')}\r\n`);
        followed.clock.advance(61 * 60_000);
      }
      texts.push([...(await eventFiles(followed.destination)).values()].join(''));
    });
    expect(texts.map((text) => text.includes('{"a":9}'))).toEqual([false, false, true]);
    await settle(followed);
    await expectSameAsConverted(followed);
  });

  it('is noticed after a restart, too', async () => {
    const followed = await inParts();
    const content = followed.source.get(INPUTS)?.toString() ?? '';
    followed.source.put(INPUTS, `${content.replace('1,call-1,', '9,call-1,')}${row('more')}\r\n`);
    const report = await followed.sync();
    expect(report.anew).toBe(1);
    await settle(followed);
    await expectSameAsConverted(followed);
  });
});

describe('a call that comes back', () => {
  it('grows in its event, where its part is the last one', async () => {
    const followed = new Followed();
    followed.append(INPUTS, correlatedFile('a', row('x'), row('y')));
    await followed.sync();
    followed.append(INPUTS, `${row('x', 2)}\r\n${row('z')}\r\n`);
    const report = await followed.sync();
    expect(report.anew).toBe(0);
    expect([...(await eventFiles(followed.destination)).values()].join('')).toContain(
      '"data":[{"a":1},{"a":2}]',
    );
    await settle(followed);
    await expectSameAsConverted(followed);
  });

  it('has its source converted anew, where its part was done for good', async () => {
    const followed = await inParts();
    followed.append(INPUTS, `${row('call-1', 2)}\r\n${row('z')}\r\n`);
    const report = await followed.sync();
    expect(report.anew).toBe(1);
    await settle(followed);
    await expectSameAsConverted(followed);
  });
});
