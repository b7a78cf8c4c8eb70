import type { CollectionFiles } from './collection-text.js';
import { dayGaps, dayRange } from './days.js';
import { heading, type Page } from './page.js';
import { printable } from './printable.js';
import { type Cell, renderTable } from './table.js';
import { count, counted } from './units.js';

/** A line for each of the collections that are not told in full. */
export function briefText(collections: readonly CollectionFiles[], page: Page): string[] {
  const columns = [
    { fit: 'cut-middle', least: 30 },
    { head: 'files', align: 'right' },
    { head: 'rows', align: 'right' },
    { head: 'rejected', align: 'right', optional: true },
    { head: 'columns', align: 'right' },
    { head: 'days', align: 'right' },
    { head: 'missing', align: 'right', optional: true },
    { head: 'from … to', fit: 'cut-end', least: 23 },
  ] as const;
  return [
    ...heading(`${counted(collections.length, 'more collection')} (--json has all of them in full)`, page),
    ...renderTable(columns, collections.map(cellsOf), { ...page, indent: 2 }),
  ];
}

function cellsOf({ collection, files }: CollectionFiles): Cell[] {
  const { endpoint, deployment, collection: name } = collection;
  const days = [...files.dates].sort();
  const missing = dayGaps(days).reduce((sum, gap) => sum + gap.days, 0);
  return [
    printable(`${endpoint} / ${deployment} / ${name}`),
    count(files.files),
    count(files.rows),
    files.rejects === 0 ? '' : { text: count(files.rejects), tone: 'yellow' },
    count(collection.columns.length),
    count(days.length),
    missing === 0 ? '' : count(missing),
    dayRange(days[0] ?? '', days.at(-1) ?? ''),
  ];
}
