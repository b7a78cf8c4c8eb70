import type { CollectionPlan, FilePlan, Plan } from '../../convert/plan-file.js';
import { typeReason } from './column-reason.js';
import { columnsText } from './columns-text.js';
import { dayGaps, dayRange, daysCovered } from './days.js';
import { heading, type Page } from './page.js';
import { printable } from './printable.js';
import { cutMiddle, wrapBehind } from './text-width.js';
import { bytes, counted } from './units.js';

const MOST_GAPS = 6;
const MOST_REASONS = 6;
const LABEL_WIDTH = 10;

/** Whether a person should look at it: rows that are rejected, renamed columns, types that surprise. */
export function isTelling({ files }: Plan, collection: CollectionPlan, index: number): boolean {
  const mine = files.filter((file) => file.collection === index);
  return (
    collection.unnamed.length + collection.renames.length > 0 ||
    mine.some(({ counts }) => Object.keys(counts.rejected).length > 0) ||
    (mine.some(({ counts }) => counts.rows > 0) &&
      collection.columns.some((column) => typeReason(column) !== ''))
  );
}

/** Everything about one collection of the v2 tree: where it comes from, what it holds, what is lost on the way. */
export function collectionText(plan: Plan, index: number, page: Page): string[] {
  const collection = plan.collections[index];
  if (collection === undefined) return [];
  const files = plan.files.filter((file) => file.collection === index);
  return [
    ...heading(`${collection.endpoint} / ${collection.deployment} / ${collection.collection}`, page),
    ...item('from', originsOf(plan, files), page),
    ...item('files', [filesText(files)], page),
    ...item('days', daysTexts(files), page),
    ...item('headers', headerTexts(files, page), page),
    ...item('widths', widthTexts(collection, files), page),
    ...item('renamed', renameTexts(collection), page),
    ...item('rejects', rejectTexts(files), page, 'yellow'),
    ...(files.some(({ counts }) => counts.rows > 0)
      ? columnsText(collection.columns, plan.settings.empty, page)
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

function originsOf(plan: Plan, files: readonly FilePlan[]): string[] {
  return [...new Set(files.map((file) => file.name))]
    .sort((a, b) => a - b)
    .flatMap((name) => {
      const entry = plan.names[name];
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

function widthTexts(collection: CollectionPlan, files: readonly FilePlan[]): string[] {
  const named = new Map<string, { width: number; columns: readonly string[]; files: number }>();
  for (const file of files) {
    // A file counts once for the same names, under however many headers.
    const seen = new Set<string>();
    for (const { width, columns } of file.shapes) {
      const key = JSON.stringify(columns);
      if (seen.has(key)) continue;
      seen.add(key);
      const entry = named.get(key) ?? { width, columns, files: 0 };
      named.set(key, { ...entry, files: entry.files + 1 });
    }
  }
  const known = [...named.values()].map(
    ({ width, columns, files: of }) => `${fields(width)} in ${counted(of, 'file')}: ${nameList(columns)}`,
  );
  const unnamed = collection.unnamed.flatMap(({ width, rows, files: of, example, columns }) => [
    `${fields(width)} in ${counted(of, 'file')}: ${counted(rows, 'row')} rejected, no names for this width (--variant ${width}=…)`,
    `  at byte ${example.offset} of ${example.source}:`,
    `  ${example.text === '' ? '(nothing but correlation values)' : example.text}`,
    ...(columns.length === 0 ? [] : [`  which looks like ${columns.map(({ type }) => type).join(', ')}`]),
  ]);
  return [...capped(known, 'more set of names', 'more sets of names'), ...unnamed];
}

function fields(width: number): string {
  return counted(width, 'field');
}

function nameList(columns: readonly string[]): string {
  const shown = columns.slice(0, 8).map((name) => (name === '' ? '""' : name));
  return columns.length > 8 ? `${shown.join(', ')}, … ${columns.at(-1) ?? ''}` : shown.join(', ');
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

/** The first few, and how many more there are. */
function capped<T>(items: readonly T[], one: string, many?: string): (T | string)[] {
  if (items.length <= MOST_REASONS) return [...items];
  return [...items.slice(0, MOST_REASONS), `… and ${counted(items.length - MOST_REASONS, one, many)}`];
}
