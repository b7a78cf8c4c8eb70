import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { appendFile, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/collect/delivery/batch.js';
import { type AppendCalls, LocalSink } from '../../src/collect/delivery/local-sink.js';
import { errorOf } from '../support/error-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const TARGET = { name: 'm/inputs/data.csv', header: Buffer.from('h\r\n') };

function batchOf(...rows: readonly string[]): Batch {
  const bytes = Buffer.from(rows.map((row) => `${row}\r\n`).join(''));
  return { id: randomUUID(), bytes, size: bytes.length, rows: rows.length };
}

/** A disk that takes so many bytes, and then answers as it is told to. */
class SmallDisk implements AppendCalls {
  left = Number.POSITIVE_INFINITY;
  code = 'ENOSPC';
  /** Called before a write is refused. */
  onRefusal: () => void = () => undefined;
  hasLinks = true;

  link(from: string, to: string): void {
    if (!this.hasLinks) throw Object.assign(new Error('EPERM'), { code: 'EPERM' });
    fs.linkSync(from, to);
  }

  async write(file: number, bytes: Uint8Array, offset: number): Promise<number> {
    return this.writeNow(file, bytes, offset);
  }

  writeNow(file: number, bytes: Uint8Array, offset: number): number {
    const size = Math.min(this.left, bytes.length - offset);
    if (size === 0) {
      this.onRefusal();
      throw Object.assign(new Error(this.code), { code: this.code });
    }
    this.left -= size;
    return fs.writeSync(file, bytes, offset, size);
  }
}

async function read(folder: string): Promise<string> {
  return await readFile(join(folder, TARGET.name), 'utf8');
}

describe('a folder', () => {
  it('gets a file with its header first, and rows behind it in their order', async () => {
    const folder = await temporaryFolder();
    const sink = new LocalSink(folder);
    expect(await sink.write(TARGET, [batchOf('1', '2'), batchOf('3')])).toEqual({ name: TARGET.name });
    await sink.write({ name: TARGET.name, header: Buffer.from('other\r\n') }, [batchOf('4')]);
    expect(await read(folder)).toBe('h\r\n1\r\n2\r\n3\r\n4\r\n');
    expect(await readdir(join(folder, 'm/inputs'))).toEqual(['data.csv']);
  });

  it('gives a batch’s memory back when the disk has answered, whatever it said', async () => {
    const said: string[] = [];
    const disk = new SmallDisk();
    disk.left = 8;
    const write = disk.write.bind(disk);
    disk.write = async (...asked) => await write(...asked).finally(() => said.push('answered'));
    const released = (batch: Batch): Batch => ({ ...batch, release: () => said.push('released') });
    const sink = new LocalSink(await temporaryFolder(), disk);
    await sink.write(TARGET, [released(batchOf('1')), released(batchOf('2'))]);
    expect(said).toEqual(['answered', 'released', 'answered', 'released']);
    disk.left = 0;
    await expect(sink.write(TARGET, [released(batchOf('3'))])).rejects.toThrow('append to');
    expect(said.slice(4)).toEqual(['answered', 'released']);
  });

  it('gets one header from many who begin the same file at once', async () => {
    const folder = await temporaryFolder();
    const sinks = Array.from({ length: 20 }, () => new LocalSink(folder));
    await Promise.all(sinks.map((sink, i) => sink.write(TARGET, [batchOf(`${i}`)])));
    const lines = (await read(folder)).split('\r\n');
    expect(lines[0]).toBe('h');
    expect(
      lines
        .slice(1, -1)
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(sinks.map((_, i) => i));
    expect(await readdir(join(folder, 'm/inputs'))).toEqual(['data.csv']);
  });

  it('gets a file without a header where none is known, and one of the header alone where no row comes', async () => {
    const folder = await temporaryFolder();
    await new LocalSink(folder).write({ name: 'x.csv' }, [batchOf('1')]);
    await new LocalSink(folder).write(TARGET, []);
    expect(await readFile(join(folder, 'x.csv'), 'utf8')).toBe('1\r\n');
    expect(await read(folder)).toBe('h\r\n');
  });

  it('on a file system without hard links gets such a file all the same', async () => {
    const folder = await temporaryFolder();
    const disk = new SmallDisk();
    disk.hasLinks = false;
    await new LocalSink(folder, disk).write(TARGET, [batchOf('1')]);
    await new LocalSink(folder, disk).write(TARGET, [batchOf('2')]);
    expect(await read(folder)).toBe('h\r\n1\r\n2\r\n');
    expect(await readdir(join(folder, 'm/inputs'))).toEqual(['data.csv']);
  });

  it('that is removed is made again', async () => {
    const folder = await temporaryFolder();
    const sink = new LocalSink(folder);
    await sink.write(TARGET, [batchOf('1')]);
    await rm(join(folder, 'm'), { recursive: true });
    await sink.write(TARGET, [batchOf('2')]);
    expect(await read(folder)).toBe('h\r\n2\r\n');
  });

  it('on a full disk: the error says so, and what to do', async () => {
    const folder = await temporaryFolder();
    const sink = new LocalSink(folder);
    await sink.write(TARGET, []);
    await rm(join(folder, TARGET.name));
    await symlink('/dev/full', join(folder, TARGET.name));
    const batch = batchOf('1');
    const expected = {
      code: 'storage',
      reason: 'ENOSPC',
      message: `can't append to ${TARGET.name}: the disk is full (ENOSPC)`,
      place: { file: join(folder, TARGET.name) },
      remedy: expect.stringContaining('kept') as string,
    };
    expect(await errorOf(sink.write(TARGET, [batch]))).toMatchObject(expected);
    expect(() => sink.writeNow(TARGET, [batch])).toThrow(expected.message);
    await rm(join(folder, TARGET.name));
    await sink.write(TARGET, [batch]);
    expect(await read(folder)).toBe('h\r\n1\r\n');
  });
});

describe('a write that fails in its middle', () => {
  it('is taken back, and done whole the next time', async () => {
    const folder = await temporaryFolder();
    const disk = new SmallDisk();
    const sink = new LocalSink(folder, disk);
    await sink.write(TARGET, [batchOf('0')]);
    disk.left = 5;
    const batch = batchOf('first', 'second');
    expect(await errorOf(sink.write(TARGET, [batch]))).toMatchObject({ reason: 'ENOSPC' });
    expect(await read(folder)).toBe('h\r\n0\r\n');
    disk.left = Number.POSITIVE_INFINITY;
    await sink.write(TARGET, [batch]);
    expect(await read(folder)).toBe('h\r\n0\r\nfirst\r\nsecond\r\n');
  });

  it('stays where others have written behind it: nothing of theirs is taken', async () => {
    const folder = await temporaryFolder();
    const disk = new SmallDisk();
    const sink = new LocalSink(folder, disk);
    await sink.write(TARGET, []);
    disk.left = 7;
    disk.onRefusal = () => fs.appendFileSync(join(folder, TARGET.name), 'theirs\r\n');
    const batch = batchOf('first', 'second');
    await errorOf(sink.write(TARGET, [batch]));
    disk.left = Number.POSITIVE_INFINITY;
    await sink.write(TARGET, [batch]);
    expect(await read(folder)).toBe('h\r\nfirst\r\ntheirs\r\nsecond\r\n');
  });

  it('repeats none of the batches before it', async () => {
    const folder = await temporaryFolder();
    const disk = new SmallDisk();
    const sink = new LocalSink(folder, disk);
    const batches = [batchOf('1'), batchOf('2'), batchOf('3')];
    for (const left of [4, 3, 2, 9]) {
      disk.left = left;
      await sink.write(TARGET, batches).catch(() => undefined);
    }
    expect(await read(folder)).toBe('h\r\n1\r\n2\r\n3\r\n');
  });

  it('repeats nothing when it is done at once, in parts or whole', async () => {
    const folder = await temporaryFolder();
    const disk = new SmallDisk();
    const sink = new LocalSink(folder, disk);
    const batches = [batchOf('1'), batchOf('2'), batchOf('3')];
    disk.left = 4;
    await sink.write(TARGET, batches).catch(() => undefined);
    for (const left of [1, 2, 9]) {
      disk.left = left;
      try {
        sink.writeNow(TARGET, batches);
      } catch {}
    }
    expect(await read(folder)).toBe('h\r\n1\r\n2\r\n3\r\n');
  });

  it('whatever fails when, and however it is gone on with: every row once and in order (property)', async () => {
    const step = fc.record({
      rows: fc.array(fc.constantFrom('a', 'bb', 'ccc,"d\r\ne"'), { minLength: 1, maxLength: 3 }),
      room: fc.oneof(fc.nat(12), fc.constant(1000)),
      isNow: fc.boolean(),
      code: fc.constantFrom('ENOSPC', 'EIO', 'EDQUOT'),
    });
    const shared = await temporaryFolder();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        const folder = fs.mkdtempSync(join(shared, 'run-'));
        const disk = new SmallDisk();
        const sink = new LocalSink(folder, disk);
        let waiting: Batch[] = [];
        let expected = 'h\r\n';
        for (const { rows, room, isNow, code } of [
          ...steps,
          { rows: ['end'], room: 10_000, isNow: false, code: 'EIO' },
        ]) {
          const batch = batchOf(...rows);
          expected += Buffer.from(batch.bytes).toString();
          waiting.push(batch);
          Object.assign(disk, { left: room, code });
          try {
            if (isNow) sink.writeNow(TARGET, waiting);
            else await sink.write(TARGET, waiting);
            waiting = [];
          } catch (error) {
            expect(error).toMatchObject({ reason: code });
          }
        }
        expect(await read(folder)).toBe(expected);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a process that ends while a write is under way', () => {
  /** Asked at once, answered never: as for a process that is gone before. */
  class SilentDisk extends SmallDisk {
    isTold = true;

    override async write(file: number, bytes: Uint8Array, offset: number): Promise<number> {
      if (this.isTold) fs.writeSync(file, bytes, offset);
      return await new Promise(() => undefined);
    }
  }

  async function writing(disk: SilentDisk): Promise<[string, LocalSink, Batch]> {
    const folder = await temporaryFolder();
    const sink = new LocalSink(folder, disk);
    await sink.write(TARGET, []);
    const batch = batchOf('1', '2');
    void sink.write(TARGET, [batch]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return [folder, sink, batch];
  }

  it('does not write again what is there already', async () => {
    const [folder, sink, batch] = await writing(new SilentDisk());
    await appendFile(join(folder, TARGET.name), 'theirs\r\n');
    sink.writeNow(TARGET, [batch, batchOf('3')]);
    expect(await read(folder)).toBe('h\r\n1\r\n2\r\ntheirs\r\n3\r\n');
  });

  it('writes nothing twice where the disk has not answered: that batch is reported', async () => {
    const disk = new SilentDisk();
    disk.isTold = false;
    const [folder, sink, batch] = await writing(disk);
    expect(() => sink.writeNow(TARGET, [batch])).toThrow(/append to/);
    sink.writeNow({ name: 'other.csv' }, [batchOf('4')]);
    expect(await read(folder)).toBe('h\r\n');
    expect(await readFile(join(folder, 'other.csv'), 'utf8')).toBe('4\r\n');
  });
});
