import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KEPT_HEAD_BYTES, MAX_ROW_BYTES, RowSplitter } from '../../src/csv/split-rows.js';
import { readRows } from '../support/read-rows.js';

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const EVERY_SIZE = Array.from({ length: 64 }, (_, i) => i + 1);

describe('a UTF-8 byte order mark', () => {
  it('is dropped from the start and counted in offsets, also when chunks cut it', async () => {
    for (const size of EVERY_SIZE) {
      const splitter = new RowSplitter();
      const rows = await readRows('\ufeffa,b\n1,2\n', size, splitter);
      expect(splitter.bom).toBe(true);
      expect(rows.map(({ offset, length, fields }) => [offset, length, fields])).toEqual([
        [3, 4, ['a', 'b']],
        [7, 4, ['1', '2']],
      ]);
    }
  });

  it('before a quote leaves the quote at the start of its field', async () => {
    expect(await readRows('\ufeff"a,\nb"\n', 1)).toMatchObject([{ fields: ['a,\nb'], offset: 3 }]);
  });

  it('is data anywhere else, and only one is dropped', async () => {
    const rows = await readRows('\ufeff\ufeffa\n\ufeffb\n', 1);
    expect(rows.map(({ offset, length, fields }) => [offset, length, fields])).toEqual([
      [3, 5, ['\u00ef\u00bb\u00bfa']],
      [8, 5, ['\u00ef\u00bb\u00bfb']],
    ]);
  });

  it('alone is a file without a row', async () => {
    const splitter = new RowSplitter();
    expect(await readRows('\ufeff', 1, splitter)).toEqual([]);
    expect(splitter.bom).toBe(true);
  });

  it('cut short by the end of the file is no mark but bytes that are no UTF-8', async () => {
    const splitter = new RowSplitter();
    const rows = await readRows(Uint8Array.of(0xef, 0xbb), 1, splitter);
    expect(rows).toMatchObject([{ offset: 0, length: 2, defect: 'utf8' }]);
    expect(splitter.bom).toBe(false);
  });
});

describe('text behind a closing quote', () => {
  it('spoils its row, which ends by the normal grammar; the next row is clean', async () => {
    for (const size of EVERY_SIZE) {
      const rows = await readRows('"a"b,c\r\n1,2\n', size);
      expect(rows.map(({ length, defect }) => [length, defect])).toEqual([
        [8, 'text-after-quote'],
        [4, undefined],
      ]);
    }
  });

  it('reads as unquoted to the end of its field, so a quote in it opens nothing', async () => {
    const rows = await readRows('"a"b"c\n"d" ,"e,\nf"\n', 1);
    expect(rows.map(({ text, defect }) => [text, defect])).toEqual([
      ['"a"b"c', 'text-after-quote'],
      ['"d" ,"e,\nf"', 'text-after-quote'],
    ]);
  });

  it('still gives the fields at the end of the row', async () => {
    const [row] = await readRows('"a"b"x,1,"c,d",e\n', 1);
    expect(row?.fields.slice(-3)).toEqual(['1', 'c,d', 'e']);
    expect(row?.fields).toHaveLength(4);
  });

  it('may be a lone CR, but not the CR of a CRLF', async () => {
    const rows = await readRows('"a"\r\n"b"\rc\n"d"\r,e\n"f"\r\r\n"g"\r', 1);
    expect(rows.map(({ text, defect }) => [text, defect])).toEqual([
      ['"a"', undefined],
      ['"b"\rc', 'text-after-quote'],
      ['"d"\r,e', 'text-after-quote'],
      ['"f"\r', 'text-after-quote'],
      ['"g"\r', 'text-after-quote'],
    ]);
  });
});

describe('an unterminated quote', () => {
  it('takes everything from its row to the end of the file, once: nothing resynchronises', async () => {
    const content = 'a,b\n1,"2\n3,4\r\n5,6\n';
    for (const size of EVERY_SIZE) {
      const rows = await readRows(content, size);
      expect(rows.map(({ offset, length, defect }) => [offset, length, defect])).toEqual([
        [0, 4, undefined],
        [4, content.length - 4, 'unterminated-quote'],
      ]);
      expect(rows[1]?.fields).toEqual([]);
    }
  });

  it('may be the last byte of the file', async () => {
    expect(await readRows('a\n"', 1)).toMatchObject([
      {},
      { offset: 2, length: 1, defect: 'unterminated-quote' },
    ]);
  });

  it('keeps only the head and the checksum of a row over the limit, in memory that does not grow', () => {
    const splitter = new RowSplitter(128 * 1024);
    const chunk = Buffer.alloc(1024 * 1024, 'x,y\n');
    const hash = createHash('sha256').update('"');
    expect(splitter.push(Buffer.from('"'))).toEqual([]);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    for (let i = 0; i < 30; i += 1) {
      expect(splitter.push(chunk)).toEqual([]);
      hash.update(chunk);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(most).toBeLessThan(8 * 1024 * 1024);
    const [row, ...others] = splitter.end();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ length: 1 + 30 * chunk.length, defect: 'unterminated-quote' });
    expect(row?.sha256).toBe(hash.digest('hex'));
    expect(row?.text).toHaveLength(KEPT_HEAD_BYTES);
  });
});

describe('a row that is too long', () => {
  const LIMIT = 70_000;
  const long = `"${'é,'.repeat(60_000)}"\r\n`;

  it('is over 64 MiB by default, its line ending included', async () => {
    expect(MAX_ROW_BYTES).toBe(67_108_864);
    const exact = `${'x'.repeat(9)}\n`;
    expect((await readRows(exact, 3, new RowSplitter(10)))[0]?.defect).toBeUndefined();
    expect((await readRows(`x${exact}`, 3, new RowSplitter(10)))[0]?.defect).toBe('too-long');
    expect((await readRows(`${'x'.repeat(9)}\r\n`, 3, new RowSplitter(10)))[0]?.defect).toBe('too-long');
  });

  it('gives its first 64 KiB, its whole length and the checksum of all of it, in chunks of any size', async () => {
    for (const size of [1000, 4096, 65_537, 1_000_000]) {
      const rows = await readRows(`a\n${long}b\n`, size, new RowSplitter(LIMIT));
      expect(rows.map(({ defect }) => defect)).toEqual([undefined, 'too-long', undefined]);
      const [, row] = rows;
      expect(row).toMatchObject({
        offset: 2,
        length: Buffer.byteLength(long),
        sha256: sha256(long),
        fields: [],
      });
      expect(row?.text).toBe(Buffer.from(long).toString('latin1').slice(0, KEPT_HEAD_BYTES));
      expect(rows[2]).toMatchObject({ offset: 2 + Buffer.byteLength(long), fields: ['b'] });
    }
  });

  it('has that reason before text behind a quote and bytes that are no UTF-8', async () => {
    const row = Buffer.concat([Buffer.from('"a"b'), Buffer.alloc(20, 0xff), Buffer.from('\n')]);
    expect((await readRows(row, 3, new RowSplitter(10)))[0]?.defect).toBe('too-long');
    expect((await readRows(row, 3))[0]?.defect).toBe('text-after-quote');
  });

  it('at the end of the file needs no line ending', async () => {
    const [row] = await readRows('x'.repeat(11), 4, new RowSplitter(10));
    expect(row).toMatchObject({ length: 11, ending: '', defect: 'too-long', sha256: sha256('x'.repeat(11)) });
  });
});

describe('bytes that are no UTF-8', () => {
  const bad: Readonly<Record<string, readonly number[]>> = {
    'a lone continuation byte': [0x80],
    'a sequence cut short': [0xe2, 0x82],
    'an overlong slash': [0xc0, 0xaf],
    'a surrogate': [0xed, 0xa0, 0x80],
    'a code point above U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
    latin1: [0xe9],
  };
  for (const [what, bytes] of Object.entries(bad)) {
    it(`spoil only their own row: ${what}`, async () => {
      const content = Buffer.concat([Buffer.from('é,1\n'), Buffer.from(bytes), Buffer.from(',2\né,3\n')]);
      for (const size of [1, 2, 3, 64]) {
        const rows = await readRows(content, size);
        expect(rows.map(({ defect }) => defect)).toEqual([undefined, 'utf8', undefined]);
        expect(rows[1]?.fields.at(-1)).toBe('2');
      }
    });
  }

  it('may not borrow the bytes of the next row', async () => {
    const rows = await readRows(Uint8Array.of(0xc3, 0x0a, 0xa9, 0x0a), 1);
    expect(rows.map(({ defect }) => defect)).toEqual(['utf8', 'utf8']);
  });
});
