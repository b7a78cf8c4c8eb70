import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { convertTree } from '../../../src/convert/run.js';
import type { VerifyReport } from '../../../src/convert/verify/report.js';
import { verifyTree } from '../../../src/convert/verify/verify-tree.js';
import { type Trees, trees } from '../../support/both-trees.js';
import { correlatedFile } from '../../support/legacy-file.js';
import { correlation, sourceName } from '../../support/rows.js';
import { collector, editLive, liveLine, liveName, treesOf } from './live-trees.js';

let place: Trees;
let live: string;

const verify = (): Promise<VerifyReport> => verifyTree(place.legacy, place.v2, { workers: 0 });

/** Two calls that live collection has: before the conversion there is no other file, and afterwards no other event. */
beforeEach(async () => {
  place = await trees();
  const inputs = collector(place, 'inputs', ['x', 'name']);
  inputs.collect([[1, 'a']]);
  inputs.collect([
    [2, 'b'],
    [3, 'c'],
  ]);
  await inputs.close();
  const [file = ''] = (await readdir(place.v2, { recursive: true })).filter((name) =>
    /^svc.*\.jsonl$/.test(name),
  );
  live = join(place.v2, file);
  const report = await convertTree(place.legacy, place.v2, { workers: 0, skipExisting: true });
  expect(report.totals).toMatchObject({ rows: 0, existing: 3 });
});

function editRow(from: string, to: string): void {
  editLive(place.v2, (lines) => lines.map((line) => line.replace(from, to)));
}

describe('verify of what was left out', () => {
  it('finds the rows in the live events, and says how many', async () => {
    expect(await verify()).toMatchObject({
      ok: true,
      totals: { existing: 3, same: 0, rowsOut: 0 },
      files: [{ balanced: true, existing: 3 }],
    });
  });

  it('finds one whose value is another in the live event', async () => {
    editRow('{"x":2,"name":"b"}', '{"x":2,"name":"B"}');
    const { ok, findings, totals } = await verify();
    expect(ok).toBe(false);
    expect(findings).toEqual([
      expect.objectContaining({
        mark: '-',
        rows: 1,
        text: 'live events have the call, and no row of these values',
      }),
    ]);
    expect(totals).toMatchObject({ existing: 2, lost: 1 });
  });

  it('takes a number that is only written otherwise, or as text, for the same', async () => {
    editRow('{"x":2,', '{"x":2.0,');
    editRow('{"x":3,', '{"x":"3",');
    expect(await verify()).toMatchObject({ ok: true, totals: { existing: 3 } });
  });

  it.each([
    ['"name":"a"', '"name":null'],
    ['"name":"infamous"', '"name":null'],
    ['"name":"Kinf"', '"name":null'],
    ['9007199254740993', '9007199254740992'],
    ['9007199254740993', '9007199254740993.0000000000000001'],
    ['0.5', '0.50000000000000001'],
    ['1e-07', '1.0000000000000001e-07'],
  ])('finds that a live %s has become %s', async (was, is) => {
    const other = await trees();
    const inputs = collector(other, 'inputs', ['x', 'name']);
    for (const name of ['a', 'infamous', 'Kinf']) inputs.collect([[1, name]]);
    for (const x of [9007199254740993n, 0.5, 1e-7]) inputs.collect([[x, 'z']]);
    await inputs.close();
    await convertTree(other.legacy, other.v2, { workers: 0, skipExisting: true });
    expect(await verifyTree(other.legacy, other.v2, { workers: 0 })).toMatchObject({
      ok: true,
      totals: { existing: 6 },
    });
    editLive(other.v2, (lines) => lines.map((line) => line.replace(was, is)));
    expect(await verifyTree(other.legacy, other.v2, { workers: 0 })).toMatchObject({
      ok: false,
      totals: { existing: 5, lost: 1 },
    });
  });

  it.each(['inf', '-inf', 'nan', ''])('takes null for %j, for which JSON has no number', async (token) => {
    const other = await treesOf(
      { [sourceName()]: correlatedFile('a', `${token},${correlation('x')}`) },
      { [liveName()]: liveLine('x', '[{"a":null}]') },
    );
    await convertTree(other.legacy, other.v2, { workers: 0, skipExisting: true });
    expect(await verifyTree(other.legacy, other.v2, { workers: 0 })).toMatchObject({
      ok: true,
      totals: { existing: 1 },
    });
  });

  it('finds a call that is gone from the live events', async () => {
    editLive(place.v2, (lines) => lines.slice(1));
    const { findings, totals } = await verify();
    expect(findings.map(({ mark, rows }) => [mark, rows])).toEqual([['-', 1]]);
    expect(totals).toMatchObject({ existing: 2, lost: 1 });
  });

  it('finds a call that live collection has got since, and history as well', async () => {
    const text = readFileSync(live, 'utf8');
    editLive(place.v2, (lines) => lines.slice(1));
    await convertTree(place.legacy, place.v2, { workers: 0, skipExisting: true });
    writeFileSync(live, text);
    const { findings } = await verify();
    expect(findings).toEqual([
      expect.objectContaining({ mark: '+', text: expect.stringContaining("is live collection's as well") }),
    ]);
  });

  it('finds rows that were set aside as partly live, and are not', async () => {
    const text = readFileSync(live, 'utf8');
    editRow(',{"x":3,"name":"c"}', '');
    const report = await convertTree(place.legacy, place.v2, { workers: 0, skipExisting: true });
    expect(report.totals).toMatchObject({ existing: 1, rejected: { 'partly-live': 2 } });
    expect(await verify()).toMatchObject({ ok: true, totals: { rejected: { 'partly-live': 2 } } });
    writeFileSync(live, text);
    expect((await verify()).findings).toEqual([
      expect.objectContaining({
        text: 'the rows are set aside as partly live, but live events have them all',
      }),
    ]);
    editLive(place.v2, (lines) => lines.slice(0, 1));
    expect((await verify()).findings).toEqual([
      expect.objectContaining({
        text: 'the rows are set aside as partly live, but no live event is of their call',
      }),
    ]);
  });

  it('takes a line that is still being written for none', async () => {
    appendFileSync(live, '{"specversion":"1.0","id":"');
    expect(await verify()).toMatchObject({ ok: true });
  });
});
