import { describe, expect, it } from 'vitest';
import { countLossy, encodeRow, makeRowEncoder } from '../../src/mapping/encode-row.js';

const encoder = makeRowEncoder(
  [
    { name: '10', type: 'integer' },
    { name: 'a "b"', type: 'string' },
    { name: '2', type: 'number' },
    { name: '__proto__', type: 'boolean' },
  ],
  'null',
);

describe('a row’s object', () => {
  it('has the columns in their order, also names that look like integers', () => {
    expect(encodeRow(encoder, ['1', 'x\ty', '0.10', 'True'])).toBe(
      '{"10":1,"a \\"b\\"":"x\\ty","2":0.10,"__proto__":true',
    );
  });

  it('may begin at a later field, where one line holds several rows', () => {
    expect(encodeRow(encoder, ['?', '?', '7', '', 'inf', 'False'], 2)).toBe(
      '{"10":7,"a \\"b\\"":null,"2":null,"__proto__":false',
    );
  });

  it('is none where a field does not fit its column', () => {
    expect(encodeRow(encoder, ['1.5', 'x', '0', 'True'])).toBeUndefined();
  });

  it('of no columns is empty', () => {
    expect(encodeRow(makeRowEncoder([], 'null'), [])).toBe('{');
  });

  it('has names in UTF-8, one character a byte, as all other text', () => {
    const [key = ''] = makeRowEncoder([{ name: 'é', type: 'string' }], 'null').keys;
    expect(Buffer.from(key, 'latin1').toString('utf8')).toBe('"é":');
  });
});

describe('what is lost', () => {
  it('is the infinities of number columns, not those of text', () => {
    const numbers = makeRowEncoder(
      ['number', 'number', 'string'].map((type, i) => ({
        name: String(i),
        type: type as 'number' | 'string',
      })),
      'null',
    );
    expect(countLossy(numbers, ['inf', '-inf', 'inf'])).toBe(2);
    expect(countLossy(numbers, ['1', 'nan', 'inf'])).toBe(0);
    expect(countLossy(numbers, ['inf', '1', '-inf', 'inf'], 1)).toBe(1);
  });
});
