import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, toBuffer } from '../../src/csv/byte-string.js';
import { parseRows } from '../../src/csv/parse-rows.js';
import { fieldsOf, readRows } from '../support/read-rows.js';

/** What csv-parse makes of the whole file at once. */
function csvParse(bytes: Uint8Array): string[][] {
  return parse(Buffer.from(bytes), {
    encoding: 'latin1',
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
  }) as unknown as string[][];
}

/** Any bytes, as text with one character a byte; the characters that matter to CSV come often. */
const fieldText = fc.string({
  unit: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom('"', ',', '\n', '\r', '\r\n', ' ') },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) },
  ),
  maxLength: 12,
});

/** A field as a correct writer writes it: quoted where needed, or for no reason. */
const field = fc.tuple(fieldText, fc.boolean()).map(([text, anyway]) => {
  const mustQuote = /[",\r\n]/.test(text);
  return mustQuote || anyway ? `"${text.replaceAll('"', '""')}"` : text;
});

/** A quote or a CR inside an unquoted field, which is data. */
const relaxedField = fc.constantFrom('a"b', 'a""', 'x\ry', 'say "hi"', 'it"s\r-');

const wellFormed: fc.Arbitrary<Buffer> = fc
  .array(
    fc.tuple(
      fc.array(fc.oneof({ weight: 9, arbitrary: field }, { weight: 1, arbitrary: relaxedField }), {
        minLength: 1,
        maxLength: 5,
      }),
      fc.constantFrom('\r\n', '\n'),
    ),
    { maxLength: 8 },
  )
  .chain((rows) =>
    fc.boolean().map((ended) => {
      const text = rows.map(([fields, ending]) => fields.join(',') + ending).join('');
      return Buffer.from(ended ? text : text.replace(/\r?\n$/, ''), 'latin1');
    }),
  )
  .filter((bytes) => !bytes.subarray(0, 3).equals(Buffer.from('\ufeff')));

describe('rows and their fields', () => {
  it('are those of csv-parse over the whole file, however the file is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(wellFormed, fc.integer({ min: 1, max: 64 }), async (bytes, chunkBytes) => {
        const rows = await readRows(bytes, chunkBytes);
        expect(fieldsOf(rows)).toEqual(csvParse(bytes));
        expect(rows.every(({ defect }) => defect === undefined || defect === 'utf8')).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  it('do not depend on the size of chunks: every size from 1 to 64 gives the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 100 }), async (values) => {
        const common = Buffer.from('a",\r\n"\u00e9');
        const bytes = Uint8Array.from(values, (value) => (value < 200 ? (common[value % 8] ?? 0) : value));
        const whole = await readRows(bytes);
        for (let size = 1; size <= 64; size += 1) expect(await readRows(bytes, size)).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  it('stand one behind the other: offsets and lengths add up to the file, and text and ending are its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(20), async (noise, chunk) => {
        const bytes = Buffer.concat([Buffer.from('x,"y\n"\r\n'), Buffer.from(noise), Buffer.from('\nz')]);
        let at = 0;
        for (const row of await readRows(bytes, chunk + 1)) {
          expect(row.offset).toBe(at);
          at += row.length;
          expect(toBuffer(row.text)).toEqual(bytes.subarray(row.offset, at - row.ending.length));
          expect(bytes.subarray(at - row.ending.length, at).toString('latin1')).toBe(row.ending);
        }
        expect(at).toBe(bytes.length);
      }),
      { numRuns: 300 },
    );
  });

  it('are given on a few hundred at once, however many a chunk holds', async () => {
    async function* oneChunk(): AsyncGenerator<Uint8Array, void, void> {
      yield Buffer.from('a,b\n'.repeat(20_000));
    }
    let rows = 0;
    for await (const some of parseRows(oneChunk())) {
      expect(some.length).toBeLessThanOrEqual(500);
      rows += some.length;
    }
    expect(rows).toBe(20_000);
  });

  it('hold UTF-8 as bytes, which decode to the text', async () => {
    const [row] = await readRows('é,日本,😀\n', 2);
    expect(row?.fields.map(decodeText)).toEqual(['é', '日本', '😀']);
    expect(row?.fields.map((bytes) => bytes.length)).toEqual([2, 6, 4]);
  });
});

/** Fields of a line by hand: text behind a closing quote reads as unquoted. `undefined`: a quote is not closed. */
function readByHand(line: string): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; ; at += 1) {
    let field = '';
    if (line[at] === '"') {
      const quoted = /^"((?:[^"]|"")*)"(?!")/.exec(line.slice(at));
      if (quoted === null) return undefined;
      field = (quoted[1] ?? '').replaceAll('""', '"');
      at += quoted[0].length;
    }
    const end = line.indexOf(',', at);
    fields.push(field + line.slice(at, end < 0 ? undefined : end));
    if (end < 0) return fields;
    at = end;
  }
}

describe('a row with text behind a closing quote', () => {
  it('has as many fields as the grammar gives it, and those that are not spoilt are right', async () => {
    const piece = fc.constantFrom('"', '"', ',', 'a', ' ', '\r', 'é');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 9 }), async (pieces) => {
        const line = `"x"y,${pieces.join('')},last`;
        const expected = readByHand(Buffer.from(line).toString('latin1'));
        const [row] = await readRows(`${line}\n`);
        if (expected === undefined) return;
        expect(row?.defect).toBe('text-after-quote');
        expect(row?.fields).toHaveLength(expected.length);
        expect(row?.fields.at(-1)).toBe('last');
        row?.fields.forEach((field, i) => {
          if (!field.startsWith('"')) expect(field).toBe(expected[i]);
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe('the grammar of a field', () => {
  const cases: readonly (readonly [title: string, line: string, fields: readonly string[]])[] = [
    ['a quote inside an unquoted field is data', 'a"b,c""d', ['a"b', 'c""d']],
    ['a doubled quote inside a quoted field is one quote', '"a""b",c', ['a"b', 'c']],
    ['commas, LF and CRLF inside quotes are data', '"a,b\nc\r\nd",e', ['a,b\nc\r\nd', 'e']],
    ['a CR inside or at the end of an unquoted field is data', 'a\rb,c\r,d', ['a\rb', 'c\r', 'd']],
    ['a lone CR inside quotes is data', '"a\rb"', ['a\rb']],
    ['"" alone is one empty field', '""', ['']],
    ['a comma alone separates two empty fields', ',', ['', '']],
    ['a NUL is data', 'a\0b', ['a\0b']],
    ['spaces belong to their fields', ' a , "b"', [' a ', ' "b"']],
  ];
  for (const [title, line, fields] of cases) {
    it(title, async () => {
      for (const ending of ['\n', '\r\n', '']) {
        const rows = await readRows(line + ending, 1);
        expect(rows).toHaveLength(1);
        expect(rows[0]).toMatchObject({ fields, ending });
        expect(rows[0]?.defect).toBeUndefined();
      }
    });
  }

  it('keeps a CR before a CRLF: only the last two bytes end the row', async () => {
    expect(await readRows('a,b\r\r\nc\n', 1)).toMatchObject([
      { fields: ['a', 'b\r'], ending: '\r\n' },
      { fields: ['c'], ending: '\n' },
    ]);
  });

  it('gives a line of no bytes no field, whichever its ending', async () => {
    const rows = await readRows('\n\r\na\n\n', 1);
    expect(rows.map(({ text, fields }) => [text, fields.length])).toEqual([
      ['', 0],
      ['', 0],
      ['a', 1],
      ['', 0],
    ]);
  });
});
