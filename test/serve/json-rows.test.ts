import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatRepr } from '../../src/legacy/python-repr.js';
import { csvCell } from '../../src/serve/json-cell.js';
import { JsonRows } from '../../src/serve/json-rows.js';

function parse(text: string): JsonRows {
  return JsonRows.parse(Buffer.from(text));
}

describe('rows of a body', () => {
  it('keep their text: digits, the order of keys, and spaces between values', () => {
    const text = '[ {"10": 1.0, "2":1e-07 ,"a":9007199254740993} , {"10":null,"2":[1, {}],"a":-0.0} ]';
    const rows = parse(text);
    expect([rows.count, rows.names]).toEqual([2, ['10', '2', 'a']]);
    expect(rows.text(0, 2)).toBe(
      '[{"10": 1.0, "2":1e-07 ,"a":9007199254740993} , {"10":null,"2":[1, {}],"a":-0.0}]',
    );
    expect(rows.text(0, 1)).toBe('[{"10": 1.0, "2":1e-07 ,"a":9007199254740993}]');
    expect(rows.text(1, 2)).toBe('[{"10":null,"2":[1, {}],"a":-0.0}]');
    expect(rows.tokens(1)).toEqual(['null', '[1, {}]', '-0.0']);
    expect(rows.tokens(0)).toEqual(['1.0', '1e-07', '9007199254740993']);
  });

  it('are on one line, whatever lines they were sent on', () => {
    expect(parse('[\r\n {\n"a":\n"x\\ny"\r}\n]\n').text(0, 1)).toBe('[{"a":"x\\ny"}]');
  });

  it('may each have columns of their own', () => {
    const rows = parse('[{"a":1,"b":2},{"b":3,"c":"x"},{}]');
    expect(rows.names).toEqual(['a', 'b', 'c']);
    expect([0, 1, 2].map((row) => rows.tokens(row))).toEqual([
      ['1', '2', undefined],
      [undefined, '3', '"x"'],
      [undefined, undefined, undefined],
    ]);
  });

  it('may have names of JavaScript’s own, and the same name twice in every row', () => {
    const rows = parse('[{"__proto__":1,"constructor":2,"\\u0061":3,"a":4}]');
    expect(rows.names).toEqual(['__proto__', 'constructor', 'a', 'a']);
    expect(rows.tokens(0)).toEqual(['1', '2', '3', '4']);
  });

  it.each(['[]', ' [ ] ', '[\n]'])('may be none: %j', (text) => {
    expect(parse(text).count).toBe(0);
    expect(parse(text).text(0, 0)).toBe('[]');
  });

  it.each([
    ['', 'it is no array'],
    ['{"a":1}', 'it is no array'],
    ['"[]"', 'it is no array'],
    ['\ufeff[]', 'it is no array'],
    ['[1]', 'a row is no object'],
    ['[{"a":1},[2]]', 'a row is no object'],
    ['[{"a":1}', '"]" was expected'],
    ['[{"a":1},]', 'a row is no object'],
    ['[{"a":1}] x', 'there is more behind the rows'],
    ['[{"a":1}][]', 'there is more behind the rows'],
    ['[{a:1}]', 'a key was expected'],
    ['[{"a":1,}]', 'a key was expected'],
    ['[{"a" 1}]', '":" was expected'],
    ['[{"a":NaN}]', 'a value was expected'],
    ['[{"a":-Infinity}]', 'a digit was expected'],
    ['[{"a":01}]', 'a number begins with 0'],
    ['[{"a":-00.5}]', 'a number begins with 0'],
    ['[{"a":1.}]', 'a digit was expected'],
    ['[{"a":.5}]', 'a value was expected'],
    ['[{"a":1e}]', 'a digit was expected'],
    ['[{"a":1e999}]', 'beyond what a double can be'],
    [`[{"a":${'9'.repeat(400)}.0}]`, 'beyond what a double can be'],
    ['[{"a":"x}]', 'a string has no end'],
    ['[{"a":"\t"}]', 'a string has no end, or a control character'],
    ['[{"a":"\\x"}]', 'there is no such escape'],
    ['[{"a":"\\u12g4"}]', 'there is no such escape'],
    ['[{"a":"\\', 'there is no such escape'],
    ['[{"a":"\\ud83d"}]', 'half of a surrogate pair'],
    ['[{"a":"\\ude00\\ud83d"}]', 'half of a surrogate pair'],
    [`[{"a":${'['.repeat(101)}${']'.repeat(101)}}]`, 'nested more than 100 deep'],
    ['[{"a":1,"a":2},{"b":1}]', 'names the column "a" twice'],
    ['[{"b":1},{"a":1,"a":2}]', 'names the column "a" twice'],
  ])('are none: %s', (text, why) => {
    expect(() => parse(text)).toThrow(why);
    expect(() => parse(text)).toThrow(expect.objectContaining({ status: 400, remedy: expect.anything() }));
  });

  it('are none that are not UTF-8', () => {
    expect(() => JsonRows.parse(Buffer.from('[{"a":"\xe9"}]', 'latin1'))).toThrow('not UTF-8');
  });

  it('are what JSON.parse reads, and nothing else is (property)', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const record = fc.dictionary(fc.string(), value, { maxKeys: 4 });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 4 }), fc.nat(), fc.nat(200), (records, at, code) => {
        const text = JSON.stringify(records);
        const rows = parse(text);
        expect(rows.text(0, rows.count)).toBe(text);
        const broken =
          text.slice(0, at % text.length) + String.fromCharCode(code) + text.slice((at % text.length) + 1);
        expect(isTaken(broken)).toBe(isRows(broken));
      }),
      { numRuns: 2000 },
    );
  });
});

function isTaken(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

/** By JavaScript's own reader; what goes beyond JSON is left to the cases above. */
function isRows(text: string): boolean {
  try {
    const rows: unknown = JSON.parse(text, finite);
    const isArray =
      Array.isArray(rows) &&
      rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row));
    return (
      isArray &&
      JSON.stringify(rows).isWellFormed() &&
      !/\\ud[89a-f]/i.test(JSON.stringify(rows)) &&
      isTakenTwice(text)
    );
  } catch {
    return false;
  }
}

/** What is beyond a double reads as infinite. */
function finite(_key: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) throw new RangeError();
  return value;
}

/** A name that is there twice in one of several rows is refused, which JSON.parse does not see. */
function isTakenTwice(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    return !(error as Error).message.includes('twice');
  }
}

describe('a value of the SDK’s JSON in the legacy CSV', () => {
  it.each([
    ['1', 1],
    ['-0', 0],
    ['9007199254740993', '9007199254740993'],
    ['-1180591620717411303424', '-1180591620717411303424'],
    ['1.0', '1.0'],
    ['0.1', '0.1'],
    ['-0.0', '-0.0'],
    ['1e+17', '1e+17'],
    ['0.0000001', '1e-07'],
    ['4.940656458e-324', '5e-324'],
    ['true', true],
    ['false', false],
    ['null', null],
    ['"a"', 'a'],
    ['"\\u00e9\\/\\ud83d\\ude00"', 'é/😀'],
    ['[1,2.0,null,true,"it\'s"]', '[1, 2.0, None, True, "it\'s"]'],
    ['{"k":1,"2":"y","f":1e5}', "{'k': 1, '2': 'y', 'f': 100000.0}"],
    ['{"imag":2.0,"real":-0}', "{'imag': 2.0, 'real': 0}"],
    ['[]', '[]'],
    ['{}', '{}'],
    ['[{"a":[[]]}, 18446744073709551616 ]', "[{'a': [[]]}, 18446744073709551616]"],
  ])('%s is %j', (token, cell) => {
    expect(csvCell(token, false)).toBe(cell);
  });

  it('that is a float is Python’s text of the same double, whether or not it was read for that (property)', () => {
    const digits = fc.stringMatching(/^-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})(?:[eE][+-]?[0-9]{1,2})?$/);
    const decimals = fc
      .double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
      .map((x) => x.toFixed(10));
    fc.assert(
      fc.property(
        fc.oneof(
          digits,
          decimals,
          decimals.map((text) => text.replace(/0+$/, '0')),
        ),
        (token) => {
          expect(String(csvCell(token, false))).toBe(floatRepr(Number(token)));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('is a date where its column is one of dates', () => {
    expect(csvCell('1704153600000', true)).toEqual(new Date(1704153600000));
    expect(csvCell('null', true)).toBeNull();
    expect(csvCell('"x"', true)).toBe('x');
  });
});
