import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AzureSink } from '../../src/collect/delivery/azure/azure-sink.js';
import { StorageError } from '../../src/errors.js';
import { parseAddress } from '../../src/storage/address.js';
import { connectionAddress } from '../../src/storage/azure/connection-address.js';
import { freePort } from '../support/azurite.js';
import { errorOf } from '../support/error-of.js';
import { base64, batchOf, HEADER, ownContainer } from './azure-containers.js';

const { azurite, container } = await ownContainer();

describe('batches that are written', () => {
  it('stand behind the header, call by call in their order, and the answer names the blob and counts its blocks', async () => {
    const target = container.target();
    const [sink, one, two, three] = [container.sink(), batchOf('1', '2'), batchOf('3'), batchOf('4')];
    expect(await sink.write(target, [one, two])).toEqual({ name: target.name, blocks: 3 });
    expect(await sink.write(target, [three])).toEqual({ name: target.name, blocks: 4 });
    expect(await container.text(target.name)).toBe(`${HEADER}1\r\n2\r\n3\r\n4\r\n`);
    expect((await container.blocks(target.name)).committed).toEqual(['header', one.id, two.id, three.id]);
  });

  it('make a blob without a header where no names are known', async () => {
    const target = container.target(undefined);
    expect(await container.sink().write({ name: target.name }, [batchOf('1'), batchOf('2')])).toMatchObject({
      blocks: 2,
    });
    expect(await container.text(target.name)).toBe('1\r\n2\r\n');
  });

  it('may be large: one of 9 MiB beside many small ones', async () => {
    const target = container.target();
    const large = batchOf('x'.repeat(9 * 2 ** 20));
    await container
      .sink()
      .write(target, [batchOf('a'), large, ...'bcdefgh'.split('').map((row) => batchOf(row))]);
    const text = await container.text(target.name);
    expect(text.length).toBe(HEADER.length + large.bytes.length + 8 * 3);
    expect(text.endsWith('xx\r\nb\r\nc\r\nd\r\ne\r\nf\r\ng\r\nh\r\n')).toBe(true);
  });

  it('are nothing without batches: no blob, not even a header', async () => {
    const target = container.target();
    expect(await container.sink().write(target, [])).toEqual({ name: target.name });
    expect(await container.blob(target.name).exists()).toBe(false);
  });

  it('are left alone when they are given again: by the same process, or another one', async () => {
    const target = container.target();
    const batches = [batchOf('1'), batchOf('2')];
    const sink = container.sink();
    await sink.write(target, batches);
    const { etag } = await container.blob(target.name).getProperties();
    await sink.write(target, batches);
    await container.sink().write(target, batches);
    expect((await container.blob(target.name).getProperties()).etag).toBe(etag);
    await container.sink().write(target, [...batches, batchOf('3')]);
    expect(await container.text(target.name)).toBe(`${HEADER}1\r\n2\r\n3\r\n`);
  });

  it('are not staged again where a process that was killed has staged them', async () => {
    const target = container.target();
    const [one, two] = [batchOf('1'), batchOf('2')];
    await container.blob(target.name).stageBlock(base64(one.id), Buffer.from('kept\r\n'), 6);
    await container.sink().write(target, [one, two]);
    expect(await container.text(target.name)).toBe(`${HEADER}kept\r\n2\r\n`);
  });

  it('lie in a folder of the container, in names that are not encoded', async () => {
    const address = connectionAddress(
      azurite.connectionString,
      container.client.containerName,
      'my app/ü/modeldata/',
    );
    const options = {
      connections: [azurite.connectionString],
      concurrency: 2,
      maxMbps: Infinity,
      retrySeconds: 5,
    };
    const sink = new AzureSink(address, options);
    await sink.write({ name: 'rg/ws/credit risk/1/data.csv' }, [batchOf('1')]);
    expect(await container.text('my app/ü/modeldata/rg/ws/credit risk/1/data.csv')).toBe('1\r\n');
    expect(sink.url).toBe(`${azurite.endpoint}/${container.client.containerName}/my%20app/%C3%BC/modeldata`);
  });

  it('come from several writers at once, and none is lost', async () => {
    const target = container.target();
    const sinks = [1, 2, 3].map(() => container.sink());
    const rows = sinks.map((_, writer) => [0, 1, 2, 3, 4].map((n) => `${writer},${n}`));
    await Promise.all(
      sinks.map(async (sink, writer) => {
        for (const row of rows[writer] ?? []) await sink.write(target, [batchOf(row)]);
      }),
    );
    const [header, ...lines] = (await container.text(target.name)).trimEnd().split('\r\n');
    expect(header).toBe(HEADER.toString().trim());
    expect(lines.toSorted()).toEqual(rows.flat());
    expect((await container.blocks(target.name)).committed[0]).toBe('header');
  });
});

describe('a lease of somebody else', () => {
  it('is waited for', async () => {
    const target = container.target();
    const sink = container.sink();
    await sink.write(target, [batchOf('1')]);
    const lease = container.blob(target.name).getBlobLeaseClient();
    await lease.acquireLease(15);
    let done = false;
    const written = sink.write(target, [batchOf('2')]).then(() => {
      done = true;
    });
    await sleep(500);
    expect(done).toBe(false);
    await lease.releaseLease();
    await written;
    expect(await container.text(target.name)).toBe(`${HEADER}1\r\n2\r\n`);
  });

  it('that is not given back is told when the time for it is over, and the rows can be given again', async () => {
    const target = container.target();
    const sink = container.sink({ retrySeconds: 1 });
    await sink.write(target, [batchOf('1')]);
    const lease = container.blob(target.name).getBlobLeaseClient();
    await lease.acquireLease(-1);
    const batch = batchOf('2');
    const error = await errorOf(sink.write(target, [batch]));
    expect(error).toMatchObject({ code: 'storage', reason: 'ELEASED' });
    expect(error.remedy).toContain('break the lease');
    expect(error.place?.file).toBe(`${sink.url}/${target.name}`);
    await lease.releaseLease();
    await sink.write(target, [batch]);
    expect(await container.text(target.name)).toBe(`${HEADER}1\r\n2\r\n`);
  });

  it('is waited for no longer than the caller does', async () => {
    const target = container.target();
    const sink = container.sink();
    await sink.write(target, [batchOf('1')]);
    await container.blob(target.name).getBlobLeaseClient().acquireLease(15);
    const stop = new AbortController();
    const written = errorOf(sink.write(target, [batchOf('2')], stop.signal));
    stop.abort();
    expect(await written).toMatchObject({ code: 'aborted' });
  });
});

describe('what is in the way', () => {
  it('of another kind is told with what to do, and left as it is', async () => {
    const target = container.target();
    await container.client.getAppendBlobClient(target.name).create();
    const error = await errorOf(container.sink().write(target, [batchOf('1')]));
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ reason: 'EKIND' });
    expect(error.remedy).toContain('move that blob aside');
    expect((await container.blob(target.name).getProperties()).blobType).toBe('AppendBlob');
  });

  it('and was uploaded in one piece is not replaced by rows', async () => {
    const target = container.target();
    await container.blob(target.name).upload('a,b\r\n1,2\r\n', 10);
    const batch = batchOf('1');
    const error = await errorOf(container.sink().write(target, [batch]));
    expect(error).toMatchObject({ reason: 'EKIND' });
    expect(await container.text(target.name)).toBe('a,b\r\n1,2\r\n');
    expect((await container.blocks(target.name)).uncommitted).toEqual([]);
    await container.blob(target.name).delete();
    await container.sink().write(target, [batch]);
    expect(await container.text(target.name)).toBe(`${HEADER}1\r\n`);
  });

  it('is a container that isn’t there', async () => {
    const address = connectionAddress(azurite.connectionString, 'no-such-container');
    const options = {
      connections: [azurite.connectionString],
      concurrency: 2,
      maxMbps: Infinity,
      retrySeconds: 5,
    };
    const error = await errorOf(new AzureSink(address, options).write(container.target(), [batchOf('1')]));
    expect(error).toMatchObject({ reason: 'ENOCONTAINER' });
    expect(error.remedy).toContain('az storage container create');
  });
});

describe('a storage that can’t be reached', () => {
  it('lets the sink be made, tells each write of it without a secret, and takes the same rows when it is there', async () => {
    const port = await freePort();
    const connectionString = azurite.connectionString.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`);
    const away = container.through({ connectionString });
    const [target, batch] = [container.target(), batchOf('1')];
    const error = await errorOf(away.sink({ retrySeconds: 1 }).write(target, [batch]));
    expect(error).toMatchObject({ code: 'storage', reason: 'ECONNREFUSED' });
    expect(error.remedy).toBe('the rows are kept and tried again; see to it before the buffer is full');
    await container.sink().write(target, [batch]);
    expect(await container.text(target.name)).toBe(`${HEADER}1\r\n`);
  });

  it('without any credential: the same, at each write', async () => {
    const address = parseAddress(`${azurite.endpoint}/modeldata`);
    if (address.kind !== 'azure') throw new Error('not of blobs');
    const options = { connections: [], concurrency: 2, maxMbps: Infinity, retrySeconds: 1 };
    const sink = new AzureSink(address, options);
    for (const _ of [1, 2]) {
      const error = await errorOf(sink.write(container.target(), [batchOf('1')]));
      expect(error.message).toContain('there is no credential');
    }
  });
});
