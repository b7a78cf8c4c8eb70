import type { MigrationStatus, Pace, StatusReport } from '../../convert/status.js';
import { describeHolder } from '../../storage/lock-holder.js';
import { heading, type Page, paragraph } from './page.js';
import { printable } from './printable.js';
import { renderTable, type TableRow } from './table.js';
import { bytes, count, counted, duration, percent, rate } from './units.js';

/** How far every migration is, one after the other. */
export function statusText({ destination, migrations }: StatusReport, page: Page): string[] {
  if (migrations.length === 0) {
    return [
      ...heading(`No migration: ${destination}`, page),
      ...paragraph('it has no _migration/…/plan.json; `convert` writes one before its first event', page, 2),
    ];
  }
  return migrations.flatMap((migration, index) => [
    ...(index === 0 ? [] : ['']),
    ...heading(`${headline(migration)}: ${migration.source} → ${destination}`, page),
    ...renderTable([{}, { align: 'right' }, { fit: 'wrap', least: 30 }], factRows(migration), {
      ...page,
      indent: 2,
    }),
    ...holderText(migration, page),
  ]);
}

function headline({ heldBy, sources }: MigrationStatus): string {
  if (heldBy !== undefined) return 'At work';
  return sources.left + sources.inHand === 0 ? 'Finished' : 'Not finished, and nobody is at work';
}

function factRows({ sources, bytes: size, rows, events, rejected, pace }: MigrationStatus): TableRow[] {
  const rejects = Object.values(rejected).reduce((sum, n) => sum + n, 0);
  const reasons = Object.entries(rejected).map(([reason, n]) => `${count(n)} ${printable(reason)}`);
  const done = `${bytes(size.done)}, ${percent(size.done, size.done + size.left)}`;
  return [
    ['finished', count(sources.done), done],
    ...(sources.inHand === 0 ? [] : [['in hand', count(sources.inHand), '']]),
    ['left', count(sources.left), sources.left === 0 ? '' : bytes(size.left)],
    ['rows', count(rows), `in ${counted(events, 'event')}`],
    ['rejects', { text: count(rejects), tone: rejects === 0 ? 'green' : 'yellow' }, reasons.join(', ')],
    ...(pace === undefined ? [] : [paceRow(pace)]),
  ];
}

function paceRow({ bytesPerSecond, seconds, secondsLeft }: Pace): TableRow {
  const eta = secondsLeft === undefined ? '' : `, ETA ${duration(Math.round(secondsLeft))}`;
  return ['speed', rate(bytesPerSecond, 1), `for ${duration(seconds)}${eta}`];
}

function holderText({ heldBy, sources }: MigrationStatus, page: Page): string[] {
  if (heldBy === undefined) {
    return sources.left === 0
      ? []
      : paragraph('to go on, run the command again that was given to convert', page, 2);
  }
  return paragraph(describeHolder(heldBy), page, 2);
}
