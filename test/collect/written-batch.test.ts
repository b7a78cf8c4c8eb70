import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { readdirSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/collect/delivery/batch.js';
import { type AppendCalls, LocalSink } from '../../src/collect/delivery/local-sink.js';
import { writtenLength } from '../../src/collect/delivery/written-batch.js';
import { SpoolStore } from '../../src/collect/spool/spool.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const TARGET = { name: 'm/inputs/data.csv', header: Buffer.from('h\r\n') };

/** A kill in the middle of a write: so many bytes are in the file, and nobody hears of it. */
class KilledIn implements AppendCalls {
  readonly #bytes: number;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  link(from: string, to: string): void {
    fs.linkSync(from, to);
  }

  async write(file: number, bytes: Uint8Array): Promise<number> {
    if (this.#bytes > 0) fs.writeSync(file, bytes, 0, Math.min(this.#bytes, bytes.length));
    return await new Promise(() => undefined);
  }

  writeNow(): number {
    throw new Error('the test ends before');
  }
}

/** The rows of a spool whose owner was killed so far into the writing of its batch; its file is as another start finds it. */
async function leftBy(folder: string, rows: string, killedIn: number): Promise<void> {
  const spool = new SpoolStore({ folder: join(folder, 'spool'), url: 'file:///tree' });
  spool.add(TARGET, Buffer.from(rows), 1);
  const batches = spool.seal(TARGET.name);
  void new LocalSink(join(folder, 'tree'), new KilledIn(killedIn)).write(TARGET, batches);
  await new Promise((resolve) => setTimeout(resolve, 20));
  // Without a word of what is done.
  for (const file of readdirSync(join(folder, 'spool'))) {
    fs.copyFileSync(join(folder, 'spool', file), join(folder, `${file.split('@')[0]}.copy`));
  }
  await spool.close();
  fs.rmSync(join(folder, 'spool'), { recursive: true });
  fs.mkdirSync(join(folder, 'spool'));
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.copy'))) {
    const name = `${file.slice(0, -5)}@elsewhere@0-0@0-0.spool`;
    fs.renameSync(join(folder, file), join(folder, 'spool', name));
  }
}

async function adoptAndWrite(folder: string): Promise<void> {
  const spool = new SpoolStore({ folder: join(folder, 'spool'), url: 'file:///tree' });
  await spool.adopt();
  for (const { name } of spool.waiting()) {
    const batches = spool.seal(name);
    await new LocalSink(join(folder, 'tree')).write(TARGET, batches);
    spool.done(name, batches);
  }
  await spool.close();
  expect(readdirSync(join(folder, 'spool'))).toEqual([]);
}

async function content(folder: string): Promise<string> {
  return await readFile(join(folder, 'tree', TARGET.name), 'utf8');
}

const ROWS = 'a,1\r\nb,"2\r\n2"\r\nc,3\r\n';

describe('a batch whose writer was killed', () => {
  it.each([0, 1, 5, 9, ROWS.length - 1, ROWS.length])(
    'with %i of its bytes in the file, is written once, whole',
    async (killedIn) => {
      const folder = await temporaryFolder();
      await leftBy(folder, ROWS, killedIn);
      expect(await content(folder)).toBe(`h\r\n${ROWS.slice(0, killedIn)}`);
      await adoptAndWrite(folder);
      expect(await content(folder)).toBe(`h\r\n${ROWS}`);
    },
  );

  it('is not written again where others have written behind it', async () => {
    const folder = await temporaryFolder();
    await leftBy(folder, ROWS, ROWS.length);
    await appendFile(join(folder, 'tree', TARGET.name), 'theirs,1\r\n');
    await adoptAndWrite(folder);
    expect(await content(folder)).toBe(`h\r\n${ROWS}theirs,1\r\n`);
  });

  it('goes on with its first row that is not whole where others have written behind a part of it', async () => {
    const folder = await temporaryFolder();
    await leftBy(folder, ROWS, 'a,1\r\nb,"2\r\n'.length);
    await appendFile(join(folder, 'tree', TARGET.name), 'theirs,1\r\n');
    await adoptAndWrite(folder);
    expect(await content(folder)).toBe('h\r\na,1\r\nb,"2\r\ntheirs,1\r\nb,"2\r\n2"\r\nc,3\r\n');
  });

  it('is sent all the same where the spool disk takes no note of it', async () => {
    const folder = await temporaryFolder();
    let isFull = false;
    const spool = new SpoolStore({
      folder: join(folder, 'spool'),
      url: 'file:///tree',
      write: (...args) => {
        if (isFull) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
        return fs.writeSync(...args);
      },
    });
    spool.add(TARGET, Buffer.from(ROWS), 1);
    const batches = spool.seal(TARGET.name);
    isFull = true;
    await new LocalSink(join(folder, 'tree')).write(TARGET, batches);
    expect(await content(folder)).toBe(`h\r\n${ROWS}`);
    isFull = false;
    spool.done(TARGET.name, batches);
    await spool.close();
  });

  it('that is not of a spool is written without a look', async () => {
    const folder = await temporaryFolder();
    const bytes = Buffer.from(ROWS);
    const batch: Batch = { id: randomUUID(), bytes, size: bytes.length, rows: 3 };
    const sink = new LocalSink(join(folder, 'tree'));
    await sink.write(TARGET, [batch]);
    await sink.write(TARGET, [{ ...batch, id: randomUUID() }]);
    expect(await content(folder)).toBe(`h\r\n${ROWS}${ROWS}`);
  });
});

it('what of a batch is in a file is found, whatever stands before and behind it', async () => {
  const path = join(await temporaryFolder(), 'file');
  const row = fc.stringMatching(/^[abc,]{1,6}$/).map((text) => `${text}\n`);
  const rows = fc.array(row, { maxLength: 4 }).map((all) => all.join(''));
  await fc.assert(
    fc.asyncProperty(rows, rows, rows, fc.nat(40), async (before, between, own, cut) => {
      // Rows of one batch are like none of another's.
      const bytes = Buffer.from(own.replace(/^/gm, 'X').replace(/X$/, ''));
      const length = Math.min(cut, bytes.length);
      await writeFile(path, Buffer.concat([Buffer.from(before + between), bytes.subarray(0, length)]));
      const file = fs.openSync(path, 'r');
      try {
        expect(writtenLength(file, before.length, bytes)).toBe(length);
      } finally {
        fs.closeSync(file);
      }
    }),
  );
});
