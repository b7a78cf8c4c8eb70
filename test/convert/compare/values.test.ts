import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Timestamps } from '../../../src/convert/compare/date-text.js';
import { addFields, addUnsplit, type LegacyColumn } from '../../../src/convert/compare/legacy-cells.js';
import { LegacyRows } from '../../../src/convert/compare/legacy-rows.js';
import { plainDecimal, roundedDecimal } from '../../../src/convert/compare/plain-decimal.js';
import { RowsHash } from '../../../src/convert/compare/rows-hash.js';
import { splitFields } from '../../../src/convert/compare/split-fields.js';
import { columnHash } from '../../../src/convert/compare/text-hash.js';
import { encodeText } from '../../../src/csv/byte-string.js';
import { parseFields } from '../../../src/csv/parse-rows.js';
import { RowSplitter } from '../../../src/csv/split-rows.js';

const COLUMNS = ['x', 'y', 'z'].map(
  (name): LegacyColumn => ({ name, hash: columnHash(encodeText(name)), kind: 'text', isLeftOut: false }),
);

describe('a number token has one plain text', () => {
  test.each([
    ['0', '0'],
    ['-0.0', '0'],
    ['0e5', '0'],
    ['1e-07', '0.0000001'],
    ['1.50', '1.5'],
    ['-12.5e+1', '-125'],
    ['1e16', '10000000000000000'],
    ['100', '100'],
    ['0.001e3', '1'],
  ])('%s is %s', (token, plain) => {
    expect(plainDecimal(token)).toBe(plain);
  });

  test('it is the same number, and has no other plain text', () => {
    const digits = fc.stringMatching(/^(?:0|[1-9]\d{0,20})(?:\.\d{1,20})?$/);
    fc.assert(
      fc.property(digits, fc.integer({ min: -30, max: 30 }), (token, exponent) => {
        const plain = plainDecimal(`${token}e${exponent}`);
        expect(Number(plain)).toBe(Number(`${token}e${exponent}`));
        expect(plain).toMatch(/^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/);
        expect(plainDecimal(plain)).toBe(plain);
      }),
    );
  });

  test('numbers that no double tells apart stay apart', () => {
    expect(plainDecimal('1e400')).not.toBe(plainDecimal('1e401'));
    expect(plainDecimal('1e99999')).not.toBe(plainDecimal('1e99998'));
    expect(plainDecimal('10e99998')).toBe(plainDecimal('1e99999'));
  });
});

test('floats are rounded as pandas rounds them, and what is rounded stays as it is', () => {
  const file = new URL('../../../fixtures/sidecar/pandas-floats.json', import.meta.url);
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as { repr: string; json: string }[];
  expect(vectors.length).toBeGreaterThan(1000);
  for (const { repr, json } of vectors) {
    expect(roundedDecimal(repr), repr).toBe(plainDecimal(json));
    expect(roundedDecimal(json), json).toBe(plainDecimal(json));
  }
});

test('fields are split as csv-parse splits them', () => {
  const field = fc.oneof(
    fc.stringMatching(/^[ab"é☃ \r]{0,4}$/).filter((text) => !text.startsWith('"')),
    fc.stringMatching(/^[ab",é\r\n]{0,6}$/).map((text) => `"${text.replaceAll('"', '""')}"`),
  );
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 6 }), (fields) => {
      const splitter = new RowSplitter();
      const rows = [...splitter.push(Buffer.from(`${fields.join(',')}\n`)), ...splitter.end()];
      for (const row of rows) {
        if (row.text === '' || row.defect !== undefined) continue;
        expect(splitFields(row.text)).toEqual(parseFields([row])[0]?.fields);
      }
    }),
    { numRuns: 500 },
  );
  expect(splitFields(encodeText('a,"b ""c"", d",'))).toEqual(['a', 'b "c", d', '']);
});

test('a time is read as Date reads it, to the millisecond', () => {
  const times = new Timestamps();
  const date = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(date, fc.constantFrom('', '7', '89', '999'), (time, micros) => {
      const text = time.toISOString().slice(0, -1);
      expect(times.readLegacy(text + micros)).toBe(time.getTime());
      expect(times.readEvent(`${text + micros}Z`)).toBe(time.getTime());
      expect(times.readLegacy(text.slice(0, 19))).toBe(Math.floor(time.getTime() / 1000) * 1000);
    }),
  );
  expect(times.readEvent('2024-02-29T12:00:00+02:00')).toBe(Date.UTC(2024, 1, 29, 10));
});

test.each([
  '2023-02-29T00:00:00',
  '2024-02-29T24:00:00',
  '2024-02-29T00:00:60',
  '2024-02-29T00:00:00.',
  '2024-02-29 00:00:00',
  '2024-02-29T00:00:00.1234567',
  '',
])('%j is no time of a row', (text) => {
  const times = new Timestamps();
  times.readLegacy('2024-02-29T00:00:00');
  expect(times.readLegacy(text)).toBeNaN();
});

describe('a row of any fields', () => {
  const field = fc.oneof(
    fc.constantFrom('', '"', '""', ',', 'a', '1.5', 'é', 'a"b', '\r\n', 'True', 'nan'),
    fc.string({ maxLength: 8 }),
  );
  const csv = (text: string, quotes: boolean): string =>
    quotes || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const EIGHT = '2024-02-29T12:00:00.000001,1440,sub/rg/ws,svc,m,1,00000000-0000-0000-0000-000000000000';

  test('has the values that a splitting of it gives, whether or not its row before was of the same call', () => {
    const rows = fc.array(
      fc.record({
        fields: fc.array(fc.tuple(field, fc.boolean()), { minLength: 3, maxLength: 3 }),
        id: fc.constantFrom('a', 'b', '', 'with "quotes"', 'c,d'),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(rows, (all) => {
        const lines = all.map(
          ({ fields, id }) =>
            `${fields.map(([text, quotes]) => csv(encodeText(text), quotes)).join(',')},${csv(id, false)},${EIGHT}\n`,
        );
        const splitter = new RowSplitter();
        const raw = [...splitter.push(Buffer.from(`x,y,z\n${lines.join('')}`, 'latin1')), ...splitter.end()];
        const reader = new LegacyRows('present');
        const read = raw.flatMap((row) => reader.read(row) ?? []);
        expect(read.map(({ correlation }) => correlation?.id)).toEqual(all.map(({ id }) => id));
        for (const [i, line] of read.entries()) {
          const values = (all[i]?.fields ?? []).map(([text]) => encodeText(text));
          const [found, wanted] = [new RowsHash(false), new RowsHash(false)];
          if (line.fields === undefined) {
            addUnsplit(found, COLUMNS, line.row.text, line.tail, 'null');
          } else addFields(found, COLUMNS, line.fields, 0, 'null');
          addFields(wanted, COLUMNS, values, 0, 'null');
          for (const digest of [found, wanted]) digest.endRow();
          expect(found.orderA).toBe(wanted.orderA);
        }
      }),
      { numRuns: 500 },
    );
  });
});
