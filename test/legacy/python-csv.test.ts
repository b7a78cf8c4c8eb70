import { describe, expect, it } from 'vitest';
import { type ColumnKinds, dateKinds, formatHeader, formatRow } from '../../src/legacy/python-csv.js';
import type { Cell } from '../../src/legacy/python-repr.js';

describe('a row', () => {
  it('has quotes where Python’s writer needs them, and CRLF', () => {
    expect(
      formatRow(
        ['plain', 'a,b', 'q"uote', 'line\nfeed', 'cr\r\nlf', 'c\rr', ' x ', "'s'", '=1+1'],
        'plain',
        'list',
      ),
    ).toBe('plain,"a,b","q""uote","line\nfeed","cr\r\nlf","c\rr", x ,\'s\',=1+1\r\n');
  });

  it('of a DataFrame has LF, no quotes around a lone CR, and nothing for NaN', () => {
    const cells = [
      'cr\r\nlf',
      'c\rr',
      'a,b',
      Number.NaN,
      null,
      new Date(Number.NaN),
      Number.POSITIVE_INFINITY,
      [Number.NaN],
    ];
    expect(formatRow(cells, 'plain', 'dataframe')).toBe('"cr\r\nlf",c\rr,"a,b",,,,inf,[nan]\n');
    expect(formatRow(cells, 'plain', 'list')).toBe('"cr\r\nlf","c\rr","a,b",nan,,,inf,[nan]\r\n');
  });

  it('quotes a nested list for its commas', () => {
    expect(formatRow([[1, 2], { a: 1 }, { a: 'x', b: 'y"' }], 'plain', 'list')).toBe(
      "\"[1, 2]\",{'a': 1},\"{'a': 'x', 'b': 'y\"\"'}\"\r\n",
    );
  });

  it('refuses half a surrogate pair, which Python can’t encode either, and takes it where repr escapes it', () => {
    expect(() => formatRow(['a', '\ud83d'], 'plain', 'list')).toThrow(
      'column 1: the string has half of a surrogate pair',
    );
    expect(formatRow([['\ud83d']], 'plain', 'list')).toBe("['\\ud83d']\r\n");
  });
});

describe('a header', () => {
  it('is quoted as rows are, with CRLF', () => {
    expect(formatHeader(['a,b', 'q"x', '7', 'é'])).toBe('"a,b","q""x",7,é\r\n');
    expect(formatHeader(['p'])).toBe('p\r\n');
  });
});

describe('the date columns of a DataFrame', () => {
  const day = new Date('2024-01-01T00:00:00Z');
  const second = new Date('2024-02-29T12:30:05Z');
  const milli = new Date('2024-02-29T12:30:05.123Z');
  const before1970 = new Date('1969-12-31T00:00:00Z');

  function kindsOf(columns: readonly (readonly Cell[])[], declared: ColumnKinds = 'plain'): ColumnKinds {
    return dateKinds(columns[0]!.length, (row) => columns.map((values) => values[row]), declared);
  }

  it('are all written to the part that the most exact value needs', () => {
    expect(
      kindsOf([
        [day, before1970],
        [day, second],
        [second, milli],
        [milli, day],
      ]),
    ).toEqual(['date', 'seconds', 'millis', 'millis']);
  });

  it('may have missing values, and nothing else', () => {
    const missing = [null, undefined, Number.NaN, new Date(Number.NaN)];
    expect(
      kindsOf([[day, ...missing], ['x', ...missing], [day, 'x', null, null, null], missing.concat(milli)]),
    ).toEqual(['date', 'plain', 'plain', 'millis']);
  });

  it('leave the other columns’ kinds as they were declared', () => {
    expect(
      kindsOf(
        [
          [1, 2],
          [day, day],
          [1, 2],
        ],
        ['float', 'plain', 'float32'],
      ),
    ).toEqual(['float', 'date', 'float32']);
    expect(kindsOf([[day], [1]], 'float')).toEqual(['date', 'float']);
    const declared: ColumnKinds = ['float', 'plain'];
    expect(kindsOf([[1], ['x']], declared)).toBe(declared);
  });
});
