import type { CheckedOutputs, ConvertReport, WhyAgain } from '../../convert/report.js';
import { heading, nextSteps, type Page, warning } from './page.js';
import { printable } from './printable.js';
import { renderTable, type TableRow } from './table.js';
import { wrapBehind } from './text-width.js';
import { bytes, count, counted, duration, rate } from './units.js';

const MOST_LISTED = 10;

export interface ConvertTextOptions extends Page {
  readonly next: readonly (readonly [say: string, command: string])[];
}

/** What a conversion did: files, rows, events, what was set aside and where it lies, how fast, what to do next. */
export function convertText(report: ConvertReport, options: ConvertTextOptions): string[] {
  const page: Page = { width: options.width, paint: options.paint };
  return [
    ...heading(headline(report), page),
    ...renderTable([{}, { align: 'right' }, { fit: 'wrap', least: 30 }], factRows(report), {
      ...page,
      indent: 2,
    }),
    ...(report.journalCutShort === true ? ['', ...warning(CUT_SHORT, page)] : []),
    ...rejectText(report, page),
    ...partlyText(report, page),
    ...listText(
      'could not be converted',
      report.failed.map(({ source, error }) => `${source}: ${error}`),
      page,
    ),
    ...archivedText(report, page),
    ...listText('changed since the plan saw them: convert again with a new plan', report.changed, page),
    ...listText(
      'no longer in SRC: what was made of them stays, and is not counted here',
      report.gone.examples,
      page,
      report.gone.sources,
    ),
    '',
    ...nextSteps(options.next, page),
  ];
}

function archivedText({ archived }: ConvertReport, page: Page): string[] {
  if (archived === undefined) return [];
  const { sources, bytes: size } = archived;
  return [
    '',
    ...warning(`${counted(sources, 'blob')} left in the archive tier (${bytes(size)}): not converted`, page),
  ];
}

const CUT_SHORT = "the journal's last line was cut short, as by a kill: what it was about was done again";

function headline(report: ConvertReport): string {
  const { source, destination, interrupted, converted, failed, changed } = report;
  const where = `${source} → ${destination}`;
  if (interrupted) return `Interrupted: ${counted(converted, 'file')} converted and whole, ${where}`;
  if (failed.length + changed.length > 0) return `Not all converted: ${where}`;
  return converted === 0 ? `Nothing left to do: ${where}` : `Converted: ${where}`;
}

const AGAIN: Readonly<Record<WhyAgain, string>> = {
  'source-changed': 'the source has changed',
  'decisions-changed': 'columns, types or options have changed',
  'in-parts': 'sync had written it in parts',
  'live-changed': 'live collection has other files near them',
  'output-missing': 'an output was gone',
  'output-changed': 'an output was not as it was written',
};

function factRows(report: ConvertReport): TableRow[] {
  const { totals, converted, unchanged, seconds, foreign, checked } = report;
  const rejected = Object.values(totals.rejected).reduce((sum, rows) => sum + rows, 0);
  const runs = unchanged === 0 ? '' : `${count(converted)} in this run, ${count(unchanged)} done before`;
  const optional: [label: string, value: number, note: string][] = [
    ['exploded', totals.exploded, 'rows added: one row of many predictions became many'],
    ['headers', totals.headers, 'the first ones too'],
    ['blank', totals.blanks, 'lines of no bytes'],
    ['out of range', totals.outOfRange, 'rows before --since or not before --until'],
    ['existing', totals.existing, 'rows that live collection has in DEST already, left out'],
    ['late', totals.late, 'rows that came back after their call was closed, in events of their own'],
    ['lossy', totals.lossy, 'infinities written as null'],
    ['foreign', foreign, 'files in the destination that are not ours, left alone'],
  ];
  const watermarks = report.live?.watermarks ?? [];
  const again = Object.entries(report.again) as [WhyAgain, number][];
  return [
    ['files', count(totals.files), runs],
    ...again.map(([why, sources]): TableRow => ['again', count(sources), AGAIN[why]]),
    ...(checked === undefined ? [] : [checkedRow(checked)]),
    ['lines', count(totals.lines), bytes(totals.bytesIn)],
    ['rows', count(totals.rows), `in ${counted(totals.events, 'event')}, ${bytes(totals.bytesOut)}`],
    ['rejects', { text: count(rejected), tone: rejected === 0 ? 'green' : 'yellow' }, ''],
    ...optional
      .filter(([, value]) => value > 0)
      .map(([label, value, note]): TableRow => [label, count(value), note]),
    ...watermarks.map(
      ({ path, hour, files, bytes: size }): TableRow => [
        'live',
        count(files),
        `since ${hour} in ${printable(path)}: files of live collection, ${bytes(size)}`,
      ],
    ),
    ['time', duration(seconds), converted === 0 || unchanged > 0 ? '' : rate(totals.bytesIn, seconds)],
  ];
}

function checkedRow({ sources, outputs, bytes: size }: CheckedOutputs): TableRow {
  return ['checked', count(sources), `done before: ${counted(outputs, 'output')} read, ${bytes(size)}`];
}

function rejectText({ totals, sourceId, rejectsOverLimit }: ConvertReport, page: Page): string[] {
  const reasons = Object.entries(totals.rejected)
    .filter(([, rows]) => rows > 0)
    .sort(([, a], [, b]) => b - a)
    .map(
      ([reason, rows]) =>
        `${count(rows)} ${reason === 'with-row' ? 'taken along with a rejected row' : reason}`,
    );
  if (reasons.length === 0) return [];
  return [
    '',
    ...warning(`rejected: ${reasons.join(', ')}`, page),
    ...wrapBehind('  ', printable(`they lie whole in _migration/${sourceId}/rejects/`), page.width),
    ...(rejectsOverLimit ? warning('more than --max-rejects allows: exit status 1', page) : []),
  ];
}

/** Nobody can tell which of these rows live events have. */
function partlyText({ live, totals }: ConvertReport, page: Page): string[] {
  const rows = totals.rejected['partly-live'] ?? 0;
  if (live === undefined || rows === 0) return [];
  const calls = live.partly.flatMap(({ source, calls }) => calls.map((call) => `${call} (${source})`));
  const remedy =
    'deliver what spools still hold (mdc-bridge spool push) and convert again; if live collection has lost the rest for good, ' +
    'take these calls out of its files and convert again: history has them whole';
  return [
    '',
    ...warning(
      `${counted(rows, 'row')} of calls of which live events have only some rows: exit status 1`,
      page,
    ),
    ...calls.slice(0, MOST_LISTED).flatMap((call) => wrapBehind('    ', printable(call), page.width)),
    ...wrapBehind('  ', remedy, page.width),
  ];
}

/** `total` where `items` are only the first of them. */
function listText(what: string, items: readonly string[], page: Page, total = items.length): string[] {
  if (items.length === 0) return [];
  const more = total - Math.min(items.length, MOST_LISTED);
  const where = total === items.length ? ': --json lists them all' : '';
  return [
    '',
    ...warning(`${counted(total, 'file')} ${what}`, page),
    ...items.slice(0, MOST_LISTED).flatMap((item) => wrapBehind('    ', printable(item), page.width)),
    ...(more > 0 ? [`    … and ${count(more)} more${where}`] : []),
  ];
}
