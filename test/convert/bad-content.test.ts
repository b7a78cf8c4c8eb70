import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { planMigration } from '../../src/convert/plan.js';
import type { ConvertReport } from '../../src/convert/report.js';
import { convertTree } from '../../src/convert/run.js';
import { MemoryStorage } from '../../src/storage/memory-storage.js';
import { CORRELATION_HEADER, correlation, sourceName } from '../support/rows.js';

const HEADER = `a,${CORRELATION_HEADER}\r\n`;
const row = (value: string, id: string): string => `${value},${correlation(id)}\r\n`;

/** Converts one source's bytes; gives the report, the rejects and the rows of its events. */
async function convert(content: string | Buffer): Promise<{
  readonly totals: ConvertReport['totals'];
  readonly rejects: { reason: string; offset: number; length: number; raw?: string; sha256?: string }[];
  readonly rows: unknown[];
}> {
  const [source, destination] = [new MemoryStorage('modeldata'), new MemoryStorage('out')];
  source.put(sourceName(), content);
  const { totals } = await convertTree(source, destination);
  const lines: Record<string, string[]> = { rejects: [], events: [] };
  for await (const { name } of destination.list('')) {
    const kind = name.includes('/rejects/')
      ? 'rejects'
      : name.startsWith('_migration/')
        ? undefined
        : 'events';
    if (kind !== undefined)
      lines[kind]?.push(...(destination.get(name)?.toString() ?? '').split('\n').slice(0, -1));
  }
  return {
    totals,
    rejects: (lines['rejects'] ?? []).map((line) => JSON.parse(line) as never),
    rows: (lines['events'] ?? []).flatMap((line) => (JSON.parse(line) as { data: unknown[] }).data),
  };
}

describe('content that is no CSV', () => {
  it('gives no events and no rejects for an empty file, and for only a header', async () => {
    expect((await convert('')).totals).toMatchObject({ lines: 0, rows: 0, events: 0, rejected: {} });
    expect((await convert(HEADER)).totals).toMatchObject({ lines: 1, headers: 1, events: 0, rejected: {} });
  });

  it('sets gzip bytes aside whole, and the plan names them', async () => {
    const source = new MemoryStorage('modeldata');
    const bytes = gzipSync(HEADER + row('1', 'id'));
    source.put(sourceName(), bytes);
    const plan = await planMigration(source);
    expect(plan.notes[0]?.text).toContain('looks like gzip, not like CSV text: unpack it');
    const { totals, rejects } = await convert(bytes);
    expect(totals.rows).toBe(0);
    expect(rejects.reduce((sum, { length }) => sum + length, 0)).toBe(bytes.length);
  });

  it('sets UTF-16 aside, and the plan names it', async () => {
    const source = new MemoryStorage('modeldata');
    source.put(sourceName(), Buffer.from(`\ufeff${HEADER}${row('1', 'id')}`, 'utf16le'));
    const plan = await planMigration(source);
    expect(plan.notes[0]?.text).toContain('looks like UTF-16');
    expect(plan.files.at(0)?.counts.rejected['utf8']).toBeGreaterThan(0);
  });

  it('drops a UTF-8 byte order mark, counts it, and keeps offsets of the file', async () => {
    const { rows, rejects } = await convert(`\ufeff${HEADER}${row('1', 'id')}x,y,${correlation('wide')}\r\n`);
    expect(rows).toEqual([{ a: 1 }]);
    expect(rejects[0]?.offset).toBe(3 + HEADER.length + row('1', 'id').length);
  });
});

describe('rows that break the grammar', () => {
  it('keep a lone CR as data', async () => {
    const { rows } = await convert(`${HEADER}x\ry,${correlation('id')}\r\n`);
    expect(rows).toEqual([{ a: 'x\ry' }]);
  });

  it('are rejected from an unterminated quote to the end of the file, as one', async () => {
    const good = row('1', 'id-1');
    const rest = `"open,${correlation('id-2')}\r\n${row('2', 'id-3')}`;
    const { rejects, totals } = await convert(HEADER + good + rest);
    expect(rejects).toEqual([
      expect.objectContaining({ reason: 'with-row 1', raw: good }),
      expect.objectContaining({ reason: 'unterminated-quote', raw: rest, length: rest.length }),
    ]);
    expect(totals).toMatchObject({ lines: 3, rows: 0 });
  });

  it('are rejected alone for text after a closing quote', async () => {
    const { rows, rejects } = await convert(
      HEADER + row('1', 'id-1') + row('"x"y', 'id-2') + row('3', 'id-3'),
    );
    expect(rejects).toEqual([
      expect.objectContaining({ reason: 'text-after-quote', raw: row('"x"y', 'id-2') }),
    ]);
    expect(rows).toEqual([{ a: 1 }, { a: 3 }]);
  });

  it('are hashed, not held, beyond 64 MiB', { timeout: 120_000 }, async () => {
    const long = row('x'.repeat(70 * 1024 * 1024), 'id-2');
    const { rows, rejects } = await convert(HEADER + row('1', 'id-1') + long + row('3', 'id-3'));
    expect(rejects.map(({ reason }) => reason)).toEqual(['with-row 1', 'too-long']);
    expect(rejects[1]).toMatchObject({
      length: long.length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(rejects[1]?.raw).toHaveLength(64 * 1024);
    expect(rows).toEqual([{ a: 3 }]);
  });

  it('of 10,000 columns convert', async () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
    const { rows } = await convert(
      `${names.join(',')},${CORRELATION_HEADER}\r\n${row(names.map((_, i) => i).join(','), 'id')}`,
    );
    expect(rows).toEqual([Object.fromEntries(names.map((name, i) => [name, i]))]);
  });
});

describe('names of columns that are traps', () => {
  it('are written as they are: __proto__, constructor, and integers in the order of the file', async () => {
    const [source, destination] = [new MemoryStorage('modeldata'), new MemoryStorage('out')];
    source.put(
      sourceName(),
      `z,1,__proto__,constructor,0,${CORRELATION_HEADER}\r\n1,2,3,4,5,${correlation('id')}\r\n`,
    );
    await convertTree(source, destination);
    for await (const { name } of destination.list('svc/')) {
      expect(destination.get(name)?.toString()).toContain(
        '"data":[{"z":1,"1":2,"__proto__":3,"constructor":4,"0":5}]',
      );
    }
  });

  it('become unlike each other: empty, reserved, repeated, and repeated by case', async () => {
    const source = new MemoryStorage('modeldata');
    source.put(sourceName(), `,CorrelationId,Age,age,AGE,age_1,${CORRELATION_HEADER}\r\n`);
    const plan = await planMigration(source);
    expect(plan.collections[0]?.columns.map(({ name }) => name)).toEqual([
      'column_0',
      'correlationid_1',
      'Age',
      'Age_2',
      'Age_3',
      'age_1',
    ]);
  });
});
