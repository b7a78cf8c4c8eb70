import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConvertReport } from '../../../src/convert/report.js';
import { convertTree } from '../../../src/convert/run.js';
import { verifyTree } from '../../../src/convert/verify/verify-tree.js';
import type { Trees } from '../../support/both-trees.js';
import { errorOf } from '../../support/error-of.js';
import { callRows, correlatedFile, otherCalls } from '../../support/legacy-file.js';
import { correlation, sourceName } from '../../support/rows.js';
import { eventsOf, liveLine, liveName, treesOf } from './live-trees.js';

const INPUTS = sourceName();

/** An event as Azure's own collector writes it: under the id of the first request that it joins. */
function azureLine(id: string, rows: number): string {
  const data = Array.from({ length: rows }, (_, i) => `{"a":${i}}`).join(',');
  return liveLine(id, `[${data}]`).replace('mdc-bridge/1', 'azureml-ai-monitoring/1.0.0');
}

function convert({ legacy, v2 }: Trees): Promise<ConvertReport> {
  return convertTree(legacy, v2, { workers: 0, skipExisting: true });
}

describe('an event of another collector', () => {
  it('that has more rows than its call holds other calls’ rows, under no name of theirs: the run stops, writes nothing of the source, and names the way out', async () => {
    const file = correlatedFile('a', ...callRows('user0', 1), ...callRows('user1', 1));
    const place = await treesOf({ [INPUTS]: file }, { [liveName()]: azureLine('user0', 2) });
    const error = await errorOf(convert(place));
    expect(error).toMatchObject({ code: 'conflict', place: { file: INPUTS } });
    expect(error.message).toContain('user0');
    expect(error.remedy).toContain('--until 2024-02-29T01:00:00');
    expect(error.remedy).toContain('--deployment');
    expect(eventsOf(place.v2).map(({ correlationid }) => correlationid)).toEqual(['user0']);
  });

  it('is left alone on either way out', async () => {
    const calls = correlatedFile('a', ...callRows('user0', 1), ...callRows('user1', 1));
    const earlier = correlatedFile('a', `0,${correlation('before', '2024-02-29T00:59:59')}`);
    for (const [options, rows] of [
      [{ until: '2024-02-29T01:00:00', replan: true, skipExisting: true }, 1],
      [{ deployment: '{model}-{version}-history', skipExisting: true }, 3],
    ] as const) {
      const place = await treesOf(
        { [INPUTS]: calls, [sourceName('inputs', '2024/02/28')]: earlier },
        { [liveName()]: azureLine('user0', 2) },
      );
      await errorOf(convert(place));
      const { totals } = await convertTree(place.legacy, place.v2, { workers: 0, ...options });
      expect(totals).toMatchObject({ rows, existing: 0 });
      expect(await verifyTree(place.legacy, place.v2, { workers: 0 })).toMatchObject({ ok: true });
    }
  });

  it('that has got other calls’ rows since then is a finding of verify', async () => {
    const file = correlatedFile('a', ...callRows('user0', 1), ...callRows('user1', 1, 1));
    const place = await treesOf({ [INPUTS]: file }, { [liveName()]: azureLine('user0', 1) });
    expect((await convert(place)).totals).toMatchObject({ existing: 1, rows: 1 });
    expect(await verifyTree(place.legacy, place.v2, { workers: 0 })).toMatchObject({ ok: true });
    await writeFile(join(place.v2, liveName()), azureLine('user0', 2));
    expect((await verifyTree(place.legacy, place.v2, { workers: 0 })).findings).toEqual([
      expect.objectContaining({
        mark: '+',
        rows: 1,
        text: expect.stringContaining('event has 1 row more than its call'),
        object: { name: liveName(), line: 1 },
      }),
    ]);
  });

  it('whose call comes back after its hour was forgotten has the rows of all its parts', async () => {
    const hours = ['00', '02', '04', '06', '08'];
    const at = (id: string, hour: string, a = 0): string =>
      `${a},${correlation(id, `2024-02-29T${hour}:30:00`)}`;
    const file =
      correlatedFile('a') +
      [
        ...Array.from({ length: 1000 }, (_, a) => at('long', '10', a)),
        ...hours.map((hour) => at(`c${hour}`, hour)),
        at('long', '10', 1000),
      ]
        .map((line) => `${line}\r\n`)
        .join('');
    const live = Object.fromEntries(
      [...hours.map((hour) => [hour, azureLine(`c${hour}`, 1)]), ['10', azureLine('long', 1001)]].map(
        ([hour, line]) => [liveName(`2024/02/29/${hour}`), line ?? ''],
      ),
    );
    const place = await treesOf({ [INPUTS]: file }, live);
    expect((await convert(place)).totals).toMatchObject({ existing: 1006, rows: 0 });
    expect(await verifyTree(place.legacy, place.v2, { workers: 0 })).toMatchObject({
      ok: true,
      findings: [],
    });
  });

  it('that has as many rows as its call is met by it, also where they stand apart', async () => {
    const file = correlatedFile('a', ...callRows('x', 1), ...callRows('y', 2), ...callRows('x', 1, 1));
    const place = await treesOf(
      { [INPUTS]: file },
      { [liveName()]: azureLine('x', 2) + azureLine('y', 1) + azureLine('z', 9) },
    );
    expect((await convert(place)).totals).toMatchObject({
      existing: 2,
      rows: 0,
      rejected: { 'partly-live': 2 },
    });
  });

  it('may have a row of its call that the legacy tree has spoilt', async () => {
    const file = correlatedFile('a', ...callRows('x', 1), '"a"b', ...callRows('y', 1));
    const place = await treesOf({ [INPUTS]: file }, { [liveName()]: azureLine('x', 2) });
    expect((await convert(place)).totals).toMatchObject({ rows: 1 });
  });

  it('stops the run though thousands of its kind are open', async () => {
    const n = 66_000;
    const file =
      correlatedFile('a') +
      otherCalls(n)
        .map((line) => `${line}\r\n`)
        .join('');
    const live = Array.from({ length: n }, (_, i) => azureLine(`other-${i}`, 2)).join('');
    const error = await errorOf(convert(await treesOf({ [INPUTS]: file }, { [liveName()]: live })));
    expect(error).toMatchObject({ code: 'conflict' });
    expect(error.message).toContain('other-0');
  });
});
