import type { ColumnPlan } from '../../convert/plan-file.js';
import { lossyCounts, misfitCount, nullsText, sampleOf, typeReason } from './column-reason.js';
import type { Page } from './page.js';
import { printable } from './printable.js';
import { renderTable, type TableRow } from './table.js';
import { wrapBehind } from './text-width.js';
import { counted } from './units.js';

/** Columns shown; of a wider table those with something to say come before the rest. */
const MOST_COLUMNS = 24;

const TABLE = [
  { head: 'column', fit: 'cut-end', least: 12 },
  { head: 'type' },
  { head: 'sample', fit: 'cut-end', least: 10, optional: true },
  { head: 'null for', fit: 'wrap', least: 10, optional: true },
  { head: 'why', fit: 'wrap', least: 20, optional: true },
] as const;

/** A collection's columns: type, a sample value, the reason where it is not the obvious one, and what is lossy. */
export function columnsText(columns: readonly ColumnPlan[], empty: 'null' | 'string', page: Page): string[] {
  if (columns.length === 0) return ['  no columns: no row has a value'];
  const shown = new Set(columns.length <= MOST_COLUMNS ? columns : mostTelling(columns));
  const rows = columns
    .filter((column) => shown.has(column))
    .map(
      (column): TableRow => [
        { text: printable(column.name), tone: 'bold' },
        column.type,
        printable(sampleOf(column) ?? ''),
        nullsText(column, empty),
        { text: printable(typeReason(column)), tone: misfitCount(column) > 0 ? 'red' : 'yellow' },
      ],
    );
  return [
    ...renderTable(TABLE, rows, { ...page, indent: 4 }),
    ...restText(
      columns.filter((column) => !shown.has(column)),
      page,
    ),
    ...lossyText(columns, page),
  ];
}

function mostTelling(columns: readonly ColumnPlan[]): ColumnPlan[] {
  const telling = columns.filter((column) => typeReason(column) !== '');
  const plain = columns.filter((column) => typeReason(column) === '');
  return [...telling, ...plain].slice(0, MOST_COLUMNS);
}

function restText(rest: readonly ColumnPlan[], page: Page): string[] {
  if (rest.length === 0) return [];
  const types = [...Map.groupBy(rest, ({ type }) => type)].map(([type, of]) => `${of.length} ${type}`);
  const text = `… and ${counted(rest.length, 'more column')} (${types.join(', ')}): --json lists them all`;
  return wrapBehind('    ', text, page.width).map((line) => page.paint('dim', line));
}

function lossyText(columns: readonly ColumnPlan[], page: Page): string[] {
  const lossy = columns.map(lossyCounts);
  const infinities = lossy.reduce((sum, column) => sum + column.infinities, 0);
  const nans = lossy.reduce((sum, column) => sum + column.nans, 0);
  if (infinities + nans === 0) return [];
  const what = [
    ...(infinities > 0 ? [counted(infinities, 'infinity', 'infinities')] : []),
    ...(nans > 0 ? [`${counted(nans, 'nan', 'nan')}`] : []),
  ];
  const where = counted(lossy.filter((column) => column.infinities + column.nans > 0).length, 'column');
  const text = `lossy: ${what.join(' and ')} in ${where} become null, since JSON has no word for them`;
  return wrapBehind('    ', text, page.width).map((line) => page.paint('yellow', line));
}
