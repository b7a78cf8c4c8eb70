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
      existing: 0,
      ...totals,
    },
    converted: 18,
    unchanged: 0,
    again: {},
    gone: { sources: 0, examples: [] },
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

test('sources that had to be converted again are counted by what made that necessary', () => {
  const text = render({
    converted: 12,
    unchanged: 6,
    again: {
      'source-changed': 1,
      'decisions-changed': 2,
      'live-changed': 5,
      'output-missing': 3,
      'output-changed': 1,
    },
  });
  expect(text).toMatch(/^ {2}again +1 {2}the source has changed$/m);
  expect(text).toMatch(/^ {2}again +2 {2}columns, types or options have changed$/m);
  expect(text).toMatch(/^ {2}again +5 {2}live collection has other files near them$/m);
  expect(text).toMatch(/^ {2}again +3 {2}an output was gone$/m);
  expect(text).toMatch(/^ {2}again +1 {2}an output was not as it was written$/m);
  expect(render()).not.toContain('again');
});

test('a journal that a kill cut short is told', () => {
  expect(render({ journalCutShort: true })).toContain(
    "! the journal's last line was cut short, as by a kill",
  );
  expect(render()).not.toContain('journal');
});

test('a repair says what it has read', () => {
  const text = render({ checked: { sources: 16, outputs: 40, bytes: 1_900_000 } });
  expect(text).toMatch(/^ {2}checked +16 {2}done before: 40 outputs read, 1.9 MB$/m);
});

test('sources that are gone are listed, as far as the report has them', () => {
  const examples = Array.from({ length: 12 }, (_, i) => `${i}-${HOSTILE}`);
  const text = render({ gone: { sources: 1_000, examples } });
  expect(text).toContain(
    '! 1\u202f000 files no longer in SRC: what was made of them stays, and is not counted here\n    0-\\u001b',
  );
  expect(text).toContain('    … and 990 more\n');
  expect(render({ gone: { sources: 1, examples: ['a.csv'] } })).toContain(
    '! 1 file no longer in SRC: what was made of them stays, and is not counted here\n    a.csv\n',
  );
});

test('what live collection has already is counted, and since when it writes is told of each collection', () => {
  const watermarks = [
    { path: 'svc/model-1/model_inputs', hour: '2026/11/22/12', files: 7, bytes: 1_900_000 },
    { path: 'svc/model-1/model_outputs', hour: '2026/11/22/13', files: 1, bytes: 10 },
  ];
  const text = render({ totals: { existing: 42 }, live: { watermarks, partly: [] } });
  expect(text).toMatch(/^ {2}existing +42 {2}rows that live collection has in DEST already, left out$/m);
  expect(text).toContain('since 2026/11/22/12 in svc/model-1/model_inputs');
  expect(text).toContain('since 2026/11/22/13 in svc/model-1/model_outputs');
  expect(text).not.toContain('some rows');
  expect(render()).not.toMatch(/existing|live/);
});

test('calls of which live events have only some rows are named, with the way out', () => {
  const partly = [{ source: 'a.csv', calls: [`x-${HOSTILE}`, 'y'] }];
  const text = render({ totals: { rejected: { 'partly-live': 5 } }, live: { watermarks: [], partly } });
  expect(text).toContain(
    '! 5 rows of calls of which live events have only some rows: exit status 1\n    x-\\u001b',
  );
  expect(text).toMatch(/^ {4}y \(a\.csv\)$/m);
  expect(text).toContain('mdc-bridge spool push');
});
