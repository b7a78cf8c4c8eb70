import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Redaction, Redactor } from '../../../src/collect/redact.js';
import { asTable } from '../../../src/collect/tabular-data.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { collectorIn, eventsIn } from './events.js';

const KEY = 'a key of more than sixteen bytes';

function hashOf(text: string): string {
  return createHmac('sha256', KEY).update(text).digest('hex');
}

/** Rows of a table that went through a redaction. */
function rowsOf(data: unknown, redaction: Redaction, names?: readonly string[]): unknown[][] {
  const table = new Redactor(redaction).redact(asTable(data, 'rows'), names);
  return Array.from({ length: table.count }, (_, i) => Array.from(table.row(i)));
}

describe('redact', () => {
  it('drops, masks and hashes columns, and leaves the others and the given data alone', () => {
    const data = [{ a: 1, ssn: '123', name: 'Ann', mail: 'ann@example.com' }];
    const redactor = new Redactor({ fields: { ssn: 'drop', name: 'mask', mail: 'hash' }, key: KEY });
    const table = redactor.redact(asTable(data, 'rows'));
    expect(table.names).toEqual(['a', 'name', 'mail']);
    expect(Array.from(table.row(0))).toEqual([1, '***', hashOf('ann@example.com')]);
    expect(data).toEqual([{ a: 1, ssn: '123', name: 'Ann', mail: 'ann@example.com' }]);
  });

  it('keeps the types of the columns that are left in their places', () => {
    const table = new Redactor({ fields: { a: 'drop', c: 'mask' } }).redact(
      asTable({ a: ['x'], b: Float64Array.of(1), c: Float32Array.of(2), d: [3] }, 'rows'),
    );
    expect(table.kinds).toEqual(['float', 'plain', 'plain']);
  });

  it('hashes equal values alike, whatever type they have, and keeps what is missing', () => {
    const fields = { a: 'hash' } as const;
    const data = { a: [5, '5', 5n, null, undefined, Number.NaN, new Date(0), true] };
    const missing = [null, undefined, Number.NaN];
    expect(rowsOf(data, { fields, key: KEY }).flat()).toEqual([
      ...[hashOf('5'), hashOf('5'), hashOf('5')],
      ...missing,
      ...[hashOf('1970-01-01T00:00:00.000Z'), hashOf('true')],
    ]);
    expect(rowsOf({ a: missing }, { fields: { a: 'mask' } }).flat()).toEqual(missing);
  });

  it('knows a column in any spelling of its case', () => {
    expect(rowsOf([{ EMail: 'x' }], { fields: { email: 'mask' } })).toEqual([['***']]);
    expect(rowsOf([{ email: 'x' }], { fields: { EMail: 'mask' } })).toEqual([['***']]);
  });

  it('knows the columns of unnamed data by the feature names, and refuses data of which it knows none', () => {
    const redaction: Redaction = { fields: { b: 'mask', c: 'drop' } };
    expect(rowsOf([1, 2, 3], redaction, ['a', 'b', 'c'])).toEqual([[1, '***']]);
    expect(new Redactor(redaction).names(['a', 'b', 'c'])).toEqual(['a', 'b']);
    expect(() => rowsOf([1, 2, 3], redaction)).toThrow("data without column names can't be redacted");
    expect(() => rowsOf([1, 2, 3, 4], redaction, ['a', 'b', 'c'])).toThrow(
      "a row of 4 values can't be redacted by 3 names",
    );
  });

  it('without rules changes nothing', () => {
    const table = asTable([1, 2], 'rows');
    expect(new Redactor({ fields: {} }).redact(table)).toBe(table);
  });

  it.each([undefined, '', 'short', new Uint8Array(15)])('hashes nothing with the key %j', (key) => {
    const redaction = { fields: { a: 'hash' }, ...(key === undefined ? {} : { key }) } as const;
    expect(() => new Redactor(redaction)).toThrow('to hash fields, redact needs a key of 16 bytes or more');
  });

  it('knows no other rules', () => {
    expect(() => new Redactor({ fields: { a: 'blur' as never } })).toThrow(
      'the field "a" can\'t be redacted by "blur"',
    );
  });

  it('shows its key to nobody', async () => {
    const redact: Redaction = { fields: { a: 'hash' }, key: KEY };
    const collector = collectorIn(await temporaryFolder(), { redact });
    expect(inspect([new Redactor(redact), collector], { depth: 10, showHidden: true })).not.toContain(KEY);
    await collector.close();
  });

  it('is done before anything leaves collect', async () => {
    const folder = await temporaryFolder();
    const collector = collectorIn(folder, { redact: { fields: { ssn: 'drop', name: 'mask' } } });
    collector.collect([{ ssn: '123-45', name: 'Ann', age: 3 }]);
    collector.collect({ columns: ['name', 'ssn'], data: [['Bob', '678-90']] });
    await collector.close();
    const { events } = eventsIn(folder);
    expect(events.map(({ data }) => data)).toEqual([[{ name: '***', age: 3 }], [{ name: '***' }]]);
  });
});
