import { describe, expect, it } from 'vitest';
import { planMigration } from '../../src/convert/plan.js';
import type { Plan } from '../../src/convert/plan-file.js';
import { parsePlan, readPlan } from '../../src/convert/plan-file-reader.js';
import { planJson } from '../../src/convert/plan-json.js';
import { convertTree } from '../../src/convert/run.js';
import { MdcBridgeError } from '../../src/errors.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { errorOf } from '../support/error-of.js';
import { CORRELATION_HEADER, correlation, sourceName } from '../support/rows.js';

const CONTENT = `a,${CORRELATION_HEADER}\r\n1,${correlation('id-1')}\r\n`;

async function tree(...names: readonly string[]): Promise<MemoryStorage> {
  const source = new MemoryStorage('modeldata');
  for (const name of names) source.put(name, CONTENT);
  return source;
}

describe('a plan stops for a decision', () => {
  it('when two services map to one endpoint, deployment and collection', async () => {
    const source = await tree(
      'sub/rg/ws/a b/m/1/inputs/2024/02/29/inputs.csv',
      'sub/rg/ws/a-b/m/1/inputs/2024/02/29/inputs.csv',
    );
    const error = await errorOf(planMigration(source));
    expect(error).toMatchObject({ code: 'plan' });
    expect(error.message).toContain(
      'a-b/m-1/model_inputs: sub/rg/ws/a b/m/1/inputs and sub/rg/ws/a-b/m/1/inputs',
    );
    expect(error.remedy).toContain('--endpoint');
  });

  it('when the same file is there twice, under another prefix', async () => {
    const error = await errorOf(planMigration(await tree(sourceName(), `backup/${sourceName()}`)));
    expect(error.message).toContain(`backup/${sourceName()}`);
    expect(error.remedy).toContain('--exclude');
    const plan = await planMigration(await tree(sourceName(), `backup/${sourceName()}`), {
      exclude: ['backup/**'],
    });
    expect(plan.files).toHaveLength(1);
    expect(plan.source).toMatchObject({ exclude: ['backup/**'] });
  });

  it('when neither path nor rows say whose a source is', async () => {
    const source = new MemoryStorage('modeldata');
    source.put('x/signals/2024/02/29/web.csv', 'clicked\r\nTrue\r\n');
    const error = await errorOf(planMigration(source));
    expect(error.message).toContain('x/signals/2024/02/29/web.csv');
    const plan = await planMigration(source, { identity: { 'x/**': 'sub/rg/ws/svc/m/1' } });
    expect(plan.names[0]).toMatchObject({ workspace: 'sub/rg/ws', service: 'svc', model: 'm', version: '1' });
  });
});

describe('a plan tells of options that name nothing', () => {
  it('by their values, since they are most likely misspelt', async () => {
    const plan = await planMigration(await tree(sourceName()), {
      map: { inptus: 'x' },
      header: { 'zzz/**': 'present' },
      identity: { 'yyy/**': 'a/b/c/d/e/f' },
      variants: { nowhere: { 3: ['a', 'b', 'c'] } },
    });
    const texts = plan.notes.map(({ text }) => text);
    for (const option of ['--map inptus', '--header zzz/**', '--identity yyy/**', '--variant nowhere']) {
      expect(texts).toContainEqual(expect.stringContaining(`${option} has no effect`));
    }
    const used = await planMigration(await tree(sourceName()), {
      map: { inputs: 'my_inputs' },
      header: { '*': 'present' },
    });
    expect(used.notes).toEqual([]);
  });
});

describe('a plan file is refused, with its part and what it should be', () => {
  const edits: Readonly<Record<string, readonly [(plan: Record<string, never>) => void, RegExp]>> = {
    'of another kind': [
      (plan) => Object.assign(plan, { kind: 'x' }),
      /kind of the plan must be "mdc-bridge plan"/,
    ],
    'of a later version': [(plan) => Object.assign(plan, { version: 2 }), /later version \(2/],
    'of a later mapping': [(plan) => Object.assign(plan, { mapping: 9 }), /later version \(1, mapping 9\)/],
    'with a type that is none': [
      (plan) => edit(plan, 'collections.0.columns.0', { type: 'zip' }),
      /collections\[0\]\.columns\[0\]\.type of the plan must be one of null, integer/,
    ],
    'with an illegal name': [
      (plan) => edit(plan, 'names.0', { endpoint: '_x' }),
      /names\[0\]\.endpoint .* legal name/,
    ],
    'with too few names for a width': [
      (plan) => edit(plan, 'collections.0', { variants: { 3: ['a'] } }),
      /variants\["3"\] .* as many names as the width, 3/,
    ],
    'with a file of no collection': [
      (plan) => edit(plan, 'files.0', { collection: 7 }),
      /files\[0\]\.collection .* index/,
    ],
    'with no columns for rows that it would convert': [
      (plan) => edit(plan, 'files.0', { shapes: [] }),
      /files\[0\]\.shapes of the plan must be the columns/,
    ],
    'with rows lent by a file that it has not': [
      (plan) => edit(plan, 'files.0', { pair: { inputs: [1], skip: 0 } }),
      /files\[0\]\.pair\.inputs of the plan must be indexes/,
    ],
    'with a pattern that is none': [
      (plan) => edit(plan, 'source', { exclude: 'backup/**' }),
      /source\.exclude of the plan must be a list/,
    ],
    'without files': [(plan) => Object.assign(plan, { files: 'none' }), /files of the plan must be a list/],
  };
  for (const [title, [change, message]] of Object.entries(edits)) {
    it(title, async () => {
      const plan = JSON.parse(JSON.stringify(await planMigration(await tree(sourceName())))) as Record<
        string,
        never
      >;
      change(plan);
      const read = (): unknown => parsePlan(JSON.stringify(plan), { file: 'plan.json' });
      expect(read).toThrowError(message);
      expect(read).toThrowError(expect.objectContaining({ code: 'plan-file', place: { file: 'plan.json' } }));
      const edited = plan as unknown as Plan;
      const text = Array.isArray(edited.files) ? [...planJson(edited)] : [JSON.stringify(edited)];
      const lines = readPlan(() => bytesOf(text), { file: 'plan.json' });
      await expect(lines).rejects.toMatchObject({ code: 'plan-file', place: { file: 'plan.json' } });
      await expect(lines).rejects.toThrow(message);
    });
  }

  it('that is no JSON', async () => {
    expect(() => parsePlan('{', { file: 'plan.json' })).toThrowError(MdcBridgeError);
    const read = readPlan(() => bytesOf(['{']), { file: 'plan.json' });
    await expect(read).rejects.toMatchObject({ code: 'plan-file', message: 'the plan is no JSON' });
  });

  it('of another tree', async () => {
    const plan = await planMigration(await tree(sourceName()));
    const other = new MemoryStorage('elsewhere');
    other.put(sourceName(), CONTENT);
    const error = await errorOf(convertTree(other, new MemoryStorage('out'), { plan }));
    expect(error).toMatchObject({ code: 'plan-file' });
    expect(error.message).toContain('another tree: memory:///modeldata');
  });
});

describe('an edited plan takes effect', () => {
  it('in its names: the table wins', async () => {
    const source = await tree(sourceName());
    const plan = JSON.parse(JSON.stringify(await planMigration(source))) as Record<string, never>;
    edit(plan, 'names.0', { endpoint: 'renamed', collection: 'my_inputs' });
    const destination = new MemoryStorage('out');
    await convertTree(source, destination, { plan: parsePlan(JSON.stringify(plan)) });
    expect(destination.get('renamed/m-1/my_inputs/2024/02/29/01/')).toBeUndefined();
    const names = [];
    for await (const { name } of destination.list('renamed/m-1/my_inputs/')) names.push(name);
    expect(names).toHaveLength(1);
    expect(destination.get(names[0] ?? '')?.toString()).toContain('"type":"azureml.inference.my_inputs"');
  });

  it('in its types: a token that does not fit rejects its row, and the type stays', async () => {
    const source = new MemoryStorage('modeldata');
    source.put(
      sourceName(),
      `a,${CORRELATION_HEADER}\r\n1,${correlation('id-1')}\r\nx,${correlation('id-2')}\r\n`,
    );
    const plan = JSON.parse(JSON.stringify(await planMigration(source))) as Record<string, never>;
    edit(plan, 'collections.0.columns.0', { type: 'integer' });
    const report = await convertTree(source, new MemoryStorage('out'), {
      plan: parsePlan(JSON.stringify(plan)),
    });
    expect(report.totals).toMatchObject({ rows: 1, rejected: { type: 1 } });
    expect(report.rejectsOverLimit).toBe(true);
  });
});

async function* bytesOf(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

/** Changes the object at a path such as `names.0`. */
function edit(plan: Record<string, never>, path: string, change: object): void {
  const target = path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], plan);
  Object.assign(target as object, change);
}
