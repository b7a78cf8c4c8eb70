import { describe, expect, it } from 'vitest';
import {
  CORRELATION_COLUMNS,
  endsWithCorrelation,
  holdsCorrelationColumns,
  isAmlName,
  NO_REQUEST_ID,
  readCorrelation,
  userWidth,
  withoutCorrelationColumns,
} from '../../src/legacy/correlation.js';

const EIGHT = ['id', '2018-12-30T01:12:06', '1440', 'sub/rg/ws', 'svc', 'model', '1', NO_REQUEST_ID];
const twoLevels = CORRELATION_COLUMNS.map((name) => `('${name}', '')`);

/** The eight values with one of them changed. */
function withValue(index: number, value: string): string[] {
  return EIGHT.with(index, value);
}

describe('the eight values at the end of a row', () => {
  it('are known by form: a timestamp seventh from the end, then 60 or 1440', () => {
    expect(endsWithCorrelation(EIGHT)).toBe(true);
    expect(endsWithCorrelation(['1.5', 'x', ...EIGHT])).toBe(true);
    expect(endsWithCorrelation(withValue(2, '60'))).toBe(true);
  });

  it('are known whatever the other six say, even nothing', () => {
    expect(endsWithCorrelation(['', '2018-12-30T01:12:06.5', '60', '', '', '', '', ''])).toBe(true);
    expect(endsWithCorrelation(withValue(4, 'another service'))).toBe(true);
  });

  it('are known where the time does not exist: the row is rejected, not uncorrelated', () => {
    expect(endsWithCorrelation(withValue(1, '2018-02-30T01:12:06'))).toBe(true);
    expect(endsWithCorrelation(withValue(1, '2018-12-30T01:12:06Z'))).toBe(true);
  });

  it('are not there with another boundary, another form of time, or fewer than eight fields', () => {
    for (const boundary of ['30', '1440.0', '', ' 60', '060']) {
      expect(endsWithCorrelation(withValue(2, boundary))).toBe(false);
    }
    expect(endsWithCorrelation(withValue(1, '2018-12-30'))).toBe(false);
    expect(endsWithCorrelation(EIGHT.slice(1))).toBe(false);
    expect(endsWithCorrelation([])).toBe(false);
  });

  it('are not there when they stand before the end', () => {
    expect(endsWithCorrelation([...EIGHT, 'x'])).toBe(false);
  });

  it('are read in their order', () => {
    expect(readCorrelation(['1.5', ...EIGHT])).toEqual({
      id: 'id',
      timestamp: '2018-12-30T01:12:06',
      boundary: '1440',
      workspace: 'sub/rg/ws',
      service: 'svc',
      model: 'model',
      version: '1',
      requestId: NO_REQUEST_ID,
    });
  });

  it('do not count in the width of a row', () => {
    expect(userWidth(['a', 'b', ...EIGHT], true)).toBe(2);
    expect(userWidth(EIGHT, true)).toBe(0);
    expect(userWidth(['a', 'b'], false)).toBe(2);
  });
});

describe('the eight names in a header', () => {
  it('are taken off where it ends with them in their order', () => {
    expect(withoutCorrelationColumns(['age', ...CORRELATION_COLUMNS])).toEqual(['age']);
    expect(withoutCorrelationColumns([...CORRELATION_COLUMNS])).toEqual([]);
  });

  it('are taken off also with the wrapping of a column index of two levels', () => {
    expect(withoutCorrelationColumns(["('a', 'x')", ...twoLevels])).toEqual(["('a', 'x')"]);
    const mixed = CORRELATION_COLUMNS.map((name, i) => (i % 2 === 0 ? name : `('${name}', '')`));
    expect(withoutCorrelationColumns(['age', ...mixed])).toEqual(['age']);
  });

  it('are data in another order, in another place, or incomplete', () => {
    const swapped = ['age', ...CORRELATION_COLUMNS.toReversed()];
    expect(withoutCorrelationColumns(swapped)).toEqual(swapped);
    const first = [...CORRELATION_COLUMNS, 'age'];
    expect(withoutCorrelationColumns(first)).toEqual(first);
    const seven = ['age', ...CORRELATION_COLUMNS.slice(1)];
    expect(withoutCorrelationColumns(seven)).toEqual(seven);
    const wrapped = ['age', ...CORRELATION_COLUMNS.map((name) => `('${name}', 'x')`)];
    expect(withoutCorrelationColumns(wrapped)).toEqual(wrapped);
  });

  it('mark a line as a header in any order, when all eight are there', () => {
    expect(holdsCorrelationColumns(['age', ...CORRELATION_COLUMNS])).toBe(true);
    expect(holdsCorrelationColumns([...CORRELATION_COLUMNS.toReversed(), 'age'])).toBe(true);
    expect(holdsCorrelationColumns(twoLevels)).toBe(true);
    expect(holdsCorrelationColumns(CORRELATION_COLUMNS.slice(1))).toBe(false);
  });

  it('and other $aml_ names are recognised, alone or wrapped', () => {
    expect(['$aml_request_id', '$aml_', "('$aml_dc_boundary', '')"].map(isAmlName)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['aml_request_id', ' $aml_request_id', '$AML_x', ''].map(isAmlName)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
