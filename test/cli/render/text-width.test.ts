import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cutEnd,
  cutMiddle,
  pad,
  textWidth,
  wrap,
  wrapBehind,
  wrapItems,
} from '../../../src/cli/render/text-width.js';

test.each([
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['日本', 4],
  ['한', 2],
  ['👍', 2],
  ['1\u202f000', 5],
  ['→ …', 3],
])('%j takes %i cells', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test('the end is cut where it must be, never within a wide character', () => {
  expect(cutEnd('abcdef', 6)).toBe('abcdef');
  expect(cutEnd('abcdef', 5)).toBe('abcd…');
  expect(cutEnd('日本語', 4)).toBe('日…');
});

test('of a path both ends stay', () => {
  const path = 'sub/rg/ws/svc/model/1/inputs/2024/02/29/inputs.csv';
  expect(cutMiddle(path, 30)).toBe('sub/rg/ws…024/02/29/inputs.csv');
  expect(cutMiddle(path, 50)).toBe(path);
  expect(textWidth(cutMiddle('日本語日本語日本語', 9))).toBeLessThanOrEqual(9);
});

test('text is padded to cells, not to characters', () => {
  expect(pad('日', 4)).toBe('日  ');
  expect(pad('7', 3, 'right')).toBe('  7');
  expect(pad('long', 2)).toBe('long');
});

describe('wrapping', () => {
  test('breaks behind spaces and slashes, and drops the space', () => {
    expect(wrap('to be or not to be', 8)).toEqual(['to be or', 'not to', 'be']);
    expect(wrap('a/bb/ccc/dddd', 6)).toEqual(['a/bb/', 'ccc/', 'dddd']);
    expect(wrap('', 8)).toEqual(['']);
  });

  test('breaks inside a word only if it is wider than a line', () => {
    expect(wrap('an abcdefghij', 5)).toEqual(['an', 'abcde', 'fghij']);
  });

  test('keeps every line under the first', () => {
    expect(wrapBehind('! ', 'to be or not', 7)).toEqual(['! to be', '  or', '  not']);
  });

  test('never makes a line too wide, and loses nothing but spaces', () => {
    const bare = (text: string): string => text.replace(/\s/gu, '');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 40 }), (text, width) => {
        const lines = wrap(text, width);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        expect(bare(lines.join(''))).toBe(bare(text));
      }),
    );
  });
});

test('items of a list are never broken', () => {
  expect(wrapItems(['a b', 'c d', 'e f'], 9)).toEqual(['a b, c d,', 'e f']);
  expect(wrapItems(['abcdefgh'], 5)).toEqual(['abc…']);
});
