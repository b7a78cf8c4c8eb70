import type { DayCensus, DesignationDay } from '../../convert/plan-file.js';
import {
  type DayRun,
  designationsOf,
  type JoinSubject,
  joinSubjects,
  runTitle,
  totalsByDesignation,
  whyNotJoinable,
} from './join-census.js';
import { heading, type Page, paragraph } from './page.js';
import type { Tone } from './paint.js';
import { printable } from './printable.js';
import { type Cell, renderTable, type TableRow } from './table.js';
import { wrapBehind, wrapItems } from './text-width.js';
import { count, counted, percent } from './units.js';

/** Runs of days shown for one service, model and version; a tree that alternates daily would fill screens. */
const MOST_RUNS = 12;
/** Names listed of those of which there is nothing to join. */
const MOST_NAMES = 12;

/** What decides whether the migration is worth it: can predictions and labels be joined to the inputs they belong to? */
export function joinText(days: readonly DayCensus[], page: Page): string[] {
  if (days.length === 0) return [];
  const subjects = joinSubjects(days);
  const toJoin = subjects.filter((subject) => hasRows(subject, (designation) => designation !== 'inputs'));
  const inputsOnly = subjects.filter((subject) => !toJoin.includes(subject) && hasRows(subject, () => true));
  const empty = subjects.filter((subject) => !hasRows(subject, () => true));
  return [
    ...heading('Can predictions and labels be joined to their inputs?', page),
    ...totalsText(days, page),
    '',
    ...subjectsTable(toJoin, page),
    ...namesText('only inputs, nothing to join:', inputsOnly, page),
    ...namesText('no rows at all:', empty, page),
    ...(inputsOnly.length + empty.length > 0 ? [''] : []),
  ];
}

function hasRows({ runs }: JoinSubject, of: (designation: string) => boolean): boolean {
  return runs.some(({ byDesignation }) =>
    Object.entries(byDesignation).some(([designation, { rows }]) => rows > 0 && of(designation)),
  );
}

/** One line each for predictions, labels and signals, over the whole tree. */
function totalsText(days: readonly DayCensus[], page: Page): string[] {
  const totals = totalsByDesignation(days);
  const rows = designationsOf(totals)
    .filter((name) => name !== 'inputs')
    .map((name): TableRow => {
      const { rows: all, correlated, joinable } = totals[name] ?? { rows: 0, correlated: 0, joinable: 0 };
      return [
        { text: printable(name), tone: 'bold' },
        shareCell(joinable, all),
        `${count(joinable)} of ${counted(all, 'row')} joinable`,
        all === correlated ? '' : `${count(all - correlated)} without correlation id`,
        correlated === joinable
          ? ''
          : `${count(correlated - joinable)} with an id that the day's inputs lack`,
      ];
    });
  if (rows.length === 0) return paragraph('There are only inputs in this tree.', page, 2);
  const columns = [
    { fit: 'cut-end' },
    { align: 'right' },
    { align: 'right' },
    { fit: 'wrap', least: 14, optional: true },
    { fit: 'wrap', least: 20, optional: true },
  ] as const;
  return renderTable(columns, rows, { ...page, indent: 2 });
}

/** One table, so that the eye can run down a column over all services. */
function subjectsTable(subjects: readonly JoinSubject[], page: Page): string[] {
  const columns = [
    { fit: 'cut-end', least: 23 },
    { head: 'days', align: 'right' },
    { fit: 'cut-end', least: 11 },
    { head: 'rows', align: 'right' },
    { head: 'with id', align: 'right' },
    { head: 'without', align: 'right' },
    { head: 'joinable', align: 'right' },
    { head: 'why the rest is not', fit: 'wrap', least: 16, optional: true },
  ] as const;
  if (subjects.length === 0) return [];
  const rows = subjects.flatMap((subject) => subjectRows(subject, page));
  return [...renderTable(columns, rows, { ...page, indent: 2 }), ''];
}

function subjectRows({ title, runs }: JoinSubject, page: Page): TableRow[] {
  const shown = runs.slice(0, MOST_RUNS);
  const left = runs.length - shown.length;
  const more = `  … and ${counted(left, 'more range')} of days: --json lists every day`;
  return [
    { lines: heading(title, page) },
    ...shown.flatMap(runRows),
    { lines: [...remarks(shown, page), ...(left > 0 ? [page.paint('dim', more)] : [])] },
  ];
}

function runRows(run: DayRun): TableRow[] {
  const inputs = run.byDesignation['inputs']?.rows ?? 0;
  return designationsOf(run.byDesignation)
    .flatMap((name) => {
      const day = run.byDesignation[name];
      return day === undefined || day.rows === 0 ? [] : [{ name, day }];
    })
    .map(
      ({ name, day }, index): TableRow => [
        ...(index === 0 ? [runTitle(run), count(run.days)] : ['', '']),
        printable(name),
        ...dayCells(name, day, inputs),
      ],
    );
}

function dayCells(name: string, day: DesignationDay, inputs: number): Cell[] {
  const { rows, correlated, joinable } = day;
  return [
    count(rows),
    count(correlated),
    count(rows - correlated),
    name === 'inputs' ? '' : shareCell(joinable, rows),
    whyNotJoinable(name, day, inputs),
  ];
}

/** What the plan says of wide prediction rows and of `--pair order`, each said once for the days it holds for. */
function remarks(runs: readonly DayRun[], page: Page): string[] {
  const said = new Map<string, string[]>();
  const say = (text: string, run: DayRun): void => {
    said.set(text, [...(said.get(text) ?? []), runTitle(run)]);
  };
  for (const run of runs) {
    if (run.explode !== undefined) say(`wide rows ${remark(run.explode, run)}`, run);
    if (run.pair !== undefined) say(`--pair order: ${remark(run.pair, run)}`, run);
  }
  return [...said].flatMap(([text, titles]) => {
    const days = titles.length > 3 ? `${titles.slice(0, 3).join(', ')}, …` : titles.join(', ');
    const line = titles.length === runs.length ? text : `${days}: ${text}`;
    return wrapBehind('  · ', printable(line), page.width).map((part) => page.paint('cyan', part));
  });
}

/** Days are folded whatever their numbers, so the numbers are one day's. */
function remark(text: string, { first, days }: DayRun): string {
  return days > 1 && /\d/.test(text) ? `${text} (so on ${first}; the other days alike)` : text;
}

function namesText(what: string, subjects: readonly JoinSubject[], page: Page): string[] {
  if (subjects.length === 0) return [];
  const names = subjects.slice(0, MOST_NAMES).map(({ title }) => printable(title));
  const more = subjects.length - names.length;
  const lines = wrapItems(more > 0 ? [...names, `and ${count(more)} more`] : names, page.width - 4);
  return [`  ${what}`, ...lines.map((line) => `    ${line}`)].map((line) => page.paint('dim', line));
}

function shareCell(part: number, whole: number): Cell {
  const tone: Tone = part === whole ? 'green' : part === 0 ? 'red' : 'yellow';
  return { text: percent(part, whole), tone };
}
