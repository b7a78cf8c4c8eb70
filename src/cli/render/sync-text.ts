import type { SyncPass, SyncReport } from '../../follow/sync-report.js';
import { heading, nextSteps, type Page, warning } from './page.js';
import { printable } from './printable.js';
import { renderTable, type TableRow } from './table.js';
import { wrapBehind } from './text-width.js';
import { bytes, count, counted, duration } from './units.js';

const MOST_LISTED = 10;

export interface SyncTextOptions extends Page {
  readonly next: readonly (readonly [say: string, command: string])[];
}

/** One pass in a line; a pass that found nothing to do is not worth one. */
export function passText({
  number,
  converted,
  anew,
  unsettled,
  restless,
  seconds,
}: SyncPass): string | undefined {
  if (converted + restless.length === 0) return undefined;
  const parts = [`${counted(converted, 'file')} converted`];
  if (anew > 0) parts.push(`${count(anew)} of them from the start`);
  if (unsettled.files > 0)
    parts.push(`${bytes(unsettled.bytes)} of ${counted(unsettled.files, 'file')} not settled`);
  if (restless.length > 0) parts.push(`${counted(restless.length, 'file')} changed all the time`);
  return `pass ${count(number)}: ${parts.join(', ')}, in ${duration(seconds)}`;
}

/** How far a tree is followed: what is converted, what waits, and what can't go on. */
export function syncText(report: SyncReport, options: SyncTextOptions): string[] {
  const page: Page = { width: options.width, paint: options.paint };
  const { source, destination, stopped, failed, restless, waiting } = report;
  return [
    ...heading(`${headline(report)}: ${source} → ${destination}`, page),
    ...renderTable([{}, { align: 'right' }, { fit: 'wrap', least: 30 }], factRows(report), {
      ...page,
      indent: 2,
    }),
    ...listText(
      'collection',
      'stopped',
      stopped.map(({ why }) => why),
      page,
    ),
    ...listText(
      'file',
      'could not be converted',
      failed.map((one) => `${one.source}: ${one.error}`),
      page,
    ),
    ...listText('file', 'changed each time that it was read: the next pass tries again', restless, page),
    ...listText(
      'file',
      'with nothing converted yet',
      waiting.map((one) => `${one.source}: ${one.why}`),
      page,
    ),
    '',
    ...nextSteps(options.next, page),
  ];
}

function headline({ interrupted, stopped, failed, converted, compacted }: SyncReport): string {
  if (stopped.length + failed.length > 0) return 'Not all followed';
  if (interrupted) return 'Followed until now';
  return converted + compacted === 0 ? 'Nothing new' : 'Followed';
}

function factRows(report: SyncReport): TableRow[] {
  const { totals, passes, converted, anew, compacted, unsettled, seconds } = report;
  const rejected = Object.values(totals.rejected).reduce((sum, rows) => sum + rows, 0);
  const optional: [label: string, value: number, note: string][] = [
    [
      'anew',
      anew,
      'times that a file was converted from its start: its beginning had changed, or a call came back',
    ],
    ['compacted', compacted, 'files whose parts were made one'],
    ['unsettled', unsettled.files, `files with ${bytes(unsettled.bytes)} that wait`],
    ['late', totals.late, 'rows that came back after their call was closed, in events of their own'],
    ['lossy', totals.lossy, 'infinities written as null'],
  ];
  return [
    ['passes', count(passes), `${counted(converted, 'file')} converted`],
    ['files', count(totals.files), bytes(totals.bytesIn)],
    ['rows', count(totals.rows), `in ${counted(totals.events, 'event')}, ${bytes(totals.bytesOut)}`],
    ['rejects', { text: count(rejected), tone: rejected === 0 ? 'green' : 'yellow' }, ''],
    ...optional
      .filter(([, value]) => value > 0)
      .map(([label, value, note]): TableRow => [label, count(value), note]),
    ['time', duration(seconds), ''],
  ];
}

function listText(noun: string, what: string, items: readonly string[], page: Page): string[] {
  if (items.length === 0) return [];
  return [
    '',
    ...warning(`${counted(items.length, noun)} ${what}`, page),
    ...items.slice(0, MOST_LISTED).flatMap((item) => wrapBehind('    ', printable(item), page.width)),
    ...(items.length > MOST_LISTED
      ? [`    … and ${count(items.length - MOST_LISTED)} more: --json lists them all`]
      : []),
  ];
}
