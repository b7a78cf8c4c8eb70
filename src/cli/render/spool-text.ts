import type { SpoolDestination, SpoolReport, SpoolTally } from '../../collect/spool/spool-report.js';
import { heading, nextSteps, type Page, paragraph, warning } from './page.js';
import { bytes, counted } from './units.js';

export interface SpoolPage extends Page {
  readonly next: readonly (readonly [say: string, command: string])[];
}

/** What was left in a spool's folder, and what became of it. */
export function spoolText(report: SpoolReport, page: SpoolPage): string[] {
  const { destinations, owned, torn, damaged, folder } = report;
  return [
    ...heading(headline(report), page),
    ...destinations.flatMap((destination) => destinationText(destination, page)),
    ...owned.flatMap(({ host, pid, bytes: size }) =>
      paragraph(`${bytes(size)} are of process ${pid} on ${host}, which still runs: left to it`, page, 2),
    ),
    ...(torn.bytes === 0
      ? []
      : paragraph(
          `${bytes(torn.bytes)} were cut short by a kill in the middle of their writing: no call had been told that they ` +
            'are kept',
          page,
          2,
        )),
    ...(damaged.files === 0
      ? []
      : warning(
          `${bytes(damaged.bytes)} in ${counted(damaged.files, 'file')} can't be read, at least ` +
            `${counted(damaged.rows, 'row')}: such files are kept as ….damaged in ${folder}`,
          page,
        )),
    ...nextSteps(page.next, page),
  ];
}

function headline({ action, folder, destinations }: SpoolReport): string {
  const rows = (which: 'sent' | 'left'): number =>
    destinations.reduce((sum, one) => sum + one[which].rows, 0);
  if (rows('left') > 0) return `${counted(rows('left'), 'row')} left: ${folder}`;
  return action === 'push' && rows('sent') > 0 ? `All sent: ${folder}` : `Nothing left: ${folder}`;
}

function destinationText({ url, sent, left, failure }: SpoolDestination, page: Page): string[] {
  const to = url ?? 'a destination that the files do not tell any more';
  return [
    ...(sent.rows === 0 ? [] : paragraph(`sent ${tallyText(sent)} to ${to}`, page, 2)),
    ...(left.rows === 0 ? [] : paragraph(`left ${tallyText(left)} for ${to}`, page, 2)),
    ...(failure === undefined ? [] : warning(failure.message, page)),
    ...(failure?.remedy === undefined ? [] : paragraph(`→ ${failure.remedy}`, page, 2)),
  ];
}

function tallyText({ rows, bytes: size, blobs }: SpoolTally): string {
  return `${counted(rows, 'row')}, ${bytes(size)}, in ${counted(blobs, 'blob')}`;
}
