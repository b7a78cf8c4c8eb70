import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Unreadable } from '../../../src/convert/compare/json-at.js';
import { RowsHash } from '../../../src/convert/compare/rows-hash.js';
import { encodeText } from '../../../src/csv/byte-string.js';

/** JSON may write a character in several ways. */
function spellings(unit: string): string[] {
  const long = `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const short = JSON.stringify(unit).slice(1, -1);
  return [short, long, long.toUpperCase().replace('U', 'u'), ...(unit === '/' ? ['\\/'] : [])];
}

const TEXT = fc.array(
  fc.oneof(
    fc.constantFrom(...'ab/"\\\b\f\n\r\t\u0000\u007f', 'é', '中', '\u2028'),
    fc.constantFrom('😀', '\ud83d', '\ude00'),
  ),
  { maxLength: 12 },
);

function hashed(add: (rows: RowsHash) => void, rounds: boolean): readonly number[] {
  const rows = new RowsHash(rounds);
  add(rows);
  rows.endRow();
  return [rows.orderA, rows.orderB];
}

test.each([false, true])('a text with escapes is the text that JSON.parse reads (of Azure: %s)', (rounds) => {
  fc.assert(
    fc.property(TEXT, fc.infiniteStream(fc.nat(3)), (characters, choices) => {
      const units = characters.join('').split('');
      const json = units
        .map((unit) => {
          const all = spellings(unit);
          return all[(choices.next().value ?? 0) % all.length] ?? '';
        })
        .join('');
      const parsed = encodeText(JSON.parse(`"${json}"`) as string);
      const line = `{"s":"${encodeText(json)}"}`;
      const escaped = hashed((rows) => rows.addEscapedText(7, line, 6, line.length - 2), rounds);
      expect(escaped).toEqual(hashed((rows) => rows.addText(7, parsed, 0, parsed.length), rounds));
    }),
    { numRuns: 2000 },
  );
});

test.each(['\\x', '\\u12', '\\u12G4', 'a\\u', '\\é'])('%s is no escape', (json) => {
  for (const rounds of [false, true]) {
    const line = `"${json}"`;
    expect(() => hashed((rows) => rows.addEscapedText(7, line, 1, line.length - 1), rounds)).toThrow(
      Unreadable,
    );
  }
});
