import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anonymousColumns, resolveColumnNames } from '../../src/mapping/column-names.js';

/** The names of files with one header each. */
const resolve = (...headers: readonly (readonly string[])[]): string[][] =>
  resolveColumnNames(headers.map((header) => [header])).map(([names]) => names ?? []);

describe('the names of one header', () => {
  const table: readonly (readonly [rule: string, header: readonly string[], names: readonly string[]])[] = [
    ['stay, in their order', ['age', 'bmi', 'a b.c', 'é'], ['age', 'bmi', 'a b.c', 'é']],
    [
      'are column_{n} where they are empty, counted from 0',
      ['a', '', 'b', ''],
      ['a', 'column_1', 'b', 'column_3'],
    ],
    ['are never correlationid', ['correlationid', 'x'], ['correlationid_1', 'x']],
    ['are never correlationid in any case', ['CorrelationID'], ['correlationid_1']],
    ['get _1, _2 where they repeat', ['a', 'a', 'a'], ['a', 'a_1', 'a_2']],
    ['get _1 where they repeat by case', ['Age', 'age'], ['Age', 'Age_1']],
    ['leave alone a name that is written behind', ['a', 'a', 'a_1'], ['a', 'a_2', 'a_1']],
    ['leave alone a name that is written before', ['a_1', 'a', 'a'], ['a_1', 'a', 'a_2']],
    ['leave alone a name that is written in another case', ['a', 'a', 'A_1'], ['a', 'a_2', 'A_1']],
    ['are unlike every name given so far', ['a', 'a', 'a_1', 'a_1'], ['a', 'a_2', 'a_1', 'a_1_1']],
    ['are told apart after the empty ones were named', ['', 'column_0'], ['column_0', 'column_0_1']],
    [
      'are told apart after correlationid',
      ['correlationid', 'correlationid_1'],
      ['correlationid_1', 'correlationid_1_1'],
    ],
    [
      'may be what objects have',
      ['__proto__', 'constructor', 'toString'],
      ['__proto__', 'constructor', 'toString'],
    ],
    ['may repeat what objects have', ['__proto__', '__proto__'], ['__proto__', '__proto___1']],
    ['repeat by Unicode lower-casing', ['ÉTÉ', 'été'], ['ÉTÉ', 'ÉTÉ_1']],
    ['may be numbers', ['1', '0', '1'], ['1', '0', '1_1']],
  ];
  for (const [rule, header, names] of table) {
    it(`${rule}: ${header.join(',')}`, () => {
      expect(resolve(header)).toEqual([names]);
    });
  }

  it('are legal and distinct, also by case, and none is lost (property)', () => {
    const name = fc.constantFrom(
      '',
      'a',
      'A',
      'a_1',
      'A_1',
      'a_1_1',
      'column_1',
      'correlationid',
      'Correlationid_1',
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), (header) => {
        const [names = []] = resolve(header);
        expect(names).toHaveLength(header.length);
        expect(new Set(names.map((text) => text.toLowerCase())).size).toBe(header.length);
        expect(names).not.toContain('');
        expect(names.map((text) => text.toLowerCase())).not.toContain('correlationid');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the names of several files', () => {
  it('that differ only by case are one column under the spelling that most files use', () => {
    expect(resolve(['Age'], ['age'], ['age'])).toEqual([['age'], ['age'], ['age']]);
  });

  it('are under the first file’s spelling where as many files use either', () => {
    expect(resolve(['Age'], ['age'])).toEqual([['Age'], ['Age']]);
    expect(resolve(['b'], ['B', 'x'], ['B'], ['b'])).toEqual([['b'], ['b', 'x'], ['b'], ['b']]);
  });

  it('count once a file, however often a file repeats them', () => {
    const files = [[['AGE'], ['AGE'], ['AGE']], [['age']], [['age']]];
    expect(resolveColumnNames(files)[1]).toEqual([['age']]);
  });

  it('are made legal before they are compared', () => {
    expect(resolve(['x', ''], ['x', 'Column_1'], ['x', 'Column_1'])).toEqual([
      ['x', 'Column_1'],
      ['x', 'Column_1'],
      ['x', 'Column_1'],
    ]);
  });

  it('repeat only within their own header', () => {
    expect(resolve(['a', 'a'], ['a'])).toEqual([['a', 'a_1'], ['a']]);
  });

  it('include those of every header line of a file', () => {
    expect(resolveColumnNames([[['a'], ['A', 'b']], [['A']]])).toEqual([[['A'], ['A', 'b']], [['A']]]);
  });
});

describe('a row of which nothing is known but its width', () => {
  it('has numbered columns', () => {
    expect(anonymousColumns(3)).toEqual(['column_0', 'column_1', 'column_2']);
    expect(anonymousColumns(0)).toEqual([]);
  });
});

it('files with the same lines may be given once, with how many they are', () => {
  const name = fc.constantFrom('age', 'Age', 'AGE', 'bmi', '', 'correlationid');
  const lines = fc.array(fc.array(name, { maxLength: 4 }), { maxLength: 2 });
  fc.assert(
    fc.property(fc.array(lines, { maxLength: 12 }), (files) => {
      const times = new Map<string, number>();
      for (const of of files) times.set(JSON.stringify(of), (times.get(JSON.stringify(of)) ?? 0) + 1);
      const distinct = [...times.keys()].map((of) => JSON.parse(of) as string[][]);
      const once = resolveColumnNames(distinct, [...times.values()]);
      const each = resolveColumnNames(files);
      for (const [i, of] of files.entries()) {
        expect(each[i]).toEqual(once[[...times.keys()].indexOf(JSON.stringify(of))]);
      }
    }),
  );
});
