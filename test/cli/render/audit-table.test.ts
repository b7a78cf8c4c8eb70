import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { auditTable } from '../../../src/cli/render/audit-table.js';
import { verification, verifiedFile } from './sample-verification.js';

test('the audit as a table has a line for each source and each output, which csv-parse reads back', () => {
  const report = verification([verifiedFile(), verifiedFile({ source: 'a, "b".csv', lines: 7 })]);
  const rows = parse([...auditTable(report)].join(''), { columns: true }) as Record<string, string>[];
  const legacy = rows.filter(({ side }) => side === 'legacy');
  expect(legacy.map(({ source, sha256, lines }) => [source, sha256, Number(lines)])).toEqual(
    report.files.map(({ source, sha256, lines }) => [source, sha256, lines]),
  );
  expect(rows.filter(({ side }) => side === 'v2')).toHaveLength(
    report.files.reduce((sum, { outputs }) => sum + outputs.length, 0),
  );
});
