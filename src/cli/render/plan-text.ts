import type { Plan } from '../../convert/plan-file.js';
import { briefText } from './brief-text.js';
import { collectionText, isTelling } from './collection-text.js';
import { misfitCount } from './column-reason.js';
import { daysCovered } from './days.js';
import { FilesSummary, summariseFiles } from './files-summary.js';
import { joinText } from './join-text.js';
import { heading, nextSteps, type Page, paragraph, warning } from './page.js';
import { printable } from './printable.js';
import { renderTable } from './table.js';
import { wrapBehind } from './text-width.js';
import { bytes, count, counted } from './units.js';

/** Collections shown in full. */
const MOST_COLLECTIONS = 40;

export interface PlanTextOptions extends Page {
  /** The commands to run next, ready to copy. */
  readonly next: readonly (readonly [say: string, command: string])[];
}

/** A plan for a person to read: whether the migration is worth it, then what becomes of every collection. */
export function planText(plan: Plan, options: PlanTextOptions): string[] {
  const page: Page = { width: options.width, paint: options.paint };
  const { all, byCollection } = summariseFiles(plan);
  return [
    ...summaryText(plan, all, page),
    '',
    ...joinText(plan.days, page),
    ...collectionsText(plan, byCollection, page),
    ...lineageText(plan, page),
    ...leftOutText(plan, page),
    ...rejectsText(plan, all, page),
    ...notesText(plan, page),
    ...nextSteps(options.next, page),
  ];
}

function summaryText({ source, collections }: Plan, files: FilesSummary, page: Page): string[] {
  const facts = [
    counted(files.files, 'file'),
    bytes(files.size),
    counted(files.rows, 'row'),
    counted(files.calls, 'call'),
    counted(collections.length, 'collection'),
    daysCovered(files.dates),
  ];
  const where = source.prefix === '' ? source.url : `${source.url} (${source.prefix} of ${source.container})`;
  return [...heading(`Plan for ${where}`, page), ...paragraph(facts.join(' · '), page, 2)];
}

/** All in full as long as they are few; else those with something to say, and a line for each of the rest. */
function collectionsText(plan: Plan, summaries: readonly FilesSummary[], page: Page): string[] {
  const all = plan.collections.map((collection, index) => ({
    collection,
    files: summaries[index] ?? new FilesSummary(),
  }));
  const full = all.length <= MOST_COLLECTIONS ? all : all.filter(isTelling).slice(0, MOST_COLLECTIONS);
  const inFull = new Set(full);
  const rest = all.filter((one) => !inFull.has(one));
  return [
    ...full.flatMap((one) => [...collectionText(one, plan, page), '']),
    ...(rest.length === 0 ? [] : [...briefText(rest, page), '']),
  ];
}

function lineageText({ lineage }: Plan, page: Page): string[] {
  if (lineage.length === 0) return [];
  const texts = lineage.map(({ service, model, version, values, files }) => {
    const facts = Object.entries(values).map(([key, value]) => `${key.trim()} ${value.trim() || '–'}`);
    return `${service} / ${model} / ${version}: ${facts.join(', ')} (${counted(files, 'file')})`;
  });
  return [
    ...heading('Lineage, from aml_telemetry.csv', page),
    ...texts.flatMap((text) => wrapBehind('  ', printable(text), page.width)),
    '',
  ];
}

function leftOutText({ leftOut }: Plan, page: Page): string[] {
  if (leftOut.length === 0) return [];
  const columns = [
    { fit: 'wrap', least: 40 },
    { align: 'right' },
    { align: 'right', optional: true },
    { fit: 'cut-middle', least: 24 },
  ] as const;
  const rows = leftOut.map(({ why, count: times, bytes: size, examples }) => [
    printable(why),
    counted(times, 'object'),
    size === 0 ? '' : bytes(size),
    printable(examples[0] ?? ''),
  ]);
  return [...heading('Left out', page), ...renderTable(columns, rows, { ...page, indent: 2 }), ''];
}

/** All rows, and those that convert will set aside for certain; a type that a person has given can add more. */
export function plannedRows({ files }: Plan): { readonly rows: number; readonly rejects: number } {
  const summary = new FilesSummary();
  for (const file of files) summary.add(file);
  return summary;
}

function rejectsText(plan: Plan, { rejects }: FilesSummary, page: Page): string[] {
  const misfits = plan.collections
    .flatMap(({ columns }) => columns)
    .some((column) => misfitCount(column) > 0);
  const lines = [
    ...(rejects === 0
      ? []
      : warning(
          `${counted(rejects, 'row')} will be rejected and kept in _migration/${plan.source.id}/rejects; rows of the same call go ` +
            `with them. Name the columns of other widths with --variant, or accept the loss with --max-rejects.`,
          page,
        )),
    ...(misfits
      ? warning('Some fields do not fit a type that was given: their rows will be rejected too.', page)
      : []),
  ];
  return lines.length === 0 ? [] : [...lines, ''];
}

function notesText({ notes }: Plan, page: Page): string[] {
  if (notes.length === 0) return [];
  const lines = notes.flatMap(({ level, text }) =>
    level === 'warning' ? warning(text, page) : wrapBehind('· ', printable(text), page.width),
  );
  return [...heading(`Notes (${count(notes.length)})`, page), ...lines, ''];
}
