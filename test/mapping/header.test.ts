import { describe, expect, it } from 'vitest';
import { CORRELATION_COLUMNS } from '../../src/legacy/correlation.js';
import { isDataLike, isOfAnotherForm, judgeFirstLine } from '../../src/mapping/header.js';
import { correlation } from '../support/rows.js';

const EIGHT = correlation('id').split(',');

describe('a field that nobody names a column', () => {
  it('is empty, a number (leading zeros allowed), a boolean, nan or an infinity', () => {
    const values = [
      ...[
        '',
        'True',
        'False',
        'nan',
        'inf',
        '-inf',
        '0',
        '007',
        '-1',
        '+1',
        '1.5',
        '.5',
        '-.5',
        '1e5',
        '1E-07',
        '+1.5e+3',
      ],
    ];
    for (const value of values) expect([value, isDataLike(value)]).toEqual([value, true]);
  });

  it('is no word, date, or what only looks like a number', () => {
    const names = [
      'a',
      'true',
      'NaN',
      '+inf',
      'Infinity',
      '1.',
      'e5',
      '1e',
      '1,5',
      ' 1',
      '0x1',
      '2024-02-29',
      'p(1)',
    ];
    for (const name of names) expect([name, isDataLike(name)]).toEqual([name, false]);
  });
});

describe('the first line of a file', () => {
  const table: readonly (readonly [line: readonly string[], verdict: string, why: string])[] = [
    [['age', 'bmi'], 'header', 'it has no field that is a value'],
    [['age', ...CORRELATION_COLUMNS], 'header', 'it has the eight names'],
    [['1', '2.5', ...CORRELATION_COLUMNS], 'header', 'an $aml_ name stands among values'],
    [['', '$aml_request_id'], 'header', 'one $aml_ name is enough'],
    [['7', "('$aml_dc_boundary', '')"], 'header', 'the $aml_ name is wrapped'],
    [['label', '1.5'], 'data', 'one field is a number'],
    [['age', ''], 'data', 'one field is empty'],
    [['True', 'x'], 'data', 'one field is a boolean'],
    [['nan'], 'data', 'it is nan'],
    [['05601'], 'data', 'it has a number with leading zeros'],
    [['x', ...EIGHT], 'data', 'it ends with the eight values'],
    [[...CORRELATION_COLUMNS, ...EIGHT], 'data', 'it ends with the eight values, whatever stands before'],
    [['0', '1', '2'], 'numbered', 'its fields count from 0'],
    [['0'], 'numbered', 'its only field is 0'],
    [['0', '2', '1'], 'data', 'its fields count in another order'],
    [['1', '2'], 'data', 'its fields count from 1'],
    [['0', '01'], 'data', 'its fields are not exactly the numbers'],
    [[''], 'data', 'it is one empty field'],
  ];
  for (const [line, verdict, why] of table) {
    it(`is ${verdict} where ${why}: ${line.slice(0, 3).join(',')}`, () => {
      expect(judgeFirstLine(line)).toBe(verdict);
    });
  }
});

describe('a line under a first line 0,1,…,n-1', () => {
  it('is of another form with another width, or a field that is no integer', () => {
    expect(isOfAnotherForm(['5', '-6'], 2)).toBe(false);
    expect(isOfAnotherForm(['+5', '06'], 2)).toBe(false);
    expect(isOfAnotherForm(['5'], 2)).toBe(true);
    expect(isOfAnotherForm(['5', '6.0'], 2)).toBe(true);
    expect(isOfAnotherForm(['5', ''], 2)).toBe(true);
    expect(isOfAnotherForm(['5', '6', ...EIGHT], 2)).toBe(true);
  });
});
