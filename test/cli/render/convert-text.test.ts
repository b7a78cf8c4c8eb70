import { expect, test } from 'vitest';
import { convertText } from '../../../src/cli/render/convert-text.js';
import type { ConvertReport, Totals } from '../../../src/convert/report.js';
import { HOSTILE, PAGE, shown } from './shown-lines.js';

type ReportPart = Partial<Omit<ConvertReport, 'totals'>> & { readonly totals?: Partial<Totals> };

function report({ totals, ...part }: ReportPart = {}): ConvertReport {
  return {
    kind: 'mdc-bridge conversion',
    source: 'file:///modeldata',
    destination: 'file:///out',
    sourceId: 'modeldata-01234567',
    totals: {
      files: 18,
      bytesIn: 467_000,
      bytesOut: 1_900_000,
      lines: 1_723,
      exploded: 0,
      rows: 1_705,
      events: 1_236,
      rejected: {},
      headers: 18,
      blanks: 0,
      outOfRange: 0,
      late: 0,
      lossy: 0,
      ...totals,
    },
    converted: 18,
    unchanged: 0,
    changed: [],
    failed: [],
    foreign: 0,
    rejectsOverLimit: false,
    interrupted: false,
    seconds: 0.5,
    ...part,
  };
}

function render(part: ReportPart = {}): string {
  return shown(convertText(report(part), { ...PAGE, next: [['to prove it:', 'mdc-bridge verify a b']] }));
}

test('a clean run, whole', () => {
  expect(render()).toBe(`Converted: file:///modeldata → file:///out
  files       18
  lines    1\u202f723  467 kB
  rows     1\u202f705  in 1\u202f236 events, 1.9 MB
  rejects      0
  headers     18  the first ones too
  time     0.5 s  0.9 MB/s

→ to prove it:
    mdc-bridge verify a b`);
});

test('rejects are told by reason, with where they lie', () => {
  const text = render({
    totals: { rejected: { width: 30, 'with-row': 2, type: 0 } },
    rejectsOverLimit: true,
  });
  expect(text).toMatch(/^ {2}rejects +32$/m);
  expect(text).toContain(`! rejected: 30 width, 2 taken along with a rejected row
  they lie whole in _migration/modeldata-01234567/rejects/
! more than --max-rejects allows: exit status 1`);
  expect(render({ totals: { rejected: { width: 30 } } })).not.toContain('exit status');
});

test('every other count is named if there is one', () => {
  const text = render({ totals: { exploded: 7, blanks: 6, outOfRange: 5, late: 4, lossy: 3 }, foreign: 2 });
  for (const word of ['exploded', 'blank', 'out of range', 'late', 'lossy', 'foreign']) {
    expect(text).toMatch(new RegExp(`^  ${word} +\\d  \\S`, 'm'));
  }
});

test('what an earlier run has done is not done again, nor counted into the speed', () => {
  const text = render({ converted: 2, unchanged: 16 });
  expect(text).toMatch(/^ {2}files +18 {2}2 in this run, 16 done before$/m);
  expect(text).not.toContain('MB/s');
  expect(render({ converted: 0, unchanged: 18 })).toContain('Nothing left to do: file:///modeldata');
});

test('an interrupted run says what is done', () => {
  expect(render({ interrupted: true, converted: 3 })).toContain(
    'Interrupted: 3 files converted and whole, file:///modeldata → file:///out',
  );
});

test('files that failed or changed are listed, the first ten of each', () => {
  const failed = Array.from({ length: 12 }, (_, i) => ({ source: `f${i}.csv`, error: HOSTILE }));
  const text = render({ failed, changed: ['c.csv'] });
  expect(text).toContain('Not all converted');
  expect(text).toContain('! 12 files could not be converted\n    f0.csv: \\u001b[2J');
  expect(text).toContain('    … and 2 more: --json lists them all');
  expect(text).toContain(
    '! 1 file changed since the plan saw them: convert again with a new plan\n    c.csv',
  );
});
