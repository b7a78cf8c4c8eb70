import { describe, expect, test } from 'vitest';
import { compareText } from '../../../src/cli/render/compare-text.js';
import { plainPaint } from '../../../src/cli/render/paint.js';
import { textWidth } from '../../../src/cli/render/text-width.js';
import type { CompareReport } from '../../../src/convert/compare/report.js';
import { collection, comparison, counts, example } from './sample-comparison.js';

function text(report: CompareReport, width = 100): string {
  const lines = compareText(report, { width, paint: plainPaint });
  for (const line of lines) expect(textWidth(line), line).toBeLessThanOrEqual(width);
  return lines.join('\n');
}

/** A table's line that begins so, its cells parted by one space. */
function lineOf(report: CompareReport, start: string): string {
  const line = text(report)
    .split('\n')
    .find((one) => one.trim().startsWith(start));
  return (line ?? '').trim().replaceAll(/ +/g, ' ');
}

describe('the text of a comparison', () => {
  test('says what both sides have, by collection, and the lag of each', () => {
    const report = comparison();
    expect(text(report)).toContain('\nsvc/m-1/model_inputs\n');
    expect(lineOf(report, 'all  ')).toBe('all 1\u202f200 1\u202f200 1\u202f200 · · ·');
    expect(text(report)).toContain('  lag 10 min legacy, 20 min v2');
    expect(text(report)).toContain('The same on both sides: 1\u202f200 calls of 1 collection.');
  });

  test('lists the hours with findings, and only those', () => {
    const bad = counts({ both: 1195, onlyLegacy: 5, v2: 1195 });
    const hours = [
      { hour: '2024-02-29T10:00Z', counts: counts() },
      { hour: '2024-02-29T11:00Z', counts: bad },
    ];
    const report = comparison([collection({ counts: bad, hours })], { ok: false });
    expect(lineOf(report, '2024-02-29 11:00')).toBe(
      '2024-02-29 11:00 1\u202f200 1\u202f195 1\u202f195 5 · ·',
    );
    expect(text(report)).not.toContain('10:00');
    expect(text(report)).toContain('NOT the same: 1\u202f195 of 1\u202f200 legacy and 1\u202f195 v2 calls');
  });

  test('tells what is rare only where there is any', () => {
    expect(text(comparison())).not.toContain('sampled');
    expect(text(comparison([collection({ counts: counts({ sampledOut: 3 }) })]))).toContain('sampled');
  });

  test('tells of calls outside stage dual, in the verdict too', () => {
    const all = counts({ outsideDualLegacy: 3, outsideDualV2: 4 });
    const shown = text(comparison([collection({ counts: all })], { counts: all }));
    expect(shown).toContain('3 legacy alone outside stage dual; 4 v2 alone outside stage dual');
    expect(shown).toContain('1\u202f200 calls of 1 collection; 7 others outside stage dual.');
    expect(text(comparison())).not.toContain('outside');
  });

  test('tells of days that were not wholly in stage dual, where no id tells rows apart', () => {
    const uncorrelated = {
      legacyRows: 9,
      v2Rows: 5,
      hoursCompared: 3,
      hoursDifferent: 0,
      hoursOutsideDual: 2,
    };
    expect(text(comparison([collection({ uncorrelated })]), 200)).toContain(
      '9 rows without a correlation id, the same by the hour on both sides but for 2 hours of days not wholly in stage dual',
    );
  });

  test('shows examples with their places and cells', () => {
    const shown = text(comparison([collection({ examples: [example()] })], { ok: false }));
    expect(shown).toContain('different in values: 4331a496-194d-41db-882d-3142ef07677f');
    expect(shown).toContain('inputs.csv, byte 120 (1 row)');
    expect(shown).toContain('a.jsonl, line 7 (1 row)');
    expect(shown).toMatch(/0 {2}age +63 +64/);
  });

  test('says of an example that nothing tells whether it is missing', () => {
    const { v2: _, ...unsure } = example({ kind: 'only-legacy-or-batched', differences: [] });
    const shown = text(comparison([collection({ examples: [unsure] })], { ok: false }));
    expect(shown).toContain('only legacy, or in an event with other calls');
  });

  test('what a terminal would act on is shown, not done', () => {
    const evil = example({
      correlationId: '\u001b[2J',
      differences: [{ row: 0, column: '\u0007', v2: '"\u202e"' }],
    });
    const shown = text(comparison([collection({ examples: [evil] })], { ok: false }));
    for (const character of ['\u001b', '\u0007', '\u202e']) expect(shown).not.toContain(character);
    expect(shown).toContain('\\u001b[2J');
  });

  test('tells what could not be read, and rows that no id tells apart', () => {
    const base = collection();
    const shown = text(
      comparison([
        collection({
          v2: { ...base.v2, unreadable: 2, unreadableExample: 'a.jsonl, line 3: it is no JSON object' },
          uncorrelated: {
            legacyRows: 9,
            v2Rows: 8,
            hoursCompared: 2,
            hoursDifferent: 1,
            hoursOutsideDual: 0,
            firstDifferent: '2024-02-29T03:00Z',
          },
        }),
      ]),
    );
    expect(shown).toContain("2 events can't be read, the first a.jsonl, line 3");
    expect(shown).toContain('are not the same in 1 hour');
  });

  test('says of the gate what was found and what it allows', () => {
    const gate = {
      met: false,
      checks: [
        { name: 'missing', limit: 0, found: 5, met: false },
        { name: 'hours', limit: 24, found: 3, met: false },
      ],
      window: { from: '2024-02-28T12:00Z', to: '2024-02-29T11:00Z' },
    } as const;
    expect(text(comparison([collection()], { gate })).replaceAll('\n', ' ')).toContain(
      'Gate NOT met: missing 5 (at most 0), 3 of 24 hours clean and present, hours 2024-02-28T12:00Z to 2024-02-29T11:00Z.',
    );
  });

  test('fits a narrow terminal', () => {
    text(
      comparison([
        collection({ counts: counts({ sampledOut: 3, rejected: 2, onlyV2: 12345 }), examples: [example()] }),
      ]),
      60,
    );
  });
});
