import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { convertTree } from '../../../src/convert/run.js';
import type { VerifyReport } from '../../../src/convert/verify/report.js';
import { verifyTree } from '../../../src/convert/verify/verify-tree.js';
import { collector, editLive, type Trees, trees } from './live-trees.js';

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
