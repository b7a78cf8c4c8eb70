import type { Finding, Mark, VerifiedFile, VerifyReport } from '../../convert/verify/report.js';
import { heading, nextSteps, type Page, paragraph, warning } from './page.js';
import type { Tone } from './paint.js';
import { printable } from './printable.js';
import { renderTable, type TableRow } from './table.js';
import { cutEnd, wrapBehind } from './text-width.js';
import { bytes, count, counted } from './units.js';

/** Up to so many files are listed even if nothing was found of them. */
const FEW_FILES = 24;
const MOST_FILES = 60;
const MOST_FINDINGS = 50;

const TONES: Readonly<Record<Mark, Tone>> = {
  '=': 'green',
  '-': 'red',
  '+': 'yellow',
  '*': 'red',
  '!': 'red',
};

export interface VerifyTextOptions extends Page {
  readonly next: readonly (readonly [say: string, command: string])[];
}

/** By file and finding what is the same and what is not, and the verdict in one sentence at the end. */
export function verifyText(report: VerifyReport, options: VerifyTextOptions): string[] {
  const page: Page = { width: options.width, paint: options.paint };
  return [
    ...heading(`Verified: ${report.source} → ${report.destination}`, page),
    ...paragraph('= same   - only in legacy   + only in v2   * different   ! unreadable', page, 2),
    '',
    ...filesText(report, page),
    ...findingsText(report, page),
    '',
    ...verdictText(report, page),
    ...nextSteps(options.next, page),
  ];
}

export function isClean(file: VerifiedFile): boolean {
  return file.findings === 0 && file.balanced;
}

function filesText({ files }: VerifyReport, page: Page): string[] {
  const wanted = files.length <= FEW_FILES ? files : files.filter((file) => !isClean(file));
  const shown = wanted.slice(0, MOST_FILES);
  const folder = commonFolder(shown.map(({ source }) => source));
  const columns = [
    {},
    { head: 'source', fit: 'cut-middle', least: 30 },
    { head: '=', align: 'right' },
    { head: '-', align: 'right' },
    { head: '+', align: 'right' },
    { head: '*', align: 'right' },
    { head: '!', align: 'right' },
    { head: 'rejected', align: 'right' },
    { head: 'balance', align: 'right' },
  ] as const;
  const rows = shown.map((file): TableRow => {
    const mark = isClean(file) ? '=' : worstMark(file);
    return [
      { text: mark, tone: TONES[mark] },
      printable(file.source.slice(folder.length)),
      count(file.same),
      ...[file.lost, file.extra, file.different, file.unreadable, rejectedRows(file)].map((of) =>
        of === 0 ? '·' : count(of),
      ),
      file.balanced ? 'holds' : { text: 'broken', tone: 'red' },
    ];
  });
  const clean = files.length - wanted.length;
  const more = wanted.length - shown.length;
  const others = counted(clean, shown.length === 0 ? 'file' : 'more file');
  return [
    ...(folder === '' ? [] : paragraph(`sources under ${folder}`, page, 2)),
    ...(rows.length === 0 ? [] : renderTable(columns, rows, { ...page, indent: 2 })),
    ...(clean > 0 ? [page.paint('green', `  = ${others}, the same on both sides`)] : []),
    ...(more > 0
      ? [page.paint('dim', `  … and ${counted(more, 'more file')} with findings: --json lists them all`)]
      : []),
  ];
}

/** What all names begin with, up to and with a `/`: said once instead of in each line. */
export function commonFolder(names: readonly string[]): string {
  const [first = '', ...rest] = names;
  if (rest.length === 0) return '';
  let length = first.lastIndexOf('/') + 1;
  while (length > 0 && !rest.every((name) => name.startsWith(first.slice(0, length)))) {
    length = first.lastIndexOf('/', length - 2) + 1;
  }
  return first.slice(0, length);
}

function worstMark(file: VerifiedFile): Mark {
  if (file.unreadable > 0) return '!';
  if (file.lost > 0) return '-';
  if (file.different > 0) return '*';
  return file.extra > 0 ? '+' : '*';
}

function rejectedRows({ rejected }: Pick<VerifiedFile, 'rejected'>): number {
  return Object.values(rejected).reduce((sum, rows) => sum + rows, 0);
}

function findingsText({ findings, findingsLeftOut }: VerifyReport, page: Page): string[] {
  if (findings.length === 0) return [];
  const more = Math.max(0, findings.length - MOST_FINDINGS) + findingsLeftOut;
  return [
    '',
    ...heading(`Findings (${count(findings.length + findingsLeftOut)})`, page),
    ...findings.slice(0, MOST_FINDINGS).flatMap((finding) => findingText(finding, page)),
    ...(more > 0 ? [page.paint('dim', `  … and ${counted(more, 'more finding')}`)] : []),
  ];
}

function findingText({ mark, text, source, object, differences }: Finding, page: Page): string[] {
  const [first = '', ...rest] = wrapBehind(`${mark} `, printable(text), page.width);
  const places = [
    ...(source === undefined ? [] : [['    legacy  ', placeOf(source.name, 'byte', source.offset)] as const]),
    ...(object === undefined ? [] : [['    v2      ', placeOf(object.name, 'line', object.line)] as const]),
  ];
  const values = differences.map(
    ({ column, legacy, v2 }): TableRow => [
      printable(column),
      legacy === undefined ? { text: '(none)', tone: 'dim' } : printable(legacy),
      { text: '→', tone: 'dim' },
      v2 === undefined ? { text: '(none)', tone: 'dim' } : printable(v2),
    ],
  );
  const table = [
    { fit: 'cut-end', least: 12 },
    { fit: 'wrap', least: 20 },
    {},
    { fit: 'wrap', least: 20 },
  ] as const;
  return [
    page.paint(TONES[mark], cutEnd(first, page.width)),
    ...rest,
    ...places.flatMap(([label, place]) => wrapBehind(label, printable(place), page.width)),
    ...renderTable(table, values, { ...page, indent: 4 }),
  ];
}

function placeOf(name: string, unit: string, at: number | undefined): string {
  return at === undefined ? name : `${name}, ${unit} ${at}`;
}

/** The last word; a sample never proves a whole tree. */
export function verdictSentence({ ok, totals, sample, findings, findingsLeftOut }: VerifyReport): string {
  const rejected = rejectedRows(totals);
  const rows = `${counted(totals.same, 'row')} in ${counted(totals.events, 'event')} of ${counted(totals.files, 'file')}`;
  const extent =
    sample === undefined || sample.filesLeftOut === 0
      ? ''
      : ` This was a sample: ${counted(sample.filesLeftOut, 'file')} not read (seed ${sample.seed}).`;
  if (!ok) return `NOT the same: ${counted(findings.length + findingsLeftOut, 'finding')}.${extent}`;
  const aside = rejected === 0 ? '' : `; ${counted(rejected, 'more row')} accounted for in the rejects`;
  const live =
    totals.existing === 0 ? '' : `; ${counted(totals.existing, 'more row')} in the events of live collection`;
  const inferred =
    totals.inferred === 0 ? '' : `; the correlation of ${counted(totals.inferred, 'row')} is inferred`;
  return `The same on both sides: ${rows}${aside}${live}${inferred}. The balance holds for every file.${extent}`;
}

function verdictText(report: VerifyReport, page: Page): string[] {
  const { totals, foreign, unsettled } = report;
  const sentence = wrapBehind('', verdictSentence(report), page.width).map((line) =>
    page.paint(report.ok ? 'green' : 'red', line),
  );
  const sizes = `${bytes(totals.bytesIn)} of CSV, ${bytes(totals.bytesOut)} of events and rejects.`;
  return [
    ...sentence,
    ...paragraph(sizes, page),
    ...(foreign.files === 0
      ? []
      : warning(
          `${counted(foreign.files, 'event file')} (${bytes(foreign.bytes)}) in the v2 tree belong to no source here; not read`,
          page,
        )),
    ...(unsettled === undefined
      ? []
      : warning(
          `${bytes(unsettled.bytes)} of ${counted(unsettled.files, 'growing file')} had not settled by the last pass of sync, ` +
            'or have come since: not proved',
          page,
        )),
  ];
}
