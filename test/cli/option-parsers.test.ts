import { describe, expect, test } from 'vitest';
import {
  byteSize,
  csvNames,
  keyed,
  numberOrPercent,
  oneOf,
  positiveNumber,
  repeated,
  rowId,
  share,
  variants,
  wholeNumber,
} from '../../src/cli/option-parsers.js';
import { MdcBridgeError } from '../../src/errors.js';

/** The message and the remedy of a usage error. */
function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof MdcBridgeError && error.code === 'usage')
      return `${error.message} → ${error.remedy}`;
    throw error;
  }
  return 'accepted';
}

test.each([
  ['4096', 4096],
  ['1B', 1],
  ['512KiB', 524_288],
  ['4MiB', 4_194_304],
  ['1.5GiB', 1_610_612_736],
  ['4 MiB', 4_194_304],
])('the size %s is %i bytes', (text, bytes) => {
  expect(byteSize('--x')(text, undefined)).toBe(bytes);
});

test.each(['', '0', '-1', '4MB', '4mib', 'MiB', '1e3', '4MiB!', '9999999GiB', '__proto__', '1toString'])(
  'a size %j is refused with what is accepted',
  (text) => {
    expect(refusal(() => byteSize('--dataref-over')(text, undefined))).toBe(
      `--dataref-over can't be "${text}" → give a size such as 4MiB; the units are KiB, MiB and GiB, or none for bytes`,
    );
  },
);

test('a whole number is within its bounds', () => {
  const parse = wholeNumber('--workers', 0, 256);
  expect(parse('0', undefined)).toBe(0);
  expect(parse('256', undefined)).toBe(256);
  for (const text of ['257', '-1', '1.5', 'two', '', '0x10', ' 1']) {
    expect(refusal(() => parse(text, undefined))).toBe(
      `--workers can't be "${text}" → give a whole number from 0 to 256`,
    );
  }
});

test('a positive number may have decimals', () => {
  const parse = positiveNumber('--max-mbps');
  expect(parse('100', undefined)).toBe(100);
  expect(parse('0.5', undefined)).toBe(0.5);
  for (const text of ['0', '0.0', '-1', '1e3', '.5', '', 'Infinity', '9'.repeat(400)]) {
    expect(refusal(() => parse(text, undefined))).toBe(
      `--max-mbps can't be "${text}" → give a number above 0`,
    );
  }
});

test('one of several words is matched exactly', () => {
  const parse = oneOf('--explode', ['auto', 'always', 'never']);
  expect(parse('never', undefined)).toBe('never');
  expect(refusal(() => parse('Never', undefined))).toBe(
    '--explode can\'t be "Never" → give auto or always or never',
  );
});

test('rejects are limited by a number of rows or a share of them', () => {
  const parse = numberOrPercent('--max-rejects');
  expect(parse('0', undefined)).toBe(0);
  expect(parse('20', undefined)).toBe(20);
  expect(parse('0.1%', undefined)).toBe('0.1%');
  expect(parse('100%', undefined)).toBe('100%');
  for (const text of ['101%', '-1', '%', '1.5', '', '1e2'])
    expect(refusal(() => parse(text, undefined))).toContain('give');
});

test('a sample is a share above nothing', () => {
  expect(share('--sample')('5%', undefined)).toBe(0.05);
  expect(share('--sample')('100%', undefined)).toBe(1);
  for (const text of ['0%', '5', '101%', ''])
    expect(refusal(() => share('--sample')(text, undefined))).toContain('5%');
});

test('a repeated option gathers its values in order', () => {
  const parse = repeated('--include');
  expect(parse('b', parse('a', undefined))).toEqual(['a', 'b']);
  expect(refusal(() => parse('', undefined))).toContain('--include can\'t be ""');
});

describe('a keyed option', () => {
  const header = keyed('--header', {
    accepted: 'present or absent',
    keyless: '*',
    read: (value) => (value === 'present' || value === 'absent' ? value : undefined),
  });

  test('is split at its last =, since patterns may hold one', () => {
    expect(header('year=2020/**=absent', undefined)).toEqual({ 'year=2020/**': 'absent' });
  });

  test('without a key is for everything', () => {
    expect(header('present', undefined)).toEqual({ '*': 'present' });
  });

  test('keeps what earlier uses have said, and refuses to be told twice', () => {
    const before = header('a/**=absent', undefined);
    expect(header('present', before)).toEqual({ 'a/**': 'absent', '*': 'present' });
    expect(refusal(() => header('a/**=present', before))).toBe(
      '--header says two things about "a/**" → keep one of them',
    );
  });

  test('takes __proto__ for the name it is', () => {
    const map = keyed('--map', { accepted: 'raw=model_inputs', read: (value) => value });
    expect(Object.entries(map('__proto__=x', undefined))).toEqual([['__proto__', 'x']]);
  });

  test('says what is accepted', () => {
    expect(refusal(() => header('a=maybe', undefined))).toBe(
      '--header can\'t be "a=maybe" → give present or absent',
    );
    expect(refusal(() => header('=absent', undefined))).toContain('--header can\'t be "=absent"');
    const map = keyed('--map', { accepted: 'raw=model_inputs', read: (value) => value || undefined });
    expect(refusal(() => map('raw', undefined))).toContain('give raw=model_inputs');
    expect(refusal(() => map('raw=', undefined))).toContain('give raw=model_inputs');
  });
});

test('names are a line of CSV', () => {
  const parse = csvNames('--columns');
  expect(parse('age,zip,"last, first"', undefined)).toEqual(['age', 'zip', 'last, first']);
  expect(parse('é', undefined)).toEqual(['é']);
  expect(refusal(() => parse('', undefined))).toContain('give names on one line');
  expect(refusal(() => parse('a\nb', undefined))).toContain('give names on one line');
  expect(refusal(() => parse('"a', undefined))).toContain('--columns "a is no line of CSV');
});

test('variants name the columns of a width, in one collection or in all', () => {
  const parse = variants('--variant');
  const one = parse('3=a,b,"c=1"', undefined);
  const two = parse('ep/dep/model_inputs:2=x,y', one);
  expect(parse('ep/dep/model_inputs:4=p,q,r,s', two)).toEqual({
    '*': { 3: ['a', 'b', 'c=1'] },
    'ep/dep/model_inputs': { 2: ['x', 'y'], 4: ['p', 'q', 'r', 's'] },
  });
  expect(refusal(() => parse('3=a,b', undefined))).toBe(
    '--variant 3=a,b names 2 columns, not 3 → give as many names as such a row has fields without the eight $aml_ ones',
  );
  expect(refusal(() => parse('3=x,y,z', one))).toContain('--variant says two things about "3"');
  for (const text of ['a,b,c', 'x=a', '0=', '=a'])
    expect(refusal(() => parse(text, undefined))).toContain('a width and its names');
});

test('the row id has a rule, and a name if wanted', () => {
  const parse = rowId('--row-id');
  expect(parse('user', undefined)).toEqual({ by: 'user' });
  expect(parse('my=id=correlation', undefined)).toEqual({ name: 'my=id', by: 'correlation' });
  for (const text of ['', 'id', '=user', 'id=User'])
    expect(refusal(() => parse(text, undefined))).toContain('user or correlation');
});
