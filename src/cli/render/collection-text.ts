import type { CollectionPlan, Plan } from '../../convert/plan-file.js';
import { capped } from './capped.js';
import { typeReason } from './column-reason.js';
import { columnsText } from './columns-text.js';
import { dayGaps, dayRange, daysCovered } from './days.js';
import type { FilesSummary } from './files-summary.js';
import { heading, type Page } from './page.js';
import { printable } from './printable.js';
import { cutMiddle, wrapBehind } from './text-width.js';
import { bytes, counted } from './units.js';
import { widthTexts } from './widths-text.js';

const MOST_GAPS = 6;
const LABEL_WIDTH = 10;

/** A collection and what the files come to that it is made of. */
export interface CollectionFiles {
  readonly collection: CollectionPlan;
  readonly files: FilesSummary;
}

/** Whether a person should look at it: rows that are rejected, renamed columns, types that surprise. */
export function isTelling({ collection, files }: CollectionFiles): boolean {
  return (
    collection.unnamed.length + collection.renames.length > 0 ||
    files.hasRejects ||
    (files.rows > 0 && collection.columns.some((column) => typeReason(column) !== ''))
  );
}

/** Everything about one collection of the v2 tree: where it comes from, what it holds, what is lost on the way. */
export function collectionText(
  { collection, files }: CollectionFiles,
  { names, settings }: Pick<Plan, 'names' | 'settings'>,
  page: Page,
): string[] {
  return [
    ...heading(`${collection.endpoint} / ${collection.deployment} / ${collection.collection}`, page),
    ...item('from', originsOf(names, files), page),
    ...item('files', [filesText(files)], page),
    ...item('days', daysTexts(files), page),
    ...item('headers', headerTexts(files, page), page),
    ...item('widths', widthTexts(collection, files), page),
    ...item('renamed', renameTexts(collection), page),
    ...item('rejects', rejectTexts(files), page, 'yellow'),
    ...(files.rows > 0
      ? columnsText(collection.columns, settings.empty, page)
      : ['    no row has a value, so the columns have no types']),
  ];
}

/** A label and its texts, each on lines of its own behind the label's column. */
function item(label: string, texts: readonly string[], page: Page, tone: 'dim' | 'yellow' = 'dim'): string[] {
  return texts.flatMap((text, index) => {
    const first = `  ${(index === 0 ? label : '').padEnd(LABEL_WIDTH)}`;
    const lines = wrapBehind(first, printable(text), page.width);
    return index > 0
      ? lines
      : lines.map((line, at) => (at > 0 ? line : line.replace(label, page.paint(tone, label))));
  });
}

function originsOf(names: Plan['names'], files: FilesSummary): string[] {
  return [...files.names]
    .sort((a, b) => a - b)
    .flatMap((name) => {
      const entry = names[name];
      if (entry === undefined) return [];
      const { workspace, service, model, version, designation, collectionName } = entry;
      const which = collectionName === '' ? designation : `${designation} "${collectionName}"`;
      return [
        `${which} of service "${service}", model "${model}", version ${version}, workspace ${workspace}`,
      ];
    });
}

function filesText({ files, size, rows, ...counts }: FilesSummary): string {
  const extras = [
    ...amount(counts.calls, 'call'),
    ...amount(rows - counts.correlated, 'row without correlation id', 'rows without correlation id'),
    ...amount(counts.blanks, 'blank line'),
    ...amount(counts.repeatedHeaders, 'repeated header'),
    ...amount(counts.otherIdentity, "row of another collector's identity", 'rows of other identities'),
    ...amount(counts.marks, 'byte order mark'),
  ];
  return [`${counted(files, 'file')}, ${bytes(size)}, ${counted(rows, 'row')}`, ...extras].join(', ');
}

function amount(value: number, one: string, many?: string): string[] {
  return value === 0 ? [] : [counted(value, one, many)];
}

function daysTexts({ dates }: FilesSummary): string[] {
  const gaps = dayGaps(dates);
  if (gaps.length === 0) return [`${daysCovered(dates)}, no gaps`];
  const missing = gaps.reduce((sum, gap) => sum + gap.days, 0);
  const shown = gaps
    .slice(0, MOST_GAPS)
    .map(
      ({ first, last, days }) => `${dayRange(first, last)}${days > 1 ? ` (${counted(days, 'day')})` : ''}`,
    );
  const more = gaps.length > MOST_GAPS ? `; and ${counted(gaps.length - MOST_GAPS, 'more gap')}` : '';
  const where = `${counted(gaps.length, 'gap')}, ${counted(missing, 'day')} in all: ${shown.join('; ')}${more}`;
  return [daysCovered(dates), where];
}

function headerTexts({ headers }: FilesSummary, { width }: Page): string[] {
  const room = width - LABEL_WIDTH - 6;
  return capped([...headers], 'kind of verdict', 'kinds of verdict').map((group) => {
    if (typeof group === 'string') return group;
    const [text, { files, first }] = group;
    const example = text.startsWith('absent') ? `, such as ${cutMiddle(first, room)}` : '';
    return `${text} (${counted(files, 'file')}${example})`;
  });
}

function renameTexts({ renames }: CollectionPlan): string[] {
  return capped(
    renames.map(({ from, to }) => `"${from}" → ${to}`),
    'more column',
  );
}

/** What is set aside whatever the plan says, and where it begins. */
function rejectTexts({ reasons }: FilesSummary): string[] {
  return capped(
    [...reasons].map(([reason, entry]) => {
      const where =
        entry.files === 1 ? entry.first : `${counted(entry.files, 'file')} from ${entry.first} on`;
      return `${counted(entry.rows, 'row')} for ${reason} in ${where}`;
    }),
    'more reason',
  );
}
