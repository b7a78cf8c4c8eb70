import type { Finding, VerifiedFile, VerifyReport } from '../../convert/verify/report.js';
import { escapeHtml, htmlPage, htmlTable } from './html.js';
import { counted } from './units.js';
import { isClean, verdictSentence } from './verify-text.js';

/**
 * The page an auditor can sign, as HTML: every file with counts and checksums of both sides. It has no time of its own: the
 * same trees give the same page. In pieces, since a tree may have many files.
 */
export function auditPage(report: VerifyReport): Generator<string, void, void> {
  return htmlPage('Verification of a migration to v2 model data', body(report));
}

function* body(report: VerifyReport): Generator<string, void, void> {
  yield '<h1>Verification of a migration to v2 model data</h1>\n';
  yield `<p class="verdict ${report.ok ? 'same' : 'different'}">${escapeHtml(verdictSentence(report))}</p>\n`;
  yield* htmlTable([], headRows(report));
  yield '<h2>Totals</h2>\n';
  yield* htmlTable(['Count', 'Value'], totalRows(report));
  yield* findings(report);
  yield '<h2>Files</h2>\n<p>Checksums are SHA-256. For every file, lines + exploded = rows + rejected + headers + blank + out of range.</p>\n';
  for (const file of report.files) yield* fileSection(file);
  yield '<h2>Signature</h2>\n<table class="signature"><thead><tr><th>Name</th><th>Date</th><th>Signature</th></tr></thead>\n';
  yield '<tbody><tr><td></td><td></td><td></td></tr></tbody></table>\n';
}

function headRows({ source, destination, sourceId, mapping, sample, settings }: VerifyReport): string[][] {
  const read =
    sample === undefined
      ? 'every file, whole'
      : `a sample of ${sample.fraction * 100} % (seed ${sample.seed}); ${counted(sample.filesLeftOut, 'file')} not read`;
  return [
    ['Legacy tree', source],
    ['v2 tree', destination],
    ['Source id', sourceId],
    ['Mapping version', String(mapping)],
    ['Read', read],
    ['Settings', JSON.stringify(settings)],
  ];
}

function totalRows({ totals, foreign }: VerifyReport): string[][] {
  const rows: [string, number][] = [
    ['Files', totals.files],
    ['Bytes of CSV', totals.bytesIn],
    ['Bytes of events and rejects', totals.bytesOut],
    ['Lines', totals.lines],
    ['Rows added by explosion', totals.exploded],
    ['Rows in events', totals.rowsOut],
    ['Events', totals.events],
    ...Object.entries(totals.rejected).map(([reason, of]): [string, number] => [
      `Rows rejected: ${reason}`,
      of,
    ]),
    ['Headers', totals.headers],
    ['Blank lines', totals.blanks],
    ['Rows out of range', totals.outOfRange],
    ['Rows that live collection has', totals.existing],
    ['Rows whose correlation is inferred', totals.inferred],
    ['Rows the same on both sides', totals.same],
    ['Rows only in the legacy tree', totals.lost],
    ['Rows only in the v2 tree', totals.extra],
    ['Rows different', totals.different],
    ['Rows unreadable', totals.unreadable],
    ['Files whose balance is broken', totals.unbalanced],
    ['Event files that belong to no source here (not read)', foreign.files],
  ];
  return rows.map(([name, value]) => [name, String(value)]);
}

function* fileSection(file: VerifiedFile): Generator<string, void, void> {
  const rejected = Object.values(file.rejected).reduce((sum, rows) => sum + rows, 0);
  const verdict = isClean(file)
    ? '<span class="same">The same on both sides.</span>'
    : `<strong class="different">${counted(file.findings, 'finding')}; the balance ${file.balanced ? 'holds' : 'is broken'}.</strong>`;
  yield `<h3>${escapeHtml(file.source)}</h3>\n<p>${verdict} `;
  yield `${file.lines} lines + ${file.exploded} exploded = ${file.rowsOut} rows + ${rejected} rejected + ${file.headers} headers + `;
  yield `${file.blanks} blank + ${file.outOfRange} out of range${liveOf(file)}; ${counted(file.events, 'event')}.</p>\n`;
  yield* htmlTable(
    ['Side', 'Object', 'Bytes', 'SHA-256'],
    [
      ['legacy', file.source, String(file.size), file.sha256 === '' ? '(not there)' : file.sha256],
      ...file.outputs.map(({ name, size, sha256 }) => ['v2', name, String(size), sha256]),
    ],
  );
}

function liveOf({ existing }: VerifiedFile): string {
  return existing === 0 ? '' : ` + ${existing} in live events`;
}

function* findings({ findings: list, findingsLeftOut }: VerifyReport): Generator<string, void, void> {
  if (list.length === 0) return;
  yield '<h2>Findings</h2>\n<p>- only in legacy, + only in v2, * different, ! unreadable</p>\n';
  yield* htmlTable(['', 'Finding', 'Legacy', 'v2', 'Values'], list.map(findingCells));
  if (findingsLeftOut > 0) yield `<p>${counted(findingsLeftOut, 'more finding')} not listed.</p>\n`;
}

function findingCells({ mark, text, source, object, differences }: Finding): string[] {
  return [
    mark,
    text,
    source === undefined
      ? ''
      : `${source.name}${source.offset === undefined ? '' : `, byte ${source.offset}`}`,
    object === undefined ? '' : `${object.name}${object.line === undefined ? '' : `, line ${object.line}`}`,
    differences
      .map(({ column, legacy, v2 }) => `${column}: ${legacy ?? '(none)'} → ${v2 ?? '(none)'}`)
      .join('; '),
  ];
}
