import { describe, expect, test } from 'vitest';
import { auditPage } from '../../../src/cli/render/audit-page.js';
import { auditTable } from '../../../src/cli/render/audit-table.js';
import { commonFolder, verifyText } from '../../../src/cli/render/verify-text.js';
import type { VerifyReport } from '../../../src/convert/verify/report.js';
import { finding, verification, verifiedFile } from './sample-verification.js';
import { HOSTILE, PAGE, shown } from './shown-lines.js';

function render(report: VerifyReport): string {
  return shown(verifyText(report, { ...PAGE, next: [] }));
}

const spoilt = verifiedFile({ source: 'a/bad.csv', findings: 1, different: 1, same: 9 });

test('a clean tree, whole', () => {
  expect(
    render(verification([verifiedFile({ source: 'a/b/1.csv' }), verifiedFile({ source: 'a/c/2.csv' })])),
  ).toBe(
    `Verified: file:///modeldata → file:///out
  = same   - only in legacy   + only in v2   * different   ! unreadable

  sources under a/
     source    =  -  +  *  !  rejected  balance
  =  b/1.csv  10  ·  ·  ·  ·         ·    holds
  =  c/2.csv  10  ·  ·  ·  ·         ·    holds

The same on both sides: 20 rows in 10 events of 2 files. The balance holds for every file.
2.0 kB of CSV, 4.0 kB of events and rejects.`,
  );
});

test('a finding has its mark, both places and both values', () => {
  const report = verification([spoilt], { findings: [finding()] });
  expect(render(report)).toContain(`Findings (1)
* row 0 of the event: the value of "zip" differs
    legacy  sub/rg/ws/svc/model/1/inputs/2024/02/29/inputs.csv, byte 1647
    v2      svc/model-1/model_inputs/2024/02/29/01/x.jsonl, line 3
    zip  29057  →  "99999"

NOT the same: 1 finding.`);
});

test('what one side lacks is said, not left empty', () => {
  const differences = [
    { column: 'a', legacy: '1' },
    { column: 'b', v2: '2' },
  ];
  expect(render(verification([spoilt], { findings: [finding({ differences })] }))).toContain(
    '    a  1       →  (none)\n    b  (none)  →  2',
  );
});

test.each([
  [{ unreadable: 1, lost: 1, findings: 2 }, '!'],
  [{ lost: 1, different: 1, findings: 2 }, '-'],
  [{ different: 1, extra: 1, findings: 2 }, '*'],
  [{ extra: 1, findings: 1 }, '+'],
  [{ findings: 1 }, '*'],
  [{ balanced: false, findings: 0 }, '*'],
  [{}, '='],
])('a file with %j is marked %s', (part, mark) => {
  expect(render(verification([verifiedFile({ source: 'x.csv', ...part })]))).toMatch(
    new RegExp(`^  \\${mark}  x\\.csv`, 'm'),
  );
});

describe('of many files', () => {
  const clean = Array.from({ length: 100 }, (_, i) => verifiedFile({ source: `a/${i}.csv` }));

  test('only those with findings are listed, and how many are the same', () => {
    const text = render(verification([...clean, spoilt], { findings: [finding()] }));
    expect(text).not.toContain('57.csv');
    expect(text).toMatch(/^ {2}\* {2}a\/bad\.csv/m);
    expect(text).toContain('  = 100 more files, the same on both sides');
  });

  test('none is listed if all are the same', () => {
    const text = render(verification(clean));
    expect(text).toContain('  = 100 files, the same on both sides');
    expect(text).not.toContain('balance\n');
  });

  test('nor are hundreds of bad ones', () => {
    const bad = Array.from({ length: 100 }, (_, i) => ({ ...spoilt, source: `b/${i}.csv` }));
    const text = render(
      verification(bad, { findings: Array.from({ length: 100 }, () => finding()), findingsLeftOut: 7 }),
    );
    expect(text).toContain('  … and 40 more files with findings: --json lists them all');
    expect(text).toContain('Findings (107)');
    expect(text).toContain('  … and 57 more findings');
  });
});

test('the verdict accounts for rejects, inferred rows, samples and files of others', () => {
  const rejecting = verification([verifiedFile({ rejected: { width: 3 }, inferred: 4 })], {
    sample: { fraction: 0.05, seed: 7, filesLeftOut: 19 },
    foreign: { files: 2, bytes: 5000 },
  });
  const text = render(rejecting).replaceAll('\n', ' ');
  expect(text).toContain(
    '; 3 more rows accounted for in the rejects; the correlation of 4 rows is inferred.',
  );
  expect(text).toContain('This was a sample: 19 files not read (seed 7).');
  expect(text).toContain('! 2 event files (5.0 kB) in the v2 tree belong to no source here; not read');
});

test('the folder that all names share is found at a slash', () => {
  expect(commonFolder(['a/b/c.csv', 'a/b/d.csv', 'a/bb/e.csv'])).toBe('a/');
  expect(commonFolder(['a/b/c.csv', 'a/b/d.csv'])).toBe('a/b/');
  expect(commonFolder(['x/b.csv', 'y/b.csv'])).toBe('');
  expect(commonFolder(['a/b/c.csv'])).toBe('');
  expect(commonFolder([])).toBe('');
});

test('hostile names and values stay in their lines', () => {
  const bad = finding({
    text: HOSTILE,
    source: { name: HOSTILE },
    object: { name: HOSTILE },
    differences: [{ column: HOSTILE, legacy: HOSTILE, v2: HOSTILE.repeat(20) }],
  });
  const report = verification([{ ...spoilt, source: HOSTILE }], { source: HOSTILE, findings: [bad] });
  expect(render(report)).toContain('\\u001b[2J\\n\\u202e');
});

test('what grows and had not settled is told, and is no difference', () => {
  const text = render(verification([verifiedFile()], { unsettled: { files: 2, bytes: 1500 } }));
  expect(text).toContain('The same on both sides');
  expect(text).toContain(
    '! 1.5 kB of 2 growing files had not settled by the last pass of sync, or have come since: not',
  );
});

describe('the page an auditor can sign', () => {
  const page = (report: VerifyReport): string => [...auditPage(report)].join('');

  test('has the verdict, every file with counts and checksums of both sides, and room to sign', () => {
    const text = page(verification([verifiedFile(), spoilt], { findings: [finding()], findingsLeftOut: 2 }));
    expect(text).toContain('<p class="verdict different">NOT the same: 3 findings.</p>');
    expect(text).toContain(
      '11 lines + 0 exploded = 10 rows + 0 rejected + 1 headers + 0 blank + 0 out of range; 5 events.',
    );
    expect(text).toContain(
      `<td>inputs.csv</td><td>1000</td><td>${'a'.repeat(64)}</td>`.replace('inputs.csv', spoilt.source),
    );
    expect(text).toContain(`<td>2000</td><td>${'b'.repeat(64)}</td>`);
    expect(text).toContain('<td>zip: 29057 → &quot;99999&quot;</td>');
    expect(text).toContain('2 more findings not listed');
    expect(text).toContain('<th>Signature</th>');
  });

  test('is the same for the same trees, and nothing in them is markup', () => {
    const report = verification([verifiedFile({ source: HOSTILE })], {
      findings: [finding({ text: HOSTILE })],
    });
    expect(page(report)).toBe(page(report));
    expect(page(report)).not.toContain('<script>');
    expect(page(report)).toContain('\\u001b[2J\\n\\u202e&quot;&gt;&lt;script&gt;');
  });
});

test('rows that live collection has are told in the verdict, on the page and in the table', () => {
  const report = verification([verifiedFile({ existing: 7, lines: 18 })]);
  expect(render(report)).toContain(
    '10 rows in 5 events of 1 file; 7 more rows in the events of live collection.',
  );
  const page = [...auditPage(report)].join('');
  expect(page).toContain('+ 0 out of range + 7 in live events; 5 events.');
  expect([...auditTable(report)][0]).toContain('out_of_range,existing,events');
  expect(render(verification([verifiedFile()]))).not.toContain('live');
});
