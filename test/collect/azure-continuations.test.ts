import { describe, expect, it } from 'vitest';
import type { BlobTarget } from '../../src/collect/delivery/batch.js';
import { errorOf } from '../support/error-of.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { base64, batchOf, HEADER, ownContainer } from './azure-containers.js';

const FULL = { maxBlocks: 4 };

const { azurite, container } = await ownContainer();

function part(target: BlobTarget, n: number): string {
  return target.name.replace('.csv', `-${n}.csv`);
}

async function rows(name: string): Promise<string[]> {
  return (await container.text(name)).replace(HEADER.toString(), '').trimEnd().split('\r\n');
}

describe('a blob that has as many blocks as it may', () => {
  it('goes on in the next, which has the same header, and the answer says so', async () => {
    const target = container.target();
    const sink = container.sink(FULL);
    const names: unknown[] = [];
    for (const row of ['1', '2', '3', '4', '5', '6', '7']) {
      names.push(await sink.write(target, [batchOf(row)]));
    }
    const answer = (name: string, ...blocks: number[]) => blocks.map((count) => ({ name, blocks: count }));
    expect(names).toEqual([
      ...answer(target.name, 2, 3, 4),
      ...answer(part(target, 1), 2, 3, 4),
      ...answer(part(target, 2), 2),
    ]);
    expect(await container.text(target.name)).toBe(`${HEADER}1\r\n2\r\n3\r\n`);
    expect(await container.text(part(target, 1))).toBe(`${HEADER}4\r\n5\r\n6\r\n`);
    expect(await container.text(part(target, 2))).toBe(`${HEADER}7\r\n`);
  });

  it('takes of one call what it has room for', async () => {
    const target = container.target();
    const written = await container.sink(FULL).write(
      target,
      '12345678'.split('').map((row) => batchOf(row)),
    );
    expect(written).toEqual({ name: part(target, 2), blocks: 3 });
    expect(await rows(target.name)).toEqual(['1', '2', '3']);
    expect(await rows(part(target, 1))).toEqual(['4', '5', '6']);
    expect(await rows(part(target, 2))).toEqual(['7', '8']);
  });

  it('is found full by a process that is new, which writes nothing there again', async () => {
    const target = container.target();
    const batches = '12345'.split('').map((row) => batchOf(row));
    await container.sink(FULL).write(target, batches);
    await container.sink(FULL).write(target, [...batches, batchOf('6')]);
    expect(await rows(target.name)).toEqual(['1', '2', '3']);
    expect(await rows(part(target, 1))).toEqual(['4', '5', '6']);
  });

  it('is committed once more where it has a batch of ours that is only staged', async () => {
    const target = container.target();
    const sink = container.sink(FULL);
    const last = batchOf('3');
    await sink.write(target, [batchOf('1'), batchOf('2')]);
    await container.blob(target.name).stageBlock(base64(last.id), Buffer.from(last.bytes), last.bytes.length);
    await sink.write(target, [last, batchOf('4')]);
    expect(await rows(target.name)).toEqual(['1', '2', '3']);
    expect(await rows(part(target, 1))).toEqual(['4']);
  });

  it('counts what others have staged there', async () => {
    const target = container.target();
    const sink = container.sink(FULL);
    await sink.write(target, [batchOf('1'), batchOf('2')]);
    const theirs = batchOf('theirs');
    await container
      .blob(target.name)
      .stageBlock(base64(theirs.id), Buffer.from(theirs.bytes), theirs.bytes.length);
    expect(await sink.write(target, [batchOf('3')])).toMatchObject({ name: part(target, 1) });
    expect(await rows(target.name)).toEqual(['1', '2']);
    expect((await container.blocks(target.name)).uncommitted).toEqual([theirs.id]);
  });

  it('counts the header that it has yet to get', async () => {
    const target = container.target();
    const theirs = batchOf('theirs');
    await container
      .blob(target.name)
      .stageBlock(base64(theirs.id), Buffer.from(theirs.bytes), theirs.bytes.length);
    await container.sink(FULL).write(target, [batchOf('1'), batchOf('2'), batchOf('3')]);
    expect(await rows(target.name)).toEqual(['theirs', '1', '2']);
    expect(await rows(part(target, 1))).toEqual(['3']);
  });

  it('has what it took only once, though the call failed when it went on', async () => {
    const proxy = await FaultProxy.start(azurite, { seed: 1, share: 0, faults: ['500'] });
    const target = container.target();
    const batches = '12345'.split('').map((row) => batchOf(row));
    const sink = container.through(proxy).sink({ ...FULL, retrySeconds: 1 });
    // After the first blob's turn: acquire, stage, acquire, list, three blocks, commit, list, release.
    proxy.failsAfter = 10;
    const error = await errorOf(sink.write(target, batches));
    expect(error.place?.file).toContain(part(target, 1));
    proxy.failsAfter = Number.POSITIVE_INFINITY;
    await sink.write(target, batches);
    await proxy.stop();
    expect(await rows(target.name)).toEqual(['1', '2', '3']);
    expect(await rows(part(target, 1))).toEqual(['4', '5']);
  });

  it('has a continuation whatever its name ends with', async () => {
    const sink = container.sink(FULL);
    for (const [name, next] of [
      ['a.csv/rows', 'a.csv/rows-1'],
      ['b.csv.csv', 'b.csv-1.csv'],
    ] as const) {
      const written = await sink.write(
        { name },
        '12345'.split('').map((row) => batchOf(row)),
      );
      expect(written.name).toBe(next);
    }
  });
});
