import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConvertOptions, convertTree } from '../../../src/convert/run.js';
import { verifyTree } from '../../../src/convert/verify/verify-tree.js';
import { type Trees, trees } from '../../support/both-trees.js';
import { errorOf } from '../../support/error-of.js';
import { readFolder } from '../../support/golden.js';
import { plainFile } from '../../support/legacy-file.js';
import { sourceName } from '../../support/rows.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { collector, eventsOf, rowsOf, treesOf } from './live-trees.js';

const COLUMNS = ['x', 'name'] as const;

function convert({ legacy, v2 }: Trees, options: ConvertOptions = {}): ReturnType<typeof convertTree> {
  return convertTree(legacy, v2, { workers: 0, skipExisting: true, ...options });
}

/** Calls in one stage; each `collect` of several rows is one call. */
async function collect(
  place: Trees,
  stage: 'legacy' | 'dual' | 'v2',
  calls: readonly (readonly (readonly [number, string])[])[],
): Promise<void> {
  const inputs = collector(place, 'inputs', COLUMNS, { stage });
  for (const rows of calls) inputs.collect(rows, 'user');
  await inputs.close();
}

/** One call whose rows are collected in two turns: two of `call(1, 2)`, and one more. @returns its id. */
async function answerTwice(place: Trees): Promise<string> {
  const inputs = collector(await trees(), 'inputs', COLUMNS);
  const correlations = inputs.collect(call(1), 'user');
  const predictions = collector(place, 'predictions', COLUMNS);
  for (const rows of [call(1, 2), [[7, 'later'] as const]]) {
    predictions.collect(predictions.addCorrelations(rows, correlations));
  }
  await Promise.all([inputs.close(), predictions.close()]);
  return String(correlations?.$aml_dc_correlation_id);
}

const call = (n: number, rows = 1): readonly (readonly [number, string])[] =>
  Array.from({ length: rows }, (_, i) => [n, `row ${i} of ${n}`] as const);

const texts = (...calls: readonly (readonly (readonly [number, string])[])[]): string[] =>
  calls.flatMap((rows) => rows.map(([x, name]) => JSON.stringify({ x, name }))).sort();

/** Where live collection writes. */
async function liveFile({ v2 }: Trees): Promise<string> {
  const files = await readdir(v2, { recursive: true });
  return join(v2, files.find((name) => name.endsWith('.jsonl') && !name.startsWith('_')) ?? '');
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

async function proved({ legacy, v2 }: Trees): Promise<void> {
  const report = await verifyTree(legacy, v2, { workers: 0 });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ ok: true, foreign: { files: 0 } });
}

describe('a conversion that skips what live collection has', () => {
  it('leaves a call out that live events have, and writes the others: each is there once', async () => {
    const place = await trees();
    await collect(place, 'legacy', [call(1), call(2, 3)]);
    await collect(place, 'dual', [call(3), call(4, 2)]);
    await collect(place, 'v2', [call(5)]);
    const report = await convert(place);
    expect(report.totals).toMatchObject({
      lines: 8,
      headers: 1,
      rows: 4,
      events: 2,
      existing: 3,
      rejected: {},
    });
    expect(rowsOf(place.v2)).toEqual(texts(call(1), call(2, 3), call(3), call(4, 2), call(5)));
    expect(new Set(eventsOf(place.v2).map(({ id }) => id)).size).toBe(5);
    await proved(place);
  });

  it('tells since when live collection writes each collection, in the report and in the journal', async () => {
    const place = await trees();
    await collect(place, 'dual', [call(1)]);
    const report = await convert(place);
    const [{ file } = { file: '' }] = eventsOf(place.v2);
    const [, path, hour] = /^(.*?)\/(\d{4}\/\d\d\/\d\d\/\d\d)\//.exec(file) ?? [];
    expect(report.live).toEqual({
      watermarks: [{ path, hour, files: 1, bytes: expect.any(Number) }],
      partly: [],
    });
    const journal = readFileSync(join(place.v2, `_migration/${report.sourceId}/journal.jsonl`), 'utf8');
    expect(journal).toContain(JSON.stringify({ kind: 'watermark', path, hour }));
  });

  it('takes a call for live that live collection has in several events, and history in one', async () => {
    const place = await trees();
    await answerTwice(place);
    expect(eventsOf(place.v2)).toHaveLength(2);
    expect((await convert(place)).totals).toMatchObject({ existing: 3, rows: 0, rejected: {} });
    expect(eventsOf(place.v2)).toHaveLength(2);
    await proved(place);
  });

  it('takes calls of more rows than an event holds for live, part by part', async () => {
    const place = await trees();
    await collect(place, 'dual', [call(1, 2500)]);
    await collect(place, 'legacy', [call(2, 1200)]);
    expect((await convert(place)).totals).toMatchObject({ existing: 2500, rows: 1200, events: 2 });
    await proved(place);
  });

  it('sets a call aside of which live events have only some rows, names it, and doubles and loses none', async () => {
    const place = await trees();
    const id = await answerTwice(place);
    const file = await liveFile(place);
    const lines = linesOf(file);
    const kept = lines.filter((line) => !line.includes('later'));
    expect(kept).toHaveLength(lines.length - 1);
    writeFileSync(file, `${kept.join('\n')}\n`);
    const report = await convert(place);
    expect(report.totals).toMatchObject({ rows: 0, existing: 0, rejected: { 'partly-live': 3 } });
    expect(report.live?.partly).toEqual([{ source: expect.stringMatching(/\.csv$/), calls: [id] }]);
    expect(rowsOf(place.v2)).toEqual(texts(call(1, 2)));
    await proved(place);
    // Its other rows come, as from a spool.
    writeFileSync(file, `${lines.join('\n')}\n`);
    const later = await convert(place);
    expect(later).toMatchObject({ again: { 'live-changed': 1 }, totals: { existing: 3, rejected: {} } });
    await proved(place);
  });

  it('gives the whole call back to history once it is taken out of the live files', async () => {
    const place = await trees();
    await collect(place, 'dual', [call(1), call(2)]);
    const file = await liveFile(place);
    const [first = '', ...others] = linesOf(file);
    await convert(place);
    writeFileSync(file, `${others.join('\n')}\n`);
    expect((await convert(place)).totals).toMatchObject({ rows: 1, existing: 1 });
    expect(rowsOf(place.v2)).toEqual(texts(call(1), call(2)));
    expect(eventsOf(place.v2).map(({ id }) => id)).toContain((JSON.parse(first) as { id: string }).id);
    await proved(place);
  });

  it('meets what live collection delivers late: the next run takes it out of history again', async () => {
    const place = await trees();
    await collect(place, 'dual', [call(1), call(2), call(3)]);
    const file = await liveFile(place);
    const [first = '', ...others] = linesOf(file);
    writeFileSync(file, `${first}\n`);
    expect((await convert(place)).totals).toMatchObject({ rows: 2, existing: 1 });
    appendFileSync(file, `${others.join('\n')}\n`);
    const doubled = await verifyTree(place.legacy, place.v2, { workers: 0 });
    expect(doubled.findings.map(({ mark }) => mark)).toEqual(['+', '+']);
    const report = await convert(place);
    expect(report).toMatchObject({
      converted: 1,
      again: { 'live-changed': 1 },
      totals: { rows: 0, existing: 3 },
    });
    expect(rowsOf(place.v2)).toEqual(texts(call(1), call(2), call(3)));
    await proved(place);
    expect(await convert(place)).toMatchObject({ converted: 0, unchanged: 1, totals: report.totals });
  });

  it('takes a line that is still being written for none', async () => {
    const place = await trees();
    await collect(place, 'dual', [call(1), call(2)]);
    const file = await liveFile(place);
    const [first = '', second = ''] = linesOf(file);
    writeFileSync(file, `${first}\n${second.slice(0, 100)}`);
    expect((await convert(place)).totals).toMatchObject({ rows: 1, existing: 1 });
  });

  it('knows a call of a sidecar by its correlation id, whatever the event is called', async () => {
    const place = await trees();
    await collect(place, 'dual', [call(1), call(2)]);
    const file = await liveFile(place);
    const others = linesOf(file).map((line) => {
      const event = JSON.parse(line) as Record<string, unknown>;
      return JSON.stringify({ ...event, id: crypto.randomUUID(), agent: 'azureml-ai-monitoring/1.0.0' });
    });
    writeFileSync(file, `${others.join('\n')}\n`);
    expect((await convert(place)).totals).toMatchObject({ rows: 0, existing: 2 });
    await proved(place);
  });

  it('changes nothing where there is no live collection: neither a byte nor what the journal says', async () => {
    const place = await trees();
    await collect(place, 'legacy', [call(1), call(2, 2)]);
    const other = { ...place, v2: join(await temporaryFolder(), 'v2') };
    await convert(place);
    await convert(other, { skipExisting: false });
    const [a, b] = [await readFolder(place.v2), await readFolder(other.v2)];
    const of = (files: ReadonlyMap<string, Buffer>): unknown =>
      [...files]
        .filter(([name]) => !/report\.json$|\/stages\//.test(name))
        .map(([name, bytes]) => [name, bytes.toString()]);
    expect(of(a)).toEqual(of(b));
    expect(await convert(other)).toMatchObject({ converted: 0, unchanged: 1 });
  });

  it('takes what another migration wrote for no live collection', async () => {
    const place = await trees();
    await collect(place, 'legacy', [call(1)]);
    const copy = { ...place, legacy: join(dirname(place.legacy), 'copy') };
    await convert(place, { skipExisting: false });
    renameSync(place.legacy, copy.legacy);
    const report = await convert(copy);
    expect(report).toMatchObject({ foreign: 1, totals: { rows: 1, existing: 0 } });
    expect(report.live).toBeUndefined();
  });
});

describe('a plan that makes rows of others, or lends them a correlation', () => {
  it('can\u2019t be met with live rows: the run stops before it writes, and names the way out', async () => {
    const name = sourceName('predictions', '2024/02/29', 'data.csv');
    const live = 'svc/m-1/model_outputs/2024/02/29/10/live000000.jsonl';
    const place = await treesOf({ [name]: plainFile('p', '1', '1,2,3') }, { [live]: '' });
    const error = await errorOf(convert(place, { explode: 'always' }));
    expect(error).toMatchObject({ code: 'conflict', place: { file: name } });
    expect(error.message).toContain('explodes rows');
    expect(error.remedy).toContain('--until 2024-02-29T10:00:00');
    expect((await convert(place, { explode: 'never', maxRejects: 1 })).totals).toMatchObject({ rows: 1 });
  });
});

describe('a conversion that is not told to skip anything', () => {
  it('stops before it writes a call that live collection may have, and names the way out', async () => {
    const place = await trees();
    await collect(place, 'dual', [call(1)]);
    const before = await readFolder(place.v2);
    const error = await errorOf(convert(place, { skipExisting: false }));
    expect(error).toMatchObject({ code: 'conflict' });
    expect(error.message).toContain('svc/best-model-3/model_inputs since 20');
    expect(error.remedy).toContain('--skip-existing');
    const after = await readFolder(place.v2);
    expect([...after.keys()].filter((name) => !name.includes('journal'))).toEqual([...before.keys()]);
  });

  it('does not mind live collection outside of the range that it is asked for, or on other days', async () => {
    const place = await trees();
    await collect(place, 'dual', [call(1)]);
    const [{ file } = { file: '' }] = eventsOf(place.v2);
    const hour = /\/(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)\//.exec(file)?.slice(1) ?? [];
    const until = `${hour.slice(0, 3).join('-')}T${hour[3]}:00:00`;
    expect((await convert(place, { skipExisting: false, until })).totals).toMatchObject({
      outOfRange: 1,
      rows: 0,
    });
    const later = join(place.v2, file.replace(/\d{4}\/\d\d\/\d\d\/\d\d/, '2031/01/01/00'));
    await mkdir(dirname(later), { recursive: true });
    renameSync(join(place.v2, file), later);
    await rm(join(place.v2, '_migration'), { recursive: true });
    expect((await convert(place, { skipExisting: false })).totals).toMatchObject({ rows: 1 });
  });
});

describe('rows without a correlation', () => {
  /** Predictions that answer nothing. */
  async function predict(
    place: Trees,
    stage: 'legacy' | 'dual' | 'v2',
    values: readonly number[],
  ): Promise<void> {
    const predictions = collector(place, 'predictions', ['p'], { stage });
    for (const value of values) predictions.collect([[value]]);
    await predictions.close();
  }

  const numbers = (root: string): number[] =>
    eventsOf(root)
      .flatMap(({ data }) => data.flatMap(({ p }) => (p === undefined ? [] : [Number(p)])))
      .sort((a, b) => a - b);

  it('meet by day and value: as many of each are left out as live collection wrote beside the legacy tree', async () => {
    const place = await trees();
    await predict(place, 'legacy', [1, 2, 2, 3]);
    await predict(place, 'dual', [2, 3, 4]);
    const report = await convert(place);
    expect(report.totals).toMatchObject({ rows: 4, existing: 3, rejected: {} });
    expect(numbers(place.v2)).toEqual([1, 2, 2, 2, 3, 3, 4]);
    await proved(place);
  });

  it('are not met by what was written in stage v2 alone, nor by calls that have a correlation', async () => {
    const place = await trees();
    await predict(place, 'legacy', [1, 2]);
    // Another process: its instance has a record of its own.
    const inputs = collector(place, 'inputs', ['x'], { stage: 'dual' });
    const predictions = collector(place, 'predictions', ['p'], { stage: 'dual' });
    predictions.collect(predictions.addCorrelations([[1]], inputs.collect([[9]])));
    await inputs.close();
    await predictions.close();
    await predict(place, 'v2', [1, 2]);
    const report = await convert(place);
    expect(report.totals).toMatchObject({ rows: 2, existing: 2 });
    expect(numbers(place.v2)).toEqual([1, 1, 1, 2, 2]);
    await proved(place);
  });
});
