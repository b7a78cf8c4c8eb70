import type { CollectionPlan, FilePlan, Plan } from '../../convert/plan-file.js';
import { capped } from './capped.js';
import { typeReason } from './column-reason.js';
import { columnsText } from './columns-text.js';
import { dayGaps, dayRange, daysCovered } from './days.js';
import { heading, type Page } from './page.js';
import { printable } from './printable.js';
import { cutMiddle, wrapBehind } from './text-width.js';
import { bytes, counted } from './units.js';
import { widthTexts } from './widths-text.js';

const MOST_GAPS = 6;
const LABEL_WIDTH = 10;

/** A collection and the files it is made of. */
export interface CollectionFiles {
  readonly collection: CollectionPlan;
  readonly files: readonly FilePlan[];
}

/** Whether a person should look at it: rows that are rejected, renamed columns, types that surprise. */
export function isTelling({ collection, files }: CollectionFiles): boolean {
  return (
    collection.unnamed.length + collection.renames.length > 0 ||
    files.some(({ counts }) => Object.keys(counts.rejected).length > 0) ||
    (files.some(({ counts }) => counts.rows > 0) &&
      collection.columns.some((column) => typeReason(column) !== ''))
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
    ...(files.some(({ counts }) => counts.rows > 0)
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

function originsOf(names: Plan['names'], files: readonly FilePlan[]): string[] {
  return [...new Set(files.map((file) => file.name))]
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

function filesText(files: readonly FilePlan[]): string {
  const total = (of: (file: FilePlan) => number): number => files.reduce((sum, file) => sum + of(file), 0);
  const rows = total(({ counts }) => counts.rows);
  const correlated = total(({ counts }) => counts.correlated);
  const extras = [
    ...amount(
      total(({ counts }) => counts.calls),
      'call',
    ),
    ...amount(rows - correlated, 'row without correlation id', 'rows without correlation id'),
    ...amount(
      total(({ counts }) => counts.blanks),
      'blank line',
    ),
    ...amount(
      total(({ counts }) => Math.max(0, counts.headers - 1)),
      'repeated header',
    ),
    ...amount(
      total(({ counts }) => counts.otherIdentity),
      "row of another collector's identity",
      'rows of other identities',
    ),
    ...amount(
      total(({ counts }) => (counts.bom ? 1 : 0)),
      'byte order mark',
    ),
  ];
  const size = bytes(total((file) => file.size));
  return [`${counted(files.length, 'file')}, ${size}, ${counted(rows, 'row')}`, ...extras].join(', ');
}

function amount(value: number, one: string, many?: string): string[] {
  return value === 0 ? [] : [counted(value, one, many)];
}

function daysTexts(files: readonly FilePlan[]): string[] {
  const dates = files.map((file) => file.date);
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

function headerTexts(files: readonly FilePlan[], { width }: Page): string[] {
  const groups = Map.groupBy(files, ({ header }) => `${header.verdict}: ${header.why}`);
  const room = width - LABEL_WIDTH - 6;
  return capped([...groups], 'kind of verdict', 'kinds of verdict').map((group) => {
    if (typeof group === 'string') return group;
    const [text, members] = group;
    const example = text.startsWith('absent') ? `, such as ${cutMiddle(members[0]?.source ?? '', room)}` : '';
    return `${text} (${counted(members.length, 'file')}${example})`;
  });
}

function renameTexts({ renames }: CollectionPlan): string[] {
  return capped(
    renames.map(({ from, to }) => `"${from}" → ${to}`),
    'more column',
  );
}

/** What is set aside whatever the plan says, and where it begins. */
function rejectTexts(files: readonly FilePlan[]): string[] {
  const reasons = new Map<string, { rows: number; files: number; first: string }>();
  for (const { source, counts } of files) {
    for (const [reason, rows] of Object.entries(counts.rejected)) {
      if (rows === 0) continue;
      const entry = reasons.get(reason) ?? { rows: 0, files: 0, first: source };
      reasons.set(reason, { ...entry, rows: entry.rows + rows, files: entry.files + 1 });
    }
  }
  return capped(
    [...reasons].map(([reason, entry]) => {
      const where =
        entry.files === 1 ? entry.first : `${counted(entry.files, 'file')} from ${entry.first} on`;
      return `${counted(entry.rows, 'row')} for ${reason} in ${where}`;
    }),
    'more reason',
  );
}
