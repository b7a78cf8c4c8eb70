import { describe, expect, it } from 'vitest';
import { planMigration } from '../../src/convert/plan.js';
import { readPlan } from '../../src/convert/plan-file-reader.js';
import { convertTree } from '../../src/convert/run.js';
import type { SyncPass } from '../../src/follow/sync-report.js';
import { FailingStorage } from '../support/failing-storage.js';
import { correlatedFile } from '../support/legacy-file.js';
import { correlation, sourceName } from '../support/rows.js';
import { eventFiles, expectSameAsConverted, Followed } from './followed.js';

const INPUTS = sourceName();
const OLD = sourceName('inputs', '2024/02/01');
const row = (id: string): string => `1,${correlation(id)}`;

function begun(): Followed {
  const followed = new Followed({ partBytes: 400 });
  followed.append(OLD, correlatedFile('a', row('o'), row('p')));
  followed.append(INPUTS, correlatedFile('a', row('x'), row('y')));
  return followed;
}

describe('a tree that was converted', () => {
  it('is followed on from there: only what has grown since is converted', async () => {
    const followed = begun();
    await convertTree(followed.source, followed.destination);
    followed.append(INPUTS, `${row('z')}\r\n`);
    const report = await followed.sync();
    expect(report).toMatchObject({ converted: 1, anew: 0, totals: { files: 2 } });
    followed.endDay();
    await followed.sync();
    await expectSameAsConverted(followed);
  });

  it('has sources converted again of which a file is gone, or is another, whatever else', async () => {
    const followed = begun();
    await followed.sync();
    followed.endDay();
    await followed.sync();
    const [first = ''] = (await eventFiles(followed.destination)).keys();
    await followed.destination.remove(first);
    await followed.sync();
    await expectSameAsConverted(followed);
  });

  it('keeps a plan that was given, and refuses one of another tree', async () => {
    const followed = begun();
    const plan = await planMigration(followed.source, { keepAmlColumns: true });
    await followed.sync({ plan });
    expect([...(await eventFiles(followed.destination)).values()].join('')).toContain('"$aml_dc_boundary"');
    const other = { ...plan, source: { ...plan.source, id: 'other-01234567' } };
    await expect(followed.sync({ plan: other })).rejects.toMatchObject({ code: 'plan-file' });
  });

  it('is followed within a range of time, which a later conversion may not change in passing', async () => {
    const followed = begun();
    const report = await followed.sync({ since: '2024-02-29T01:00:00Z', until: '2024-02-29T01:02:03Z' });
    expect(report.totals).toMatchObject({ rows: 0, outOfRange: 1 });
    await expect(convertTree(followed.source, followed.destination)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('is not followed into folders that live collection writes to on the same days', async () => {
    const followed = begun();
    const live = `svc/m-1/model_inputs/2024/02/29/12/${'ab'.repeat(16)}000000.jsonl`;
    followed.destination.put(live, Buffer.from('{"specversion":"1.0"}\n'));
    await expect(followed.sync()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('live collection writes here as well') as string,
    });
    expect([...(await eventFiles(followed.destination)).keys()]).toEqual([live]);
  });

  it('is not followed for other sources than those that it was begun with', async () => {
    const followed = begun();
    await followed.sync({ include: ['**/inputs/**'] });
    await followed.sync({ include: ['**/inputs/**'] });
    await followed.sync();
    for (const options of [{ include: ['**/labels/**'] }, { exclude: ['backup/**'] }]) {
      await expect(followed.sync(options)).rejects.toMatchObject({
        code: 'conflict',
        message: `an earlier run has decided otherwise of ${Object.keys(options).join()}`,
      });
    }
  });

  it('is not followed by other options than those that it was begun with', async () => {
    const followed = begun();
    await followed.sync({ empty: 'string' });
    await followed.sync();
    await expect(followed.sync({ empty: 'string', keepAmlColumns: true })).rejects.toMatchObject({
      code: 'conflict',
      message: 'an earlier run has decided otherwise of keepAmlColumns',
    });
  });
});

describe('an empty tree', () => {
  it('is a mistake, unless it is watched', async () => {
    await expect(new Followed().sync()).rejects.toMatchObject({ code: 'source' });
  });
});

describe('a signal', () => {
  it('ends a pass; what is done is whole, and told, and the next run goes on', async () => {
    const followed = begun();
    const stop = new AbortController();
    let writes = 0;
    const destination = new FailingStorage(followed.destination, (step) => {
      writes += step === 'publish' ? 1 : 0;
      if (writes === 2) stop.abort();
    });
    const report = await followed.watch(1, () => undefined, { signal: stop.signal }, destination);
    expect(report.interrupted).toBe(true);
    expect(report.totals.files).toBeLessThan(2);
    followed.endDay();
    await followed.sync();
    followed.endDay();
    await followed.sync();
    await expectSameAsConverted(followed);
  });
});

describe('--compact', () => {
  it('leaves sources that have not settled as they are', async () => {
    const followed = begun();
    await followed.watch(4, (pass) =>
      followed.append(INPUTS, [1, 2, 3].map((i) => `${row(`c${pass}${i}`)}\r\n`).join('')),
    );
    const before = await eventFiles(followed.destination);
    const passes: SyncPass[] = [];
    const report = await followed.sync({ compact: true, onPass: (pass) => passes.push(pass) });
    expect(report.compacted).toBe(0);
    expect(await eventFiles(followed.destination)).toEqual(before);
    followed.rest();
    expect(await followed.sync({ compact: true })).toMatchObject({ compacted: 1, unsettled: { files: 0 } });
    expect(await eventFiles(followed.destination)).toEqual(await eventFiles(await followed.converted()));
  });

  it('lets a source that grows on be followed on', async () => {
    const followed = begun();
    await followed.watch(4, (pass) =>
      followed.append(INPUTS, [1, 2, 3].map((i) => `${row(`c${pass}${i}`)}\r\n`).join('')),
    );
    followed.rest();
    await followed.sync({ compact: true });
    followed.append(INPUTS, `${row('more')}\r\n${row('most')}\r\n`);
    followed.endDay();
    await followed.watch(2, () => followed.endDay());
    await expectSameAsConverted(followed);
  });
});

it('a plan whose parts do not follow each other is refused with the place', async () => {
  const followed = begun();
  await followed.sync();
  const [name = ''] = [
    ...(await followed.destination.list('_migration/').next()).value!.name.split('/').slice(0, 2),
  ].slice(1);
  const text = followed.destination.get(`_migration/${name}/plan.json`)?.toString() ?? '';
  const spoilt = text.replace('"starts":[]', '"starts":[{"offset":9000,"ordinal":1}]');
  expect(spoilt).not.toBe(text);
  async function* open(): AsyncGenerator<Uint8Array, void, void> {
    yield Buffer.from(spoilt);
  }
  await expect(readPlan(open)).rejects.toMatchObject({
    code: 'plan-file',
    message: 'files[1].followed.starts[0] of the plan must be a place behind the one before it',
  });
});
