import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ColumnType,
  classifyToken,
  columnType,
  encodeToken,
  mergeTypes,
  type TokenKind,
} from '../../src/mapping/column-types.js';
import { anyText } from '../support/any-text.js';

const TYPES: readonly ColumnType[] = ['null', 'integer', 'number', 'boolean', 'string'];
const KINDS: readonly TokenKind[] = ['empty', 'nan', 'integer', 'number', 'infinity', 'boolean', 'text'];

describe('a token', () => {
  const kinds: Readonly<Record<TokenKind, readonly string[]>> = {
    empty: [''],
    nan: ['nan'],
    integer: ['0', '-0', '7', '-12', '9007199254740993', '1000000000000000000000000000000'],
    number: ['0.5', '-0.0', '1e-07', '1e+16', '1E5', '1.0', '-1.5e300', '1.0000000116860974e-07'],
    infinity: ['inf', '-inf'],
    boolean: ['True', 'False'],
    text: [
      ...[
        '05601',
        '+1',
        '.5',
        '1.',
        '-',
        '-.5',
        '00',
        '0x10',
        '1_000',
        '1,5',
        '1e',
        '1e5.5',
        '--1',
        '١',
        '１',
      ],
      ...['NaN', 'NAN', '-nan', 'Infinity', '+inf', 'true', 'TRUE', 'None', ' ', ' 1', '1 ', '1\n', 'nan '],
      ...['2024-02-29', '(1+2j)', '[1, 2]', "{'a': 1}", 'é'],
    ],
  };
  for (const [kind, tokens] of Object.entries(kinds)) {
    it(`is of the kind ${kind}: ${tokens.map((token) => JSON.stringify(token)).join(' ')}`, () => {
      for (const token of tokens) expect([token, classifyToken(token)]).toEqual([token, kind]);
    });
  }

  it('is a number exactly when JSON would read it as one (property)', () => {
    const characters = fc.string({ unit: fc.constantFrom(...'0123456789.eE+-'), maxLength: 7 });
    fc.assert(
      fc.property(characters, (token) => {
        let isNumber = true;
        try {
          JSON.parse(token);
        } catch {
          isNumber = false;
        }
        expect(['integer', 'number'].includes(classifyToken(token))).toBe(isNumber);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the type of a column', () => {
  const table: readonly (readonly [kinds: readonly TokenKind[], type: ColumnType])[] = [
    [[], 'null'],
    [['empty', 'nan'], 'null'],
    [['empty', 'integer'], 'integer'],
    [['nan', 'integer'], 'integer'],
    [['integer', 'number'], 'number'],
    [['integer', 'infinity'], 'number'],
    [['infinity'], 'number'],
    [['infinity', 'empty', 'nan'], 'number'],
    [['boolean', 'empty', 'nan'], 'boolean'],
    [['boolean', 'integer'], 'string'],
    [['boolean', 'number'], 'string'],
    [['boolean', 'infinity'], 'string'],
    [['text', 'integer'], 'string'],
    [['text', 'boolean', 'nan', 'empty'], 'string'],
    [['text', 'infinity'], 'string'],
  ];
  for (const [kinds, type] of table) {
    it(`is ${type} over ${kinds.join(', ') || 'nothing'}`, () => {
      expect(columnType(Object.fromEntries(kinds.map((kind) => [kind, 1])))).toBe(type);
    });
  }

  it('does not count a kind that was seen no times', () => {
    expect(columnType({ integer: 3, text: 0 })).toBe('integer');
  });

  it('is the merger of the types of its tokens, however they are parted (property)', () => {
    const counts = fc.subarray([...KINDS]).map((kinds) => Object.fromEntries(kinds.map((kind) => [kind, 1])));
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        expect(columnType({ ...a, ...b })).toBe(mergeTypes(columnType(a), columnType(b)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the merger of two types', () => {
  it('is null < integer < number, boolean, string; any clash is a string', () => {
    const merged = TYPES.map((a) => TYPES.map((b) => mergeTypes(a, b)));
    expect(merged).toEqual([
      ['null', 'integer', 'number', 'boolean', 'string'],
      ['integer', 'integer', 'number', 'string', 'string'],
      ['number', 'number', 'number', 'string', 'string'],
      ['boolean', 'string', 'string', 'boolean', 'string'],
      ['string', 'string', 'string', 'string', 'string'],
    ]);
  });

  it('does not depend on order or grouping', () => {
    for (const a of TYPES) {
      expect(mergeTypes(a, a)).toBe(a);
      for (const b of TYPES) {
        expect(mergeTypes(a, b)).toBe(mergeTypes(b, a));
        for (const c of TYPES) expect(mergeTypes(mergeTypes(a, b), c)).toBe(mergeTypes(a, mergeTypes(b, c)));
      }
    }
  });
});

describe('a field in a column of a type', () => {
  it('is null where it is empty or nan, in every type', () => {
    for (const type of TYPES) {
      expect([encodeToken('', type, 'null'), encodeToken('nan', type, 'null')]).toEqual(['null', 'null']);
      expect(encodeToken('nan', type, 'string')).toBe('null');
    }
  });

  it('is "" where it is empty in a string column and empties are kept', () => {
    expect(TYPES.map((type) => encodeToken('', type, 'string'))).toEqual([
      'null',
      'null',
      'null',
      'null',
      '""',
    ]);
  });

  it('is null where it is an infinity in a column of numbers, and text in a string column', () => {
    expect([encodeToken('inf', 'number', 'null'), encodeToken('-inf', 'number', 'null')]).toEqual([
      'null',
      'null',
    ]);
    expect([encodeToken('inf', 'string', 'null'), encodeToken('-inf', 'string', 'null')]).toEqual([
      '"inf"',
      '"-inf"',
    ]);
  });

  it('does not fit where the type was given and the token is of another', () => {
    const misfits: readonly (readonly [string, ColumnType])[] = [
      ['1.5', 'integer'],
      ['1e5', 'integer'],
      ['inf', 'integer'],
      ['True', 'number'],
      ['x', 'number'],
      ['05601', 'integer'],
      ['1', 'boolean'],
      ['true', 'boolean'],
      ['inf', 'boolean'],
      ['1', 'null'],
    ];
    for (const [token, type] of misfits)
      expect([token, encodeToken(token, type, 'null')]).toEqual([token, undefined]);
  });

  it('is a number in its own digits, so that none is lost', () => {
    for (const token of ['1e-07', '9007199254740993', '-0.0', '0.10', '1E400', '1.0000000116860974e-07']) {
      expect(encodeToken(token, 'number', 'null')).toBe(token);
    }
  });

  const bytes = anyText(12).map((text) => Buffer.from(text, 'utf8').toString('latin1'));
  const token = fc.oneof(
    bytes,
    fc.constantFrom(...['', 'nan', 'inf', '-inf', 'True', 'False', '05601', '"', '\\', '\u0000', '\n']),
    fc.double().map(String),
    fc.bigInt().map(String),
  );

  it('is always JSON in the type that its own kind asks for, with the number’s source text (property)', () => {
    fc.assert(
      fc.property(token, fc.constantFrom('null' as const, 'string' as const), (text, empty) => {
        const type = columnType({ [classifyToken(text)]: 1 });
        const encoded = encodeToken(text, type, empty);
        const value: unknown = JSON.parse(encoded ?? 'unfit');
        if (type === 'integer' || (type === 'number' && !text.endsWith('inf'))) expect(encoded).toBe(text);
        else if (type === 'boolean') expect(value).toBe(text === 'True');
        else expect(value).toBe(type === 'string' ? text : null);
      }),
      { numRuns: 1000 },
    );
  });

  it('always fits a merged type: rows are rejected only for types that someone gave (property)', () => {
    fc.assert(
      fc.property(token, fc.constantFrom(...TYPES), (text, other) => {
        const type = mergeTypes(columnType({ [classifyToken(text)]: 1 }), other);
        const encoded = encodeToken(text, type, 'null');
        expect(() => JSON.parse(encoded ?? 'unfit') as unknown).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });
});
