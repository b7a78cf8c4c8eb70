import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellQuoted } from '../../../src/cli/render/page.js';
import { printable } from '../../../src/cli/render/printable.js';

test.each([
  ['plain é 日本 👍', 'plain é 日本 👍'],
  ['a\u001b[31mred', 'a\\u001b[31mred'],
  ['line\r\nbreak\ttab', 'line\\r\\nbreak\\ttab'],
  ['\u0000\u007f\u009b', '\\u0000\\u007f\\u009b'],
  ['\u202egnp.exe', '\\u202egnp.exe'],
  ['\u2028\ufeff\u200b', '\\u2028\\ufeff\\u200b'],
  ['\ud800 half', '\\ud800 half'],
  ['\u{e0041}', '\\u{e0041}'],
])('%j is shown as %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('nothing that a terminal would act on is left, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});

test.each([
  ['./modeldata', './modeldata'],
  ['a b', "'a b'"],
  ["it's", "'it'\\''s'"],
  ['$(rm -rf)', "'$(rm -rf)'"],
  ['', "''"],
  ["a\n'b\\", "$'a\\n\\'b\\\\'"],
])('a shell reads %j from %s', (argument, quoted) => {
  expect(shellQuoted(argument)).toBe(quoted);
});

test('a SAS in an argument is hidden, to be put in again by hand', () => {
  expect(shellQuoted('https://a.blob.core.windows.net/c?sv=1&sig=S3cr%3D')).toBe(
    "'https://a.blob.core.windows.net/c?sv=1&sig=***'",
  );
});
