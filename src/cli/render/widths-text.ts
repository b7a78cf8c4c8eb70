import type { CollectionPlan, UnnamedWidth } from '../../convert/plan-file.js';
import { capped } from './capped.js';
import type { FilesSummary } from './files-summary.js';
import { counted } from './units.js';

/** Names or types of one kind of row that are listed. */
const MOST_COLUMNS = 8;

/** Every width of row with its names; where it has none, how many rows are lost and what one looks like. */
export function widthTexts(collection: CollectionPlan, { widths }: FilesSummary): string[] {
  const known = [...widths.values()].map(
    ({ columns, files: of }) => `${fields(columns.length)} in ${counted(of, 'file')}: ${list(columns)}`,
  );
  const unnamed = capped(collection.unnamed, 'more width');
  return [
    ...capped(known, 'more set of names', 'more sets of names'),
    ...unnamed.flatMap((width) => (typeof width === 'string' ? [width] : unnamedTexts(width))),
  ];
}

function unnamedTexts({ width, rows, files, example, columns }: UnnamedWidth): string[] {
  const what = `${fields(width)} in ${counted(files, 'file')}: ${counted(rows, 'row')} rejected`;
  return [
    `${what}, no names for this width (--variant ${width}=…)`,
    `  at byte ${example.offset} of ${example.source}:`,
    `  ${example.text === '' ? '(nothing but correlation values)' : example.text}`,
    ...(columns.length === 0 ? [] : [`  which looks like ${list(columns.map(({ type }) => type))}`]),
  ];
}

function fields(width: number): string {
  return counted(width, 'field');
}

function list(items: readonly string[]): string {
  const shown = items.slice(0, MOST_COLUMNS).map((item) => (item === '' ? '""' : item));
  return items.length > MOST_COLUMNS ? `${shown.join(', ')}, … ${items.at(-1) ?? ''}` : shown.join(', ');
}
