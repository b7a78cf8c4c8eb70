import type { Finding, VerifiedFile, VerifyReport } from '../../../src/convert/verify/report.js';
import { resolveSettings } from '../../../src/mapping/settings.js';

const NOTHING_FOUND = { lost: 0, extra: 0, different: 0, unreadable: 0 };

export function verifiedFile(part: Partial<VerifiedFile> = {}): VerifiedFile {
  return {
    source: 'sub/rg/ws/svc/model/1/inputs/2024/02/29/inputs.csv',
    size: 1000,
    sha256: 'a'.repeat(64),
    lines: 11,
    exploded: 0,
    headers: 1,
    blanks: 0,
    rejected: {},
    outOfRange: 0,
    existing: 0,
    inferred: 0,
    events: 5,
    rowsOut: 10,
    balanced: true,
    outputs: [{ name: 'svc/model-1/model_inputs/2024/02/29/01/x.jsonl', size: 2000, sha256: 'b'.repeat(64) }],
    findings: 0,
    same: 10,
    ...NOTHING_FOUND,
    ...part,
  };
}

export function finding(part: Partial<Finding> = {}): Finding {
  return {
    mark: '*',
    rows: 1,
    text: 'row 0 of the event: the value of "zip" differs',
    source: { name: 'sub/rg/ws/svc/model/1/inputs/2024/02/29/inputs.csv', offset: 1647 },
    object: { name: 'svc/model-1/model_inputs/2024/02/29/01/x.jsonl', line: 3 },
    differences: [{ column: 'zip', legacy: '29057', v2: '"99999"' }],
    ...part,
  };
}

export function verification(files: readonly VerifiedFile[], part: Partial<VerifyReport> = {}): VerifyReport {
  const total = (of: (file: VerifiedFile) => number): number =>
    files.reduce((sum, file) => sum + of(file), 0);
  return {
    kind: 'mdc-bridge verification',
    version: 1,
    mapping: 1,
    source: 'file:///modeldata',
    destination: 'file:///out',
    sourceId: 'modeldata-01234567',
    settings: resolveSettings(),
    ok: files.every((file) => file.findings === 0),
    totals: {
      files: files.length,
      bytesIn: total(({ size }) => size),
      bytesOut: 2000 * files.length,
      lines: total(({ lines }) => lines),
      exploded: 0,
      headers: files.length,
      blanks: 0,
      rejected: files[0]?.rejected ?? {},
      outOfRange: 0,
      existing: total(({ existing }) => existing),
      inferred: total(({ inferred }) => inferred),
      events: total(({ events }) => events),
      rowsOut: total(({ rowsOut }) => rowsOut),
      unbalanced: files.filter(({ balanced }) => !balanced).length,
      same: total(({ same }) => same),
      lost: total(({ lost }) => lost),
      extra: total(({ extra }) => extra),
      different: total(({ different }) => different),
      unreadable: total(({ unreadable }) => unreadable),
    },
    files,
    findings: [],
    findingsLeftOut: 0,
    foreign: { files: 0, bytes: 0 },
    ...part,
  };
}
