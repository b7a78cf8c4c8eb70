import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emitAssets } from '../../src/convert/emit.js';
import { convertTree } from '../../src/convert/run.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { convert, memoryTree } from '../support/converted.js';
import { errorOf } from '../support/error-of.js';
import { correlatedFile } from '../support/legacy-file.js';
import { readEventTree } from '../support/legacy-trees.js';
import { sourceName } from '../support/rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { APART, emit, emitFor, LABELS, rowsOf, TREE } from './emit/emitted.js';

test('all migrations of a DEST are one history', async () => {
  const { destination } = await convert(TREE);
  const later = {
    [sourceName('inputs', '2024/03/05', 'later.csv')]: correlatedFile(
      'age,city',
      ...rowsOf('2024-03-05', '0.5,c'),
    ),
  };
  const other = new MemoryStorage('other');
  for (const [name, content] of Object.entries(later)) other.put(name, content);
  await convertTree(other, destination, { workers: 0 });
  const { yaml, report } = await emit(destination);
  expect(report.unfinished).toEqual([]);
  expect(yaml('svc/tables/svc-m-1-model_inputs-history-table/MLTable')['metadata']).toEqual({
    feature_columns: [
      { name: 'age', type: 'number' },
      { name: 'city', type: 'string' },
    ],
    rows: 4,
    events: 4,
  });
  const signals = yaml('svc/monitor.yml')['create_monitor']?.['monitoring_signals'];
  expect(signals?.['data_drift']?.['reference_data']?.['data_window']).toEqual({
    window_start: '2024-02-28',
    window_end: '2024-03-06',
  });
});

test('the same history gives the same bytes, and nothing is written twice', async () => {
  const { destination } = await convert({ ...TREE, ...LABELS });
  const [first, second] = [await emit(destination), await emit(destination)];
  expect(second.texts).toEqual(first.texts);
  expect(second.report.files).toEqual(first.report.files);
  expect((await emit(destination, { root: APART, out: first.out })).texts).toEqual(first.texts);
});

test('everything that is to be filled in is listed, with its files', async () => {
  const { report, texts } = await emitFor({ ...TREE, ...LABELS }, { rowId: { by: 'user' } }, {});
  expect(report.root).toBe('azureml://datastores/FILL_IN_DATASTORE/paths/FILL_IN_FOLDER');
  const listed = new Map(
    report.toFill.map(({ placeholder, files }) => [placeholder as string, new Set(files)]),
  );
  const found = new Map<string, Set<string>>();
  for (const [path, text] of texts) {
    for (const placeholder of text.match(/FILL_IN\w*/g) ?? []) {
      found.set(placeholder, (found.get(placeholder) ?? new Set()).add(path));
    }
  }
  expect(listed.size).toBeGreaterThan(5);
  expect(new Map([...listed].sort())).toEqual(new Map([...found].sort()));
});

describe('files that are there', () => {
  test('are not overwritten, and nothing else is written then', async () => {
    const { destination } = await convert(TREE);
    const { out } = await emit(destination);
    const monitor = join(out, 'svc/monitor.yml');
    await writeFile(monitor, 'filled in');
    const { destination: more } = await convert({ ...TREE, ...LABELS });
    const before = await readEventTree(out);
    const error = await errorOf(emitAssets(more, { out, root: APART }));
    expect([error.code, error.message]).toEqual(['conflict', expect.stringContaining('svc/monitor.yml')]);
    expect(await readEventTree(out)).toEqual(before);
    await emitAssets(more, { out, root: APART, force: true });
    expect(await readFile(monitor, 'utf8')).toContain('model_performance');
    expect((await readEventTree(out)).has('svc/data/svc-m-1-labels-history.yml')).toBe(true);
  });

  test('a folder in a file’s place is an error of the storage', async () => {
    const { destination } = await convert(TREE);
    const out = await temporaryFolder();
    await mkdir(join(out, 'svc/monitor.yml'), { recursive: true });
    expect(await errorOf(emitAssets(destination, { out }))).toMatchObject({
      code: 'storage',
      reason: 'EISDIR',
    });
  });
});

test('inside DEST nothing is written', async () => {
  const tree = join(await temporaryFolder(), 'v2');
  await convertTree(memoryTree(TREE), tree, { workers: 0 });
  const before = await readEventTree(tree);
  for (const out of [tree, join(tree, 'azureml')]) {
    expect(await errorOf(emitAssets(tree, { out }))).toMatchObject({ code: 'usage' });
  }
  expect(await readEventTree(tree)).toEqual(before);
});

test('a DEST without a migration is an error', async () => {
  const error = await errorOf(emitAssets(new MemoryStorage('v2')));
  expect([error.code, error.remedy]).toEqual(['conflict', 'give the folder that convert wrote to']);
});

test('what is not converted yet is told, and not taken for empty', async () => {
  const { destination, report } = await convert(TREE);
  const name = `_migration/${report.sourceId}/journal.jsonl`;
  const lines = (destination.get(name)?.toString() ?? '').split('\n');
  destination.put(name, lines.filter((line) => !line.includes('/predictions/')).join('\n'));
  const emitted = await emit(destination);
  expect(emitted.report.unfinished).toEqual([{ sourceId: report.sourceId, sourcesLeft: 1 }]);
  expect(emitted.report.leftOut).toEqual([
    { what: 'svc/m-1/model_outputs', why: 'none of its rows is converted yet' },
  ]);
  expect(emitted.texts.get('svc/monitor.yml')).toContain(
    'prediction_drift is left out: history has no outputs.',
  );
});
