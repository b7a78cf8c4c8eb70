import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planMigration } from '../../../src/convert/plan.js';
import { convertTree } from '../../../src/convert/run.js';
import { memoryTree, plan } from '../../support/converted.js';
import { errorOf } from '../../support/error-of.js';
import { readFolder } from '../../support/golden.js';
import { callRows, correlatedFile } from '../../support/legacy-file.js';
import { sourceName } from '../../support/rows.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const INPUTS = sourceName();
const LABELS = sourceName('labels', '2024/02/29', 'labels.csv');
const CONTENT = correlatedFile('a', ...callRows('x', 1));

describe('what a plan takes', () => {
  it('is every data file, ordered by the UTF-8 bytes of its name; the rest is counted with its reason', async () => {
    const { files, leftOut } = await plan({
      [sourceName('inputs', '2024/03/01')]: CONTENT,
      [INPUTS]: CONTENT,
      [`${INPUTS}.bak`]: 'x',
      'sub/rg/ws/svc/m/1/inputs/2024/02/29/aml_telemetry.csv': 'workspaceId, serviceId\n, \n',
      'sub/rg/ws/svc/m/1/inputs/2024/02/readme.txt': 'hello',
      'sub/rg/ws': '',
    });
    expect(files.map(({ source }) => source)).toEqual([INPUTS, sourceName('inputs', '2024/03/01')]);
    expect(leftOut).toEqual([
      {
        why: 'aml_telemetry.csv (lineage, not collected data)',
        count: 1,
        bytes: 0,
        examples: ['sub/rg/ws/svc/m/1/inputs/2024/02/29/aml_telemetry.csv'],
      },
      {
        why: 'not a .csv file',
        count: 3,
        bytes: 6,
        examples: [
          'sub/rg/ws',
          'sub/rg/ws/svc/m/1/inputs/2024/02/29/inputs.csv.bak',
          'sub/rg/ws/svc/m/1/inputs/2024/02/readme.txt',
        ],
      },
    ]);
  });

  it('may be chosen by patterns on the source’s name', async () => {
    const tree = { [INPUTS]: CONTENT, [LABELS]: 'y\n1\n' };
    const taken = async (options: Parameters<typeof plan>[1]): Promise<string[]> =>
      (await plan(tree, options)).files.map(({ source }) => source);
    expect(await taken({ include: ['**/labels/**'] })).toEqual([LABELS]);
    expect(await taken({ include: ['*.csv'], exclude: ['**/2024/**/inputs.csv'] })).toEqual([LABELS]);
    expect(await taken({ exclude: ['labels.csv'] })).toEqual([INPUTS]);
    const error = await errorOf(plan(tree, { include: ['nothing'] }));
    expect(error).toMatchObject({ code: 'source' });
    expect(error.message).toContain('2 excluded by a pattern');
  });

  it('may be of an old free-text designation, which --map renames', async () => {
    const raw = sourceName('raw', '2024/02/29', 'data.csv');
    const collection = async (options: Parameters<typeof plan>[1]): Promise<string | undefined> =>
      (await plan({ [raw]: 'a\n1\n' }, options)).collections[0]?.collection;
    expect(await collection({})).toBe('raw');
    expect(await collection({ map: { raw: 'model_inputs' } })).toBe('model_inputs');
  });

  it('lets two designations meet in one collection only where --map says so', async () => {
    const tree = { [INPUTS]: CONTENT, [sourceName('raw', '2024/02/29', 'data.csv')]: 'A,b\n1,x\n' };
    const { collections } = await plan(tree, { map: { raw: 'model_inputs' } });
    expect(collections).toHaveLength(1);
    expect(collections[0]?.columns.map(({ name, type }) => [name, type])).toEqual([
      ['a', 'integer'],
      ['b', 'string'],
    ]);
    const meeting = {
      [sourceName('raw', '2024/02/29', 'x.csv')]: 'a\n1\n',
      [sourceName('r-aw', '2024/02/29', 'x.csv')]: 'a\n1\n',
    };
    expect(await errorOf(plan(meeting, { collection: 'one' }))).toMatchObject({ code: 'plan' });
  });
});

describe('the lineage in a plan', () => {
  it('is what telemetry says, where it says anything', async () => {
    const telemetry = (values: string): string =>
      `workspaceId, serviceId, modelId, computeName, computeType, computeLocation\n${values}\n`;
    const name = (day: string): string => `sub/rg/ws/svc/m/1/inputs/${day}/aml_telemetry.csv`;
    const { lineage } = await plan({
      [INPUTS]: CONTENT,
      [name('2024/02/29')]: telemetry('w-1, , m:3, aks, , eastus'),
      [name('2024/03/01')]: telemetry('w-1, , m:3, aks, , eastus'),
      [name('2024/03/02')]: telemetry(', , , , , '),
      'sub/rg/ws/other/m/1/inputs/2024/02/29/aml_telemetry.csv': telemetry('w-2, , , , , '),
    });
    expect(lineage).toEqual([
      {
        workspace: 'sub/rg/ws',
        service: 'svc',
        model: 'm',
        version: '1',
        values: { workspaceId: 'w-1', modelId: 'm:3', computeName: 'aks', computeLocation: 'eastus' },
        files: 2,
      },
    ]);
  });
});

describe('types taken from a v2 tree', () => {
  async function typesLike(lines: readonly string[], content: string): Promise<[string, string][]> {
    const folder = await temporaryFolder();
    const file = join(folder, 'svc/m-1/model_inputs/2024/02/29/01/x000000.jsonl');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, lines.map((line) => `{"data":${line}}\n`).join(''));
    const { collections } = await planMigration(memoryTree({ [INPUTS]: content }), { typesLike: folder });
    return collections[0]?.columns.map(({ name, type }) => [name, type]) ?? [];
  }

  it('are the plan’s, where its events have the column; other columns have their own', async () => {
    const content = correlatedFile('zip,n,b,s', ...callRows('x', 1).map((row) => `05,1,True,${row}`));
    expect(await typesLike(['[{"zip":"a","n":1.0,"b":null}]', '[{"n":2,"zip":null}]'], content)).toEqual([
      ['zip', 'string'],
      ['n', 'number'],
      ['b', 'boolean'],
      ['s', 'integer'],
    ]);
  });

  it('tell 1 from 1.0, and merge over all events', async () => {
    const content = correlatedFile('a', ...callRows('x', 1));
    expect(await typesLike(['[{"a":1}]'], content)).toEqual([['a', 'integer']]);
    expect(await typesLike(['[{"a":1.0}]'], content)).toEqual([['a', 'number']]);
    expect(await typesLike(['[{"a":1},{"a":true}]'], content)).toEqual([['a', 'string']]);
    expect(await typesLike(['[{"a":1e2}]'], content)).toEqual([['a', 'number']]);
  });

  it('are refused from a folder that holds no event, or a line that is no JSON', async () => {
    const empty = await temporaryFolder();
    const options = { typesLike: empty };
    expect(await errorOf(planMigration(memoryTree({ [INPUTS]: CONTENT }), options))).toMatchObject({
      code: 'usage',
    });
    await expect(typesLike(['[{'], CONTENT)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('a plan', () => {
  it('writes nothing: the source stays as it is, and no temporary file is left', async () => {
    const folder = await temporaryFolder();
    const source = join(folder, 'modeldata');
    await mkdir(dirname(join(source, INPUTS)), { recursive: true });
    await writeFile(join(source, INPUTS), CONTENT);
    await planMigration(source, { workers: 0 });
    await convertTree(source, join(folder, 'v2'), { workers: 0 });
    expect([...(await readFolder(source))]).toEqual([[INPUTS, Buffer.from(CONTENT)]]);
  });

  it('is plain JSON: it survives being written and read', async () => {
    const made = await planMigration(memoryTree({ [INPUTS]: CONTENT }));
    expect(JSON.parse(JSON.stringify(made))).toEqual({ ...made, files: [...made.files] });
  });

  it('of a signal that has fired is the aborted error', async () => {
    const error = await errorOf(
      planMigration(memoryTree({ [INPUTS]: CONTENT }), { signal: AbortSignal.abort() }),
    );
    expect(error).toMatchObject({ code: 'aborted' });
  });
});
