import { appendFile, cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { planMigration } from '../../src/convert/plan.js';
import { convertTree } from '../../src/convert/run.js';
import type { Progress } from '../../src/convert/run-options.js';
import type { VerifyReport } from '../../src/convert/verify/report.js';
import { type VerifyOptions, verifyTree } from '../../src/convert/verify/verify-tree.js';
import { correlated, header, MODEL, makePair, marksOf, removePair, TreePair } from './verify/good-tree.js';

const TIME = '2024-02-29T10:00:00';
const FIXTURES = new URL('../../fixtures/', import.meta.url).pathname;

const file = (day: string, id: string): Record<string, string> => ({
  [`inputs/2024/02/${day}/inputs.csv`]: header('n') + correlated('1', id, `2024-02-${day}T10:00:00`),
});

let pair: TreePair;
const all: TreePair[] = [];
beforeEach(async () => {
  pair = await makePair({ ...file('27', 'a'), ...file('28', 'b'), ...file('29', 'c') });
  all.push(pair);
});
afterAll(async () => {
  for (const one of all) await removePair(one);
});

const source = (day: string): string => join(pair.source, MODEL, `inputs/2024/02/${day}/inputs.csv`);

describe('The golden containers', () => {
  const containers = {
    diabetes: 'diabetes/modeldata',
    'wide-predictions': 'wide-predictions/modeldata',
    'variants-modeldata': 'variants/modeldata',
    'variants-odeldata': 'variants/odeldata',
    'variants-other': 'variants/other',
  };
  test.each(Object.entries(containers))(
    'of %s: the trees that the oracle made are good',
    async (name, container) => {
      const golden = new TreePair(join(pair.folder, name));
      const from = join(FIXTURES, 'legacy', container);
      const plan = await planMigration(from, { workers: 0 });
      await cp(join(FIXTURES, 'expected', name), golden.destination, { recursive: true });
      const migration = join(golden.destination, '_migration', plan.source.id);
      await mkdir(migration, { recursive: true });
      await writeFile(join(migration, 'plan.json'), JSON.stringify(plan));
      await rename(join(golden.destination, 'rejects'), join(migration, 'rejects')).catch(() => undefined);
      const report = await verifyTree(from, golden.destination, { workers: 0 });
      expect(report.findings).toEqual([]);
      expect(report).toMatchObject({ ok: true, totals: { unbalanced: 0 } });
      expect(report.totals.same).toBeGreaterThan(0);
    },
  );
});

describe('Between the conversion and the audit', () => {
  test('a source that has grown is named, and the rows that were planned are still compared', async () => {
    await appendFile(source('28'), correlated('2', 'd', TIME));
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['*0']);
    expect(report.findings[0]?.text).toContain('has changed since it was planned');
    expect(report.totals.same).toBe(3);
  });

  test('a source that is gone is named', async () => {
    await rm(source('28'));
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['+0']);
    expect(report.files[1]).toMatchObject({ sha256: '', findings: 1 });
  });

  test('a source that came later is named, unless it is left out', async () => {
    await mkdir(dirname(source('26')), { recursive: true });
    await writeFile(source('26'), 'x');
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['-0']);
    expect(report.findings[0]?.text).toContain('not in the plan');
    expect((await pair.verify({ exclude: ['**/26/*.csv'] })).ok).toBe(true);
  });

  test('a source that the plan was told to leave out is no news, however many come', async () => {
    const destination = join(pair.folder, 'partial');
    const exclude = ['**/28/*.csv'];
    await convertTree(pair.source, destination, { exclude, include: ['**/02/**'], workers: 0 });
    const partial = (): Promise<VerifyReport> => verifyTree(pair.source, destination, { workers: 0 });
    expect(await partial()).toMatchObject({ ok: true, totals: { files: 2 } });
    await rm(source('28'));
    await mkdir(dirname(source('26')), { recursive: true });
    await writeFile(source('26'), 'x');
    const report = await partial();
    expect(marksOf(report)).toEqual(['-0']);
    expect(report.findings[0]?.source?.name).toContain('/26/');
  });

  test('a file with a foreign name is counted, not read', async () => {
    const [name = ''] = await pair.events();
    await pair.write(name.replace(/[^/]+$/, 'ef484bd292bc4cd4ad462efc33ddbbbe000004.jsonl'), 'not ours');
    const report = await pair.verify();
    expect(report).toMatchObject({ ok: true, foreign: { files: 1, bytes: 8 } });
  });

  test('a source of which nothing is there is one finding', async () => {
    const name = await pair.find('/28/');
    await pair.remove(name);
    const report = await pair.verify();
    expect(marksOf(report)).toEqual(['-1']);
    expect(report.findings[0]?.text).toContain('holds nothing of this source');
  });

  test('an event that two sources have is a duplicate: the consumer would mix their rows', async () => {
    const two = await makePair({ ...file('27', 'same'), ...file('28', 'same') });
    all.push(two);
    const report = await two.verify();
    expect(marksOf(report)).toEqual(['*0']);
    expect(report.findings[0]?.text).toMatch(/^two events have one id and correlationid: .*27.* and .*28/);
  });
});

describe('Options', () => {
  test('a sample reads some files, but those whole, and the seed chooses the same again', async () => {
    const sample = { fraction: 0.5, seed: 3 };
    const report = await pair.verify({ sample });
    expect(report.files.length).toBe(3 - (report.sample?.filesLeftOut ?? 0));
    expect(await pair.verify({ sample })).toEqual(report);
    expect((await pair.verify({ sample: { fraction: 1, seed: 0 } })).files).toHaveLength(3);
    const chosen = await Promise.all(
      [1, 2, 3, 4, 5].map(async (seed) =>
        (await pair.verify({ sample: { fraction: 0.4, seed } })).files.map((f) => f.source),
      ),
    );
    expect(new Set(chosen.map(String)).size).toBeGreaterThan(1);
  });

  test('a sample must be a share of the files', async () => {
    await expect(pair.verify({ sample: { fraction: 0, seed: 1 } })).rejects.toMatchObject({ code: 'usage' });
    await expect(pair.verify({ sample: { fraction: 2, seed: 1 } })).rejects.toMatchObject({ code: 'usage' });
  });

  test('findings beyond the limit are counted', async () => {
    for (const name of await pair.events()) await pair.remove(name);
    const report = await pair.verify({ maxFindings: 2 });
    expect(report.findings).toHaveLength(2);
    expect(report.findingsLeftOut).toBe(1);
    expect(await pair.verify({ maxFindings: 0 })).toMatchObject({
      ok: false,
      findings: [],
      findingsLeftOut: 3,
    });
  });

  test('include and exclude choose sources', async () => {
    const [name = ''] = await pair.events();
    await pair.remove(name);
    expect(await pair.verify({ include: ['**/28/*.csv'] })).toMatchObject({ ok: true, totals: { files: 1 } });
    expect(await pair.verify({ exclude: ['**/28/*.csv'] })).toMatchObject({
      ok: false,
      totals: { files: 2 },
    });
  });

  test('progress ends with all files and bytes', async () => {
    const seen: Progress[] = [];
    await pair.verify({ onProgress: (progress) => seen.push(progress) });
    const last = seen.at(-1);
    expect(last).toMatchObject({ phase: 'verify', filesDone: 3, filesTotal: 3 });
    expect(last?.bytesDone).toBe(last?.bytesTotal);
  });

  test('an aborted run ends with the error "aborted", and leaves no temporary folder', async () => {
    // A place of its own: other tests make such folders at the same time.
    const place = await mkdtemp(join(tmpdir(), 'mdc-test-'));
    vi.stubEnv('TMPDIR', place);
    onTestFinished(() => {
      vi.unstubAllEnvs();
      return rm(place, { recursive: true });
    });
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    await expect(pair.verify({ signal: controller.signal, onProgress })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(await readdir(place)).toEqual([]);
  });
});

describe('The plan in the destination', () => {
  test('that is missing is a conflict, and the message says what is there', async () => {
    const other = await makePair(file('27', 'a'));
    all.push(other);
    const mixed = verifyTree(other.source, pair.destination, { workers: 0 });
    await expect(mixed).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('DEST holds modeldata-'),
    });
    const empty = verifyTree(other.source, join(other.folder, 'nothing'), { workers: 0 });
    await expect(empty).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('no migration at all'),
    });
  });

  test("knows the prefix and the container's name, which need not be told again", async () => {
    const destination = join(pair.folder, 'prefixed');
    const place = { prefix: 'archive', sourceName: 'container' };
    await convertTree(pair.source, destination, { ...place, workers: 0 });
    const verified = (options: VerifyOptions = {}): Promise<VerifyReport> =>
      verifyTree(pair.source, destination, { ...options, workers: 0 });
    expect(await verified()).toMatchObject({ ok: true, totals: { same: 3 } });
    expect(await verified(place)).toMatchObject({ ok: true });
    await expect(verified({ prefix: 'other' })).rejects.toMatchObject({ code: 'usage' });
    await expect(verified({ sourceName: 'x' })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('that can not be read is an error of its own', async () => {
    const name = join(
      '_migration',
      (await readdir(join(pair.destination, '_migration')))[0] ?? '',
      'plan.json',
    );
    await pair.write(name, '{"kind":"something else"}');
    await expect(pair.verify()).rejects.toMatchObject({ code: 'plan-file' });
    await pair.write(name, '{');
    await expect(pair.verify()).rejects.toMatchObject({ code: 'plan-file', place: { file: name } });
  });
});

describe('Any changed byte of an event file', () => {
  let rich: TreePair;
  beforeAll(async () => {
    const rows = Array.from({ length: 12 }, (_, i) =>
      correlated(`${i}.50,"é, ${i}"`, `call-${i >> 1}`, TIME),
    ).join('');
    rich = await makePair({ 'inputs/2024/02/29/inputs.csv': header('n,s') + rows });
    all.push(rich);
  });

  test('is found, wherever it is', async () => {
    const [name = ''] = await rich.events();
    const bytes = Buffer.from(await rich.read(name));
    // A step that has no factor in common with the file's length visits all parts of it.
    for (let i = 0, at = 17; i < 90; i += 1, at = (at + 1009) % bytes.length) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (i % 8));
      const spoilt =
        i % 3 === 0
          ? changed
          : Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + (i % 3) - 1 + (i % 2))]);
      if (spoilt.equals(bytes)) continue;
      await rich.write(name, spoilt);
      const report = await rich.verify();
      expect(report.ok, `byte ${at}, change ${i}`).toBe(false);
      expect(report.findings.length).toBeGreaterThan(0);
    }
    await rich.write(name, bytes);
  });
});
