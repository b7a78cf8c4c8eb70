import { describe, expect, it } from 'vitest';
import type { CollectorDesignation, CollectorOptions } from '../../src/collect/collector-options.js';
import type { CollectedData } from '../../src/collect/tabular-data.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { collectorIn, filesIn, NOW } from './collectors.js';

/** What was told, and the first two fields of the lines written. */
async function collected(
  designation: CollectorDesignation,
  calls: readonly CollectedData[],
  options: CollectorOptions = {},
  names: readonly string[] = [],
): Promise<[told: string[], lines: string[]]> {
  const storage = await temporaryFolder();
  const told: string[] = [];
  const onError = ({ message }: Error): void => void told.push(message);
  const collector = collectorIn(storage, designation, names, { onError, ...options });
  for (const data of calls) collector.collect(data);
  await collector.close();
  const lines = Object.values(filesIn(storage)).flatMap((text) => text.trimEnd().split('\r\n'));
  return [told, lines.map((line) => line.split(',', 2).join())];
}

describe('records whose columns are not those of the header', () => {
  const calls = [[{ a: 1, b: 2 }], [{ b: 3, a: 4 }], [{ b: 5, a: 6 }]];

  it.each(['inputs', 'predictions'] as const)(
    'stand below it in their own order, as the SDK wrote them, and that is told once (%s)',
    async (designation) => {
      const [told, lines] = await collected(designation, calls);
      expect(lines.slice(designation === 'inputs' ? 0 : 1).slice(-3)).toEqual(['1,2', '3,4', '5,6']);
      expect(told).toEqual(['rows of different columns stand below one header: column 0 is "a" and "b"']);
    },
  );

  it('are told where they are others than the feature names of rows before them', async () => {
    const [told] = await collected('inputs', [[1, 2], [{ b: 3, a: 4 }]], {}, ['a', 'b']);
    expect(told).toHaveLength(1);
  });

  it('are nothing to tell in a new blob, which has their own header', async () => {
    let time = NOW;
    const clock = (): number => {
      time += 86_400_000;
      return time;
    };
    const [told, lines] = await collected('predictions', calls.slice(0, 2), { clock });
    expect(lines).toEqual(['a,b', '1,2', 'b,a', '3,4']);
    expect(told).toEqual([]);
  });

  it('are no matter where they are the same, or where data has no names', async () => {
    const same = [[{ a: 1, b: 2 }], { a: [1], b: [2] }, [3, 4]];
    expect((await collected('inputs', same))[0]).toEqual([]);
    expect((await collected('inputs', [...same, [{ a: 1, b: 2 }]], {}, ['a', 'b']))[0]).toEqual([]);
  });
});

describe('names and rows apart', () => {
  it.each([
    { names: ['a'], data: [[1]] },
    {
      columns: ['a', 'b'],
      data: [
        [1, 2],
        [3, 4],
      ],
    },
  ])('are not taken for two columns of these names: %j', async (data) => {
    const [told, lines] = await collected('inputs', [data as unknown as CollectedData]);
    expect(told).toEqual([expect.stringMatching(/^can't collect this: "data" holds rows/)]);
    expect(lines).toEqual([]);
  });

  it('are columns where what they hold are values', async () => {
    expect(await collected('predictions', [{ names: ['a'], data: [1] }])).toEqual([
      [],
      ['names,data', 'a,1'],
    ]);
  });
});
