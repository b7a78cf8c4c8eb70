import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planMigration } from '../../src/convert/plan.js';
import { convertTree } from '../../src/convert/run.js';
import { errorOf } from '../support/error-of.js';
import { CORRELATION_HEADER, correlation, sourceName } from '../support/rows.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const GOOD = `a,${CORRELATION_HEADER}\r\n1,${correlation('id-1')}\r\n`;

async function put(root: string, name: string | Buffer, content: string | Buffer = GOOD): Promise<void> {
  const path = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name as string)]);
  await mkdir(dirname(path.toString('latin1')), { recursive: true });
  await writeFile(path, content);
}

describe('a wrong SRC or DEST is refused with what is wrong and what to do', () => {
  it('names an SRC that is not there', async () => {
    const folder = await temporaryFolder();
    const error = await errorOf(planMigration(join(folder, 'nowhere'), { workers: 0 }));
    expect(error).toMatchObject({ code: 'source', message: 'SRC is empty, or is not there' });
    expect(error.place?.file).toContain('nowhere');
    expect(error.remedy).toContain('./modeldata');
  });

  it('names an SRC that is a file', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file.csv'), GOOD);
    const error = await errorOf(planMigration(join(folder, 'file.csv'), { workers: 0 }));
    expect(error).toMatchObject({ code: 'storage', reason: 'ENOTDIR' });
    expect(error.remedy).toContain('folder');
  });

  it('names an SRC that is empty', async () => {
    const error = await errorOf(planMigration(await temporaryFolder(), { workers: 0 }));
    expect(error).toMatchObject({ code: 'source', message: 'SRC is empty, or is not there' });
  });

  it('says what lies in an SRC without any date folder, and what a data file is', async () => {
    const folder = await temporaryFolder();
    await put(folder, 'some/inputs.csv');
    const error = await errorOf(planMigration(folder, { workers: 0 }));
    expect(error.message).toContain('1 not in a date folder, such as some/inputs.csv');
    expect(error.remedy).toContain('{designation}/{yyyy}/{MM}/{dd}');
  });

  it('refuses DEST inside SRC, SRC inside DEST, and both the same', async () => {
    const folder = await temporaryFolder();
    await put(folder, sourceName());
    const messageFor = async (source: string, destination: string): Promise<string> =>
      (await errorOf(convertTree(source, destination, { workers: 0 }))).message;
    expect(await messageFor(folder, join(folder, 'out'))).toContain('DEST is inside SRC');
    expect(await messageFor(join(folder, 'sub'), folder)).toContain('SRC is inside DEST');
    expect(await messageFor(folder, folder)).toContain('the same');
    await symlink(folder, `${folder}-link`);
    expect(await messageFor(folder, `${folder}-link/out`)).toContain('DEST is inside SRC');
  });

  it('refuses an SRC that may not be read, and says which right is missing', async () => {
    const folder = await temporaryFolder();
    await put(folder, sourceName());
    const error = await errorOf(asNobody(folder, () => planMigration(join(folder, 'sub'), { workers: 0 })));
    expect(error).toMatchObject({ code: 'storage', reason: 'EACCES' });
    expect(error.message).toContain('permission denied');
    expect(error.remedy).toContain('right to read');
  });

  it('refuses a DEST that may not be written, and leaves nothing there', async () => {
    const [source, destination] = [await temporaryFolder(), await temporaryFolder()];
    await put(source, sourceName());
    const { chmod } = await import('node:fs/promises');
    await chmod(destination, 0o555);
    for (const path of [source, join(source, 'sub')]) await chmod(path, 0o755);
    const error = await errorOf(asUser(() => convertTree(source, destination, { workers: 0 })));
    expect(error).toMatchObject({ code: 'storage', reason: 'EACCES' });
    expect(error.remedy).toContain('write DEST');
    expect(await readdir(destination)).toEqual([]);
  });

  it('refuses addresses that it can not open, without repeating their query', async () => {
    const error = await errorOf(planMigration('s3://bucket/x?sig=secret', { workers: 0 }));
    expect(error).toMatchObject({ code: 'usage' });
    expect(JSON.stringify([error.message, error.place, error.remedy])).not.toContain('secret');
  });
});

describe('odd entries of SRC are counted, not converted', () => {
  it('does not follow a link out of SRC', async () => {
    const [folder, outside] = [await temporaryFolder(), await temporaryFolder()];
    await put(folder, sourceName());
    await put(outside, 'inputs.csv');
    await symlink(outside, join(folder, 'sub/rg/ws/link'));
    await symlink(join(outside, 'inputs.csv'), join(folder, dirname(sourceName()), 'other.csv'));
    const plan = await planMigration(folder, { workers: 0 });
    expect(plan.files).toHaveLength(1);
    expect(plan.leftOut).toEqual([
      expect.objectContaining({ why: 'a symbolic link (not followed)', count: 2 }),
    ]);
  });

  it('counts a folder called x.csv by what lies in it, files of other kinds, and dates that do not exist', async () => {
    const folder = await temporaryFolder();
    await put(folder, sourceName());
    await put(folder, `${dirname(sourceName())}/x.csv/readme.txt`);
    await put(folder, sourceName('inputs', '2018/02/30'));
    const plan = await planMigration(folder, { workers: 0 });
    expect(plan.files).toHaveLength(1);
    expect(plan.leftOut.map(({ why, count }) => [why, count])).toEqual(
      expect.arrayContaining([
        ['not a .csv file', 1],
        ['no such date: 2018/02/30', 1],
      ]),
    );
  });

  it('counts names that are not UTF-8, under a name that can be printed', async () => {
    const folder = await temporaryFolder();
    await put(folder, sourceName());
    const bad = Buffer.concat([
      Buffer.from(`${dirname(sourceName())}/caf`),
      Buffer.from([0xe9]),
      Buffer.from('.csv'),
    ]);
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), bad]), GOOD);
    const plan = await planMigration(folder, { workers: 0 });
    expect(plan.files).toHaveLength(1);
    expect(plan.leftOut).toEqual([expect.objectContaining({ why: 'a name that is not UTF-8', count: 1 })]);
  });
});

describe('hostile names of sources', () => {
  const names = {
    'dots in a row': '..x..csv.csv',
    'a backslash': 'a\\..\\b.csv',
    'a trailing dot': 'a..csv',
    'control characters': 'a\u0001\u001b[31m\n.csv',
    '250 characters': `${'n'.repeat(246)}.csv`,
    'a glob': 'a[b]*{c}?.csv',
    'unicode in two forms': 'é-e\u0301.csv',
  };
  for (const [what, file] of Object.entries(names)) {
    it(`convert like any other: ${what}`, async () => {
      const [folder, destination] = [await temporaryFolder(), await temporaryFolder()];
      await put(folder, sourceName('inputs', '2024/02/29', file));
      await put(folder, sourceName('signals', '2024/02/29', file), 'a\r\n1\r\n');
      const report = await convertTree(folder, destination, { workers: 0 });
      expect(report.totals).toMatchObject({ files: 2, rows: 2 });
      for (const name of await readdir(destination, { recursive: true })) {
        if (!name.startsWith('_migration')) expect(name).toMatch(/^[\w/-]+(\.jsonl)?$/);
      }
    });
  }

  it('convert from deep below, at more than 300 characters', async () => {
    const [folder, destination] = [await temporaryFolder(), await temporaryFolder()];
    const deep = Array.from({ length: 12 }, (_, i) => `part-${i}-${'x'.repeat(20)}`).join('/');
    await put(folder, `${deep}/${sourceName()}`);
    expect((await convertTree(folder, destination, { workers: 0 })).totals.rows).toBe(1);
  });
});

/** Runs with the rights of an ordinary user, when the tests run as root, in a folder which only root may read. */
async function asNobody<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const { chmod } = await import('node:fs/promises');
  await chmod(join(folder, 'sub'), 0o000);
  await chmod(folder, 0o755);
  try {
    return await asUser(work);
  } finally {
    await chmod(join(folder, 'sub'), 0o755);
  }
}

async function asUser<T>(work: () => Promise<T>): Promise<T> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}
