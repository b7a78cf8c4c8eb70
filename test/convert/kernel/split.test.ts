import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConvertTask } from '../../../src/convert/convert-task.js';
import { combineCrc32 } from '../../../src/convert/crc32.js';
import { takeCensusFast } from '../../../src/convert/kernel/take-census-fast.js';
import { makeSegments } from '../../../src/convert/segments.js';
import { CORRELATION_HEADER } from '../../support/rows.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { type Both, bothPaths, ChunkedStorage, expectTheSame, type Options } from './both-paths.js';

const HEADER = `age,note,${CORRELATION_HEADER}`;

/** `calls` of 1 to 4 rows, `perHour` in each hour; line endings, quotes and newlines of every kind. */
function correlated(calls: number, perHour: number): string {
  const rows: string[] = [];
  for (let call = 0; call < calls; call += 1) {
    const hour = String(Math.floor(call / perHour) % 24).padStart(2, '0');
    const time = `2018-12-30T${hour}:${String(call % 60).padStart(2, '0')}:00.25`;
    for (let row = 0; row <= call % 4; row += 1) {
      const note = ['plain', '"a, ""b"""', '"two\nlines"', '"\r\n"', 'é', ''][(call + row) % 6];
      const values = `id-${call},${time},1440,sub-1/rg-1/ws-1,svc,model,3,`;
      rows.push(
        `${call},${note},${values}${call % 3 === 0 ? '' : `r-${call}`}${row % 2 === 0 ? '\r\n' : '\n'}`,
      );
    }
    if (call % 50 === 7) rows.push('\r\n');
  }
  return rows.join('');
}

async function split(content: string, options: Options): Promise<NonNullable<Both['conversion']['split']>> {
  const both = await bothPaths(Buffer.from(content), options);
  expectTheSame(both, 'split');
  expect(both.conversion.split).toBeDefined();
  return both.conversion.split!;
}

/** Offsets of the places where the census would have the file cut. */
async function findSplits(
  content: Uint8Array,
  splitting: { least: number; every: number; reach: number },
): Promise<number[]> {
  const source = new ChunkedStorage(() => 97);
  source.put('a', content);
  const { etag = '' } = (await source.stat('a')) ?? {};
  const ledger = join(await temporaryFolder(), 'ledger');
  const task = { source: 'a', object: 'a', size: content.length, etag, ledger, saveLedger: false };
  const own = { header: 'auto', designation: 'inputs', keepAmlColumns: false } as const;
  const census = await takeCensusFast({ ...task, ...own }, { source }, splitting);
  return (census?.splits ?? []).map(({ offset }) => offset);
}

describe('a file in segments is the file in one piece', () => {
  const sizes = (): number => 97;

  it('with calls across hours, cut in the middle of hours and at their ends', async () => {
    const content = `${HEADER}\r\n${correlated(400, 37)}`;
    for (const every of [1, 500, 5000, 20_000]) {
      const { segments, files, result } = await split(content, { every, sizes });
      expect(segments).toBeGreaterThan(1);
      expect(files.size).toBe(11);
      expect(result.headers).toBe(1);
    }
    expect((await split(content, { every: 1, sizes })).segments).toBeGreaterThan(200);
  });

  it('is cut where the hour changes, if it does so soon enough: then no hour is put together from parts', async () => {
    const content = Buffer.from(`${HEADER}\r\n${correlated(480, 20)}`, 'utf8');
    const text = content.toString('latin1');
    const firstOfHour = Array.from({ length: 24 }, (_, hour) => {
      const row = text.indexOf(`,id-${hour * 20},`);
      return text.lastIndexOf('\n', text.lastIndexOf(`${hour * 20},`, row - 1)) + 1;
    });
    const every = Math.ceil(content.length / 6);
    const near = await findSplits(content, { least: 0, every, reach: content.length });
    expect(near.length).toBeGreaterThan(3);
    for (const offset of near) expect(firstOfHour).toContain(offset);
    const soon = await findSplits(content, { least: 0, every, reach: 200 });
    expect(soon.length).toBeGreaterThan(3);
    expect(soon.some((offset) => !firstOfHour.includes(offset))).toBe(true);
  });

  it('where hours come back', async () => {
    const content = `${HEADER}\r\n${correlated(300, 5)}`;
    const { files } = await split(content, { every: 3000, sizes });
    expect(files.size).toBe(24);
  });

  it('without a header, and without an end to its last line', async () => {
    await split(correlated(200, 20).slice(0, -2), { every: 1000, sizes, header: 'absent' });
  });

  it('of rows without the eight values, whose packs of 1,000 stay whole', async () => {
    const rows = Array.from({ length: 4321 }, (_, i) => `${i},"x\n${i}"${i % 3 === 0 ? '\r\n' : '\n'}`);
    for (const every of [1, 9000, 30_000]) {
      const { result, segments } = await split(`age,note\n${rows.join('')}`, { every, sizes });
      expect(result.events).toBe(5);
      expect(segments).toBe(every === 30_000 ? 2 : 5);
    }
  });

  it('within a range of times', async () => {
    const settings = {
      empty: 'string',
      keepAmlColumns: false,
      since: '2018-12-30T02:10:00',
      until: '2018-12-30T07:00:00',
    } as const;
    const { result } = await split(`${HEADER}\n${correlated(400, 37)}`, { every: 2000, sizes, settings });
    expect(result.outOfRange).toBeGreaterThan(100);
    expect(result.rows).toBeGreaterThan(100);
  });

  it('and has no split where the reference must convert it', async () => {
    for (const last of ['1,2\r\n', `${HEADER}\r\n`, correlated(1, 1)]) {
      const both = await bothPaths(Buffer.from(`${HEADER}\r\n${correlated(100, 10)}${last}`), {
        every: 500,
        sizes,
      });
      expectTheSame(both, last);
      expect(both.conversion.split).toBeUndefined();
    }
  });

  it('or is left to the reference as a whole, with nothing left behind, if one segment is irregular', async () => {
    // The census takes 7.5 in the last row for a number; the plan is told that the column is of integers.
    const last = 'late,2018-12-30T23:00:00,1440,sub-1/rg-1/ws-1,svc,model,3,';
    const content = `${HEADER}\r\n${correlated(100, 10)}7.5,x,${last}\r\n`;
    const both = await bothPaths(Buffer.from(content), { every: 500, sizes, types: ['integer', 'string'] });
    expect(both.census.kernel).toBeDefined();
    expect(both.conversion).not.toHaveProperty('kernel');
    expect(both.conversion).not.toHaveProperty('split');
    expect(both.leftBehind).toEqual([]);
  });
});

describe('segments', () => {
  const task = (size: number, ...offsets: readonly number[]): ConvertTask =>
    ({ size, splits: offsets.map((offset) => ({ offset, ordinal: offset / 10 })) }) as unknown as ConvertTask;

  it('cover the file, of about one size each', () => {
    const offsets = Array.from({ length: 30 }, (_, i) => (i + 1) * 64);
    expect(makeSegments(task(2000, ...offsets), 4)).toEqual([
      { start: 0, end: 512, ordinal: 0 },
      { start: 512, end: 1024, ordinal: 51.2 },
      { start: 1024, end: 1472, ordinal: 102.4 },
      { start: 1472, end: 2000, ordinal: 147.2 },
    ]);
  });

  it('are as many as the splits allow, and never empty', () => {
    expect(makeSegments(task(2000), 4)).toEqual([{ start: 0, end: 2000, ordinal: 0 }]);
    expect(makeSegments({ size: 5 } as ConvertTask, 4)).toHaveLength(1);
    expect(makeSegments(task(2000, 1000), 4).map(({ start }) => start)).toEqual([0, 1000]);
    expect(makeSegments(task(2000, 10, 1990), 4).map(({ start }) => start)).toEqual([0]);
  });
});

it('the CRC-32 of parts comes to that of the whole (property)', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat(5000), (bytes, at) => {
      const [a, b] = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(combineCrc32(crc32(a), crc32(b), b.length)).toBe(crc32(bytes));
    }),
  );
});
