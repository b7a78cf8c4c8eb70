import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText } from '../../src/convert/json-text.js';

function text(value: unknown): string {
  return [...jsonText(value)].join('');
}

test('what fits on a line stands on one, the top level never', () => {
  expect(
    text({ kind: 'x', columns: [{ name: 'zip', type: 'string' }], empty: {}, none: [], gone: undefined }),
  ).toBe(
    `{
  "kind": "x",
  "columns": [{ "name": "zip", "type": "string" }],
  "empty": {},
  "none": []
}
`,
  );
});

test('long lists and objects are spread', () => {
  const names = Array.from({ length: 30 }, (_, i) => `name${i}`);
  expect(text({ names }).split('\n').slice(0, 4)).toEqual([
    '{',
    '  "names": [',
    '    "name0",',
    '    "name1",',
  ]);
});

test('nothing is held as one string: a plan of many files is longer than a string may be', () => {
  const files = Array.from({ length: 1000 }, (_, i) => ({ source: `file${i}`, text: 'x'.repeat(80) }));
  const longest = [...jsonText({ files })].reduce((most, piece) => Math.max(most, piece.length), 0);
  expect(longest).toBeLessThan(200);
});

test('it says the same as JSON.stringify, also of odd keys', () => {
  const odd = JSON.parse('{"__proto__":1,"2":{"constructor":[null,true]},"":"\\u2028"}') as unknown;
  expect(JSON.stringify(JSON.parse(text(odd)))).toBe(JSON.stringify(odd));
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.stringify(JSON.parse(text(value)))).toBe(JSON.stringify(value));
    }),
  );
});

test('a list with holes keeps its length', () => {
  expect(JSON.parse(text({ list: [undefined, 1] }))).toEqual({ list: [null, 1] });
});
