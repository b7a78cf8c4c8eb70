import { lstat, readdir, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertTree } from '../../src/convert/run.js';
import { instanceName } from '../../src/event/event-path.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { Converted, convert, memoryTree, plan, readObjects } from '../support/converted.js';
import { errorOf } from '../support/error-of.js';
import { CONTAINER_NAMES, legacyFolder, readFolder } from '../support/golden.js';
import { callRows, correlatedFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const INPUTS = sourceName();
const LABELS = sourceName('labels', '2024/02/29', 'labels.csv');

/** Every name below a folder; of files their bytes, their last change's time, and which file it is. */
async function snapshot(root: string): Promise<Record<string, string>> {
  const files = await readFolder(root);
  const entries = await Promise.all(
    (await readdir(root, { recursive: true })).map(async (name) => {
      const { mtimeMs, ino } = await stat(join(root, name));
      const bytes = files.get(name)?.toString('base64');
      return [name, bytes === undefined ? 'folder' : `${mtimeMs} ${ino} ${bytes}`] as const;
    }),
  );
  return Object.fromEntries(entries.sort());
}

/** Runs again over the same two trees. */
async function again(
  { source, destination }: Converted,
  options: Parameters<typeof convertTree>[2] = {},
): Promise<Converted> {
  return new Converted(source, destination, await convertTree(source, destination, options));
}

describe('a second run into the same DEST', () => {
  for (const name of CONTAINER_NAMES) {
    it(`changes no byte and no file's time: ${name}`, async () => {
      const destination = await temporaryFolder();
      const first = await convertTree(legacyFolder(name), destination, { workers: 0 });
      const before = await snapshot(destination);
      for (const file of Object.keys(before)) await utimes(join(destination, file), 1e9, 1e9);
      const dated = await snapshot(destination);
      const second = await convertTree(legacyFolder(name), destination, { workers: 0 });
      expect(await snapshot(destination)).toEqual(dated);
      expect(second).toMatchObject({ converted: 0, unchanged: first.converted, totals: first.totals });
      expect(Object.keys(before).filter((file) => file.includes('_staging'))).toEqual([]);
    });
  }

  it('says why sources are converted again', async () => {
    const tree = await convert({
      [LABELS]: 'y\n1\n2,x\n',
      [INPUTS]: correlatedFile('a', ...callRows('x', 1)),
    });
    const named = async (part: string): Promise<string> =>
      [...(await readObjects(tree.destination)).keys()].find((name) => name.includes(part)) ?? '';
    const [rejects, events] = [await named('/rejects/'), await named('model_inputs')];
    const whole = await readObjects(tree.destination);
    tree.source.put(LABELS, 'y\n1\n3,x\n');
    expect((await again(tree)).report.again).toEqual({ 'source-changed': 1 });
    tree.source.put(LABELS, 'y\n1\n2,x\n');
    await again(tree);
    for (const [name, spoil, why] of [
      [rejects, undefined, 'output-missing'],
      [rejects, '{}\n', 'output-changed'],
      [events, undefined, 'output-missing'],
      [events, 'longer', 'output-changed'],
    ] as const) {
      if (spoil === undefined) await tree.destination.remove(name);
      else tree.destination.put(name, (tree.destination.get(name)?.toString() ?? '') + spoil);
      const { report } = await again(tree);
      expect([report.converted, report.again]).toEqual([1, { [why]: 1 }]);
      expect(tree.destination.get(name)?.toString()).toBe(whole.get(name));
    }
    const moved = await again(tree, { endpoint: 'moved' });
    expect(moved.report.again).toEqual({ 'decisions-changed': 2 });
    expect((await again(moved, { endpoint: 'moved' })).report.again).toEqual({});
  });

  it('converts what was changed since, and nothing else', async () => {
    const tree = await convert({ [INPUTS]: correlatedFile('a', ...callRows('x', 1)), [LABELS]: 'y\n1\n' });
    tree.source.put(LABELS, 'y\n1\n2\n');
    const second = await again(tree);
    expect(second.report).toMatchObject({ converted: 1, unchanged: 1, changed: [] });
    expect(await second.dataTexts('labels')).toEqual(['[{"y":1},{"y":2}]']);
  });

  it('converts what was added since', async () => {
    const tree = await convert({ [LABELS]: 'y\n1\n' });
    tree.source.put(sourceName('labels', '2024/03/01', 'labels.csv'), 'y\n2\n');
    expect((await again(tree)).report).toMatchObject({ converted: 1, unchanged: 1 });
  });

  it('converts again where an output is gone or has another size', async () => {
    for (const spoil of ['gone', 'cut']) {
      const tree = await convert({ [LABELS]: 'y\n1\n' });
      const [[name = '', content = ''] = []] = await tree.files();
      if (spoil === 'gone') await tree.destination.remove(name);
      else tree.destination.put(name, content.slice(0, -1));
      expect((await again(tree)).report).toMatchObject({ converted: 1 });
      expect(tree.destination.get(name)?.toString()).toBe(content);
    }
  });

  it('removes outputs that the source no longer has', async () => {
    const at = (time: string): string => correlatedFile('a', `1,${correlation('x', time)}`);
    const tree = await convert({ [INPUTS]: at('2024-02-29T01:00:00') });
    tree.source.put(INPUTS, at('2024-02-29T02:00:00'));
    const names = [...(await (await again(tree)).files()).keys()];
    expect(names).toEqual([expect.stringContaining('/2024/02/29/02/')]);
  });

  it('removes rejects that are no longer rejected', async () => {
    const tree = await convert({ [LABELS]: 'y\n1\n2,x\n' });
    expect(await tree.rejects()).toHaveLength(1);
    tree.source.put(LABELS, 'y\n1\n');
    expect(await (await again(tree)).rejects()).toEqual([]);
  });

  it('reports the sources that are no longer there, and leaves what was made of them', async () => {
    const other = sourceName('labels', '2024/03/01', 'labels.csv');
    const tree = await convert({ [LABELS]: 'y\n1\n', [other]: 'y\n2\n' });
    const before = await tree.files();
    await tree.source.remove(other);
    const second = await again(tree);
    expect(second.report).toMatchObject({
      unchanged: 1,
      gone: { sources: 1, examples: [other] },
      foreign: 0,
    });
    expect(second.report.totals.files).toBe(1);
    expect(await second.files()).toEqual(before);
  });

  it('takes no source for gone that this run only leaves out', async () => {
    const other = sourceName('labels', '2024/03/01', 'labels.csv');
    const tree = await convert({ [LABELS]: 'y\n1\n', [other]: 'y\n2\n' });
    const none = { sources: 0, examples: [] };
    expect((await again(tree, { exclude: ['**/2024/03/**'] })).report.gone).toEqual(none);
    await tree.source.remove(other);
    expect((await again(tree, { exclude: ['**/2024/03/**'] })).report.gone).toEqual(none);
    tree.source.put(other, 'y\n2\n');
    const planned = await plan({ [LABELS]: 'y\n1\n' });
    expect((await again(tree, { plan: planned })).report.gone).toEqual(none);
  });

  it('leaves a source alone that is not as the plan saw it, and says which', async () => {
    const [source, destination] = [memoryTree({ [LABELS]: 'y\n1\n' }), new MemoryStorage('v2')];
    const report = await convertTree(source, destination, { onPlan: () => source.put(LABELS, 'y\n2\n') });
    expect(report).toMatchObject({ converted: 0, changed: [LABELS] });
    expect(await new Converted(source, destination, report).files()).toEqual(new Map());
  });
});

describe('a run with other columns or types than an earlier one', () => {
  const changed = async (): Promise<Converted> => {
    const tree = await convert({ [LABELS]: 'y\n1\n', [INPUTS]: correlatedFile('a', ...callRows('x', 1)) });
    tree.source.put(sourceName('labels', '2024/03/01', 'labels.csv'), 'y,z\ntext,1\n');
    return tree;
  };

  it('stops and lists them; nothing is changed', async () => {
    const tree = await changed();
    const before = await readObjects(tree.destination);
    const error = await errorOf(again(tree));
    expect(error).toMatchObject({ code: 'conflict' });
    expect(error.message).toContain('svc/m-1/labels: y was integer, is string');
    expect(error.message).toContain('svc/m-1/labels: z was absent, is integer');
    expect(error.message).not.toContain('model_inputs');
    expect(error.remedy).toContain('--replan');
    expect(await readObjects(tree.destination)).toEqual(before);
  });

  it('converts that collection again with --replan, and only that', async () => {
    const tree = await changed();
    const second = await again(tree, { replan: true });
    expect(second.report).toMatchObject({ converted: 2, unchanged: 1 });
    expect((await second.dataTexts('labels')).sort()).toEqual(['[{"y":"1"}]', '[{"y":"text","z":1}]']);
    expect((await again(second)).report).toMatchObject({ converted: 0, unchanged: 3 });
  });

  it('moves events to where other names put them, and leaves no stale ones', async () => {
    const tree = await convert({ [LABELS]: 'y\n1\n' });
    const second = await again(tree, { endpoint: 'moved' });
    expect([...(await second.files()).keys()].map((name) => name.split('/')[0])).toEqual(['moved']);
  });

  it('is refused for another range of time, which would take events away', async () => {
    const tree = await convert({ [LABELS]: 'y\n1\n' });
    const error = await errorOf(again(tree, { since: '2024-02-02' }));
    expect(error).toMatchObject({ code: 'conflict' });
    expect(error.message).toContain(
      'converted the whole history, this one asks for the time from 2024-02-02',
    );
    expect(error.remedy).toContain('--replan');
  });

  it('journals the range of time, also where only that has changed', async () => {
    const tree = await convert({ [LABELS]: 'y\n1\n' }, { since: '2024-02-01' });
    const second = await again(tree, { since: '2024-02-02', until: '2024-04-01', replan: true });
    const [journal = ''] = (
      await readObjects(tree.destination, `_migration/${second.report.sourceId}/journal`)
    ).values();
    const ranges = journal.split('\n').filter((line) => line.includes('"kind":"range"'));
    expect(ranges.at(-1)).toBe(
      '{"kind":"range","since":"2024-02-02T00:00:00","until":"2024-04-01T00:00:00"}',
    );
    await again(tree, { since: '2024-02-02', until: '2024-04-01' });
    const [same = ''] = (
      await readObjects(tree.destination, `_migration/${second.report.sourceId}/journal`)
    ).values();
    expect(same).toBe(journal);
  });
});

describe('what lies in DEST and is not ours', () => {
  it('is left alone and counted', async () => {
    const destination = new MemoryStorage('v2');
    const foreign = {
      'svc/m-1/labels/2024/03/02/00/0123456789abcdef0123456789abcdef000000.jsonl': '{"their":"event"}\n',
      'readme.txt': 'hello',
      'other/d/c/2024/02/29/00/x.jsonl': '',
    };
    for (const [name, content] of Object.entries(foreign)) destination.put(name, content);
    const report = await convertTree(memoryTree({ [LABELS]: 'y\n1\n' }), destination);
    expect(report.foreign).toBe(3);
    for (const [name, content] of Object.entries(foreign)) {
      expect(destination.get(name)?.toString()).toBe(content);
    }
    const other = await convertTree(memoryTree({ [LABELS]: 'y\n1\n' }), destination);
    expect(other.foreign).toBe(3);
  });

  it('is never overwritten, though it has the name of one of our instances: the run stops before it writes', async () => {
    const destination = new MemoryStorage('v2');
    const name = `svc/m-1/labels/2024/02/29/00/${instanceName('modeldata', LABELS)}.jsonl`;
    destination.put(name, 'theirs');
    const error = await errorOf(convertTree(memoryTree({ [LABELS]: 'y\n1\n' }), destination));
    expect(error).toMatchObject({ code: 'conflict' });
    expect(error.message).toContain(name);
    expect([...(await readObjects(destination))]).toEqual([[name, 'theirs']]);
  });

  it('may be another tree’s migration: each has its own journal, plan and rejects', async () => {
    const destination = new MemoryStorage('v2');
    const one = await convertTree(memoryTree({ [LABELS]: 'y\n1\n' }), destination);
    const source = new MemoryStorage('other');
    source.put(sourceName('inputs'), correlatedFile('a', ...callRows('x', 1)));
    const two = await convertTree(source, destination);
    expect(two.foreign).toBe(1);
    const folders = [...(await readObjects(destination, '_migration/')).keys()].map(
      (file) => file.split('/')[1],
    );
    expect(new Set(folders)).toEqual(new Set([one.sourceId, two.sourceId]));
  });
});

describe('a journal whose writer was killed', () => {
  const at = (time: string, ...rows: readonly string[]): string =>
    correlatedFile('a', `1,${correlation('x', time)}`, ...rows);
  const rejected = `1,2,${correlation('y')}`;

  /** The tree's journal without its last entry of a source. */
  function forgetLast(tree: Converted): void {
    const name = `_migration/${tree.report.sourceId}/journal.jsonl`;
    const lines = (tree.destination.get(name)?.toString() ?? '').split('\n');
    const last = lines.findLastIndex((line) => line.startsWith('{"kind":"source"'));
    tree.destination.put(name, lines.toSpliced(last, 1).join('\n'));
  }

  it('after its files became visible and before their entry: what they were is not left over', async () => {
    const tree = await convert({ [INPUTS]: at('2024-02-29T01:00:00', rejected) });
    forgetLast(tree);
    tree.source.put(INPUTS, at('2024-02-29T02:00:00'));
    const second = await again(tree);
    expect(second.report).toMatchObject({ converted: 1, foreign: 0 });
    expect([...(await second.files()).keys()]).toEqual([expect.stringContaining('/2024/02/29/02/')]);
    expect(await second.rejects()).toEqual([]);
  });

  it('after its entry and before the removal of stale files: they are removed though nothing is converted', async () => {
    const tree = await convert({ [INPUTS]: at('2024-02-29T01:00:00', rejected) });
    const stale = await readObjects(tree.destination);
    tree.source.put(INPUTS, at('2024-02-29T02:00:00'));
    const second = await again(tree);
    const after = await readObjects(second.destination);
    for (const [name, content] of stale) if (!after.has(name)) tree.destination.put(name, content);
    const third = await again(second);
    expect(third.report).toMatchObject({ converted: 0, unchanged: 1 });
    expect(await readObjects(third.destination)).toEqual(after);
  });

  it('within its last line: the run says so, and converts that source again', async () => {
    const tree = await convert({ [INPUTS]: at('2024-02-29T01:00:00'), [LABELS]: 'y\n1\n' });
    const before = await readObjects(tree.destination);
    const name = `_migration/${tree.report.sourceId}/journal.jsonl`;
    tree.destination.put(name, tree.destination.get(name)?.toString().slice(0, -20) ?? '');
    const { report } = await again(tree);
    expect(report).toMatchObject({ journalCutShort: true, converted: 1, unchanged: 1, again: {} });
    expect(await readObjects(tree.destination)).toEqual(before);
    expect((await again(tree)).report).not.toHaveProperty('journalCutShort');
  });

  it('and files of a source that is not in this run stay', async () => {
    const tree = await convert({ [INPUTS]: at('2024-02-29T01:00:00'), [LABELS]: 'y\n1\n' });
    const before = await tree.files();
    forgetLast(tree);
    const second = await again(tree, { include: ['inputs.csv'] });
    expect(await second.files()).toEqual(before);
  });
});

describe('a link in the place of an output', () => {
  it('is none, wherever it leads: the source is converted again', async () => {
    const destination = await temporaryFolder();
    const tree = memoryTree({ [LABELS]: 'y\n1\n' });
    await convertTree(tree, destination);
    const [name = ''] = [...(await readFolder(destination)).keys()].filter((file) => file.startsWith('svc/'));
    const path = join(destination, name);
    await rename(path, join(destination, 'moved.jsonl'));
    await symlink(join(destination, 'moved.jsonl'), path);
    const report = await convertTree(tree, destination);
    expect(report).toMatchObject({ converted: 1, again: { 'output-missing': 1 }, foreign: 1 });
    expect((await lstat(path)).isFile()).toBe(true);
  });
});

describe('a folder that a killed run staged in', () => {
  it('is gone after the next', async () => {
    const [source, destination] = [await temporaryFolder(), await temporaryFolder()];
    const { mkdir } = await import('node:fs/promises');
    await mkdir(join(source, INPUTS, '..'), { recursive: true });
    await writeFile(join(source, INPUTS), correlatedFile('a', ...callRows('x', 1)));
    await mkdir(join(destination, '_staging'));
    await writeFile(join(destination, '_staging/1-dead-1'), 'half a fi');
    const report = await convertTree(source, destination, { workers: 0 });
    expect([report.foreign, (await readdir(destination)).sort()]).toEqual([0, ['_migration', 'svc']]);
  });
});
