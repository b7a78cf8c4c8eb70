import { stringify } from 'csv-stringify/sync';
import type { VerifiedFile, VerifyReport } from '../../convert/verify/report.js';

const COLUMNS = [
  ...[
    'side',
    'source',
    'object',
    'bytes',
    'sha256',
    'lines',
    'exploded',
    'rows',
    'rejected',
    'headers',
    'blanks',
  ],
  ...[
    'out_of_range',
    'existing',
    'events',
    'same',
    'only_legacy',
    'only_v2',
    'different',
    'unreadable',
    'balanced',
    'findings',
  ],
] as const;

/** The audit as a table for a spreadsheet: a line for each source with its counts, and one for each of its outputs. */
export function* auditTable({ files }: VerifyReport): Generator<string, void, void> {
  yield stringify([COLUMNS]);
  for (const file of files) yield stringify([legacyLine(file), ...outputLines(file)]);
}

function legacyLine(file: VerifiedFile): (string | number)[] {
  const rejected = Object.values(file.rejected).reduce((sum, rows) => sum + rows, 0);
  const { source, size, sha256, lines, exploded, rowsOut, headers, blanks, outOfRange, events } = file;
  const { same, lost, extra, different, unreadable, existing, balanced, findings } = file;
  return [
    ...['legacy', source, source, size, sha256, lines, exploded, rowsOut, rejected, headers, blanks],
    ...[
      outOfRange,
      existing,
      events,
      same,
      lost,
      extra,
      different,
      unreadable,
      balanced ? 'yes' : 'no',
      findings,
    ],
  ];
}

/** Counts stand on the source's line only, so that a column can be summed. */
function outputLines({ source, outputs }: VerifiedFile): (string | number)[][] {
  const none = COLUMNS.slice(5).map(() => '');
  return outputs.map(({ name, size, sha256 }) => ['v2', source, name, size, sha256, ...none]);
}
