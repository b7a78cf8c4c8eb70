import { describe, expect, test } from 'vitest';
import { align } from '../../../src/convert/verify/align.js';

/** Steps as text: `=a`, `-b`, `+c`, `*d>e`. Rows are alike in so far as their characters are. */
function aligned(expected: readonly string[], actual: readonly string[]): string {
  const unlikeness = (i: number, j: number): number => {
    const [a = '', b = ''] = [expected[i], actual[j]];
    return [...a].filter((c, k) => c !== b[k]).length / Math.max(1, a.length);
  };
  return align(expected, actual, unlikeness)
    .map((step) => {
      if (step.kind === 'lost') return `-${expected[step.expected]}`;
      if (step.kind === 'extra') return `+${actual[step.actual]}`;
      if (step.kind === 'same') return `=${expected[step.expected]}`;
      return `*${expected[step.expected]}>${actual[step.actual]}`;
    })
    .join(' ');
}

const split = (text: string): string[] => (text === '' ? [] : text.split(' '));

describe('Rows are lined up so that', () => {
  test.each([
    ['equal lists are the same', 'a b c', 'a b c', '=a =b =c'],
    ['a row lost in the middle is one loss', 'a b c d', 'a c d', '=a -b =c =d'],
    ['a doubled row is one addition', 'a b c', 'a b b c', '=a =b +b =c'],
    ['a changed row is one change', 'aa bb cc', 'aa bx cc', '=aa *bb>bx =cc'],
    ['a row lost beside a changed one is not taken for it', 'aa xy bb cc', 'aa bz cc', '=aa -xy *bb>bz =cc'],
    ['two rows that change places are one loss and one addition', 'a b', 'b a', '-a =b +a'],
    ['rows of an empty list are all lost', 'a b', '', '-a -b'],
    ['rows that nothing asks for are all extra', '', 'a b', '+a +b'],
    ['nothing is nothing', '', '', ''],
    ['equal rows among themselves are lost only once', 'a a a', 'a a', '=a =a -a'],
  ])('%s', (_, expected, actual, steps) => {
    expect(aligned(split(expected), split(actual))).toBe(steps);
  });

  test('lists too long for every pair to be looked at are still one loss', () => {
    const long = Array.from({ length: 5000 }, (_, i) => String(i));
    const changed = ['x', ...long.slice(1, 2500), ...long.slice(2501, -1), 'y'];
    const steps = align(long, changed, () => 1);
    expect(steps.filter(({ kind }) => kind === 'lost')).toHaveLength(1);
    expect(steps.filter(({ kind }) => kind === 'different')).toHaveLength(2);
  });
});
