import { describe, expect, test } from 'vitest';
import { CallReader, CallRecords } from '../../../src/convert/compare/call-reader.js';
import { type CallPlace, PARTITIONS, type Side } from '../../../src/convert/compare/call-record.js';
import { CallWriter } from '../../../src/convert/compare/call-writer.js';
import { idHash } from '../../../src/convert/compare/id-hash.js';
import { MetCalls } from '../../../src/convert/compare/meet-calls.js';
import { joinRows, type RowsDigest, sameRows } from '../../../src/convert/compare/rows-digest.js';
import { RowsHash } from '../../../src/convert/compare/rows-hash.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const PLACE: CallPlace = {
  collection: 3,
  time: -62_135_596_800_000,
  file: 7,
  offset: 2 ** 40 + 1,
  bytes: 2 ** 33,
  line: 2 ** 31 + 5,
  part: 2,
  isRejected: true,
  isMisfit: false,
  isSampledOut: true,
  isOutsideDual: true,
};
const ROWS: RowsDigest = {
  ...{ rows: 1000, orderA: -1, orderB: 2, sumA: -(2 ** 31), sumB: 2 ** 31 - 1, spelling: 9 },
  isRounded: true,
};

function write(folder: string, side: Side, tag: string, ids: readonly string[]): void {
  const writer = new CallWriter(folder, side, tag);
  for (const id of ids) writer.add({ correlationId: id, base: id }, PLACE, ROWS);
  writer.flush();
}

/** All partitions, each in memory of its own. */
function readAll(folder: string, side: Side, tags: readonly string[]): CallRecords[] {
  return Array.from({ length: PARTITIONS }, (_, partition) =>
    new CallReader(folder, side).read(tags, partition),
  );
}

describe('calls in a temporary folder', () => {
  test('come back as they were, those of a call from one partition', async () => {
    const folder = await temporaryFolder();
    const writer = new CallWriter(folder, 'v2', '0');
    for (const part of ['a', 'a.1', 'a.2']) writer.add({ correlationId: part, base: 'a' }, PLACE, ROWS);
    writer.flush();
    const found = readAll(folder, 'v2', ['0']).filter(({ count }) => count > 0);
    expect(found.map(({ count }) => count)).toEqual([3]);
    expect(found[0]?.at(2)).toEqual({ ...PLACE, ...ROWS });
  });

  test('are all there, however many and from however many threads, and meet those of their ids', async () => {
    const folder = await temporaryFolder();
    const ids = Array.from({ length: 3000 }, (_, i) => `id-${i}`);
    // So many of one partition that its buffer is written more than once.
    const same = Array.from({ length: 700 }, () => 'same');
    write(folder, 'legacy', '0', [...ids.slice(0, 1000), ...same]);
    write(folder, 'legacy', '1', ids.slice(1000));
    write(folder, 'v2', '1', ids.slice(500));
    const [legacy, v2] = [readAll(folder, 'legacy', ['0', '1']), readAll(folder, 'v2', ['0', '1'])];
    const counts = { both: 0, legacy: 0, v2: 0, doubled: 0 };
    for (const [partition, records] of legacy.entries()) {
      const met = new MetCalls(records, v2[partition] ?? new CallRecords(new Uint8Array(0)));
      for (let id = 0; id < met.count; id += 1) {
        if (met.isDoubled(id)) counts.doubled += met.allLegacy(id).length;
        else if (met.legacy(id) >= 0 && met.v2(id) >= 0) counts.both += 1;
        else if (met.legacy(id) >= 0) counts.legacy += 1;
        else counts.v2 += 1;
      }
    }
    expect(counts).toEqual({ both: 2500, legacy: 500, v2: 0, doubled: 700 });
  });
});

test('ids that are alike have hashes that are not, in any two words', () => {
  const ids = Array.from(
    { length: 50_000 },
    (_, i) => `4331a496-194d-41db-882d-${String(i).padStart(12, '0')}`,
  );
  const hashes = ids.map((id) => idHash(id, new Int32Array(4)));
  for (const [a, b] of [
    [0, 1],
    [1, 2],
    [2, 3],
  ] as const) {
    expect(new Set(hashes.map((hash) => `${hash[a]} ${hash[b]}`)).size).toBe(ids.length);
  }
});

describe('a digest of rows', () => {
  function digest(...rows: readonly (readonly [column: number, text: string][])[]): RowsHash {
    const hash = new RowsHash(false);
    for (const row of rows) {
      for (const [column, text] of row) hash.addText(column, text, 0, text.length);
      hash.endRow();
    }
    return hash;
  }

  test('of two lists is that of both together', () => {
    const [a, b, c] = [[[1, 'x']], [[1, 'y']], [[1, 'z']]] as [number, string][][];
    const all = digest(a ?? [], b ?? [], c ?? []);
    expect(sameRows(joinRows(digest(a ?? []), digest(b ?? [], c ?? [])), all)).toBe(true);
    expect(sameRows(joinRows(digest(b ?? [], c ?? []), digest(a ?? [])), all)).toBe(false);
  });

  test('tells apart values that changed places', () => {
    expect(
      sameRows(
        digest([
          [1, 'x'],
          [2, 'y'],
        ]),
        digest([
          [1, 'y'],
          [2, 'x'],
        ]),
      ),
    ).toBe(false);
    expect(
      sameRows(
        digest([
          [1, 'x'],
          [2, 'y'],
        ]),
        digest([
          [2, 'y'],
          [1, 'x'],
        ]),
      ),
    ).toBe(true);
    expect(sameRows(digest([[1, 'x']], [[1, 'y']]), digest([[1, 'y']], [[1, 'x']]))).toBe(false);
    expect(
      sameRows(
        digest(
          [
            [1, 'x'],
            [2, 'y'],
          ],
          [
            [1, 'z'],
            [2, 'w'],
          ],
        ),
        digest(
          [
            [1, 'x'],
            [2, 'w'],
          ],
          [
            [1, 'z'],
            [2, 'y'],
          ],
        ),
      ),
    ).toBe(false);
  });
});
