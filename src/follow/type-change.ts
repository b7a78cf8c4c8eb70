import type { CollectionPlan, ColumnPlan } from '../convert/plan-file.js';
import { formatCollectionPath } from '../event/event-path.js';
import { type ColumnType, mergeTypes } from '../mapping/column-types.js';

/** What to do where a collection gets a column that it had not, or a value that does not fit its column. */
export type OnTypeChange = 'stop' | 'string' | 'reject';

/** What sources that came later make of a collection's columns. */
export type ColumnsChange =
  /** No event that is there would be another: at most a column is said to be wider than it was seen to be. */
  | { readonly kind: 'fits'; readonly collection: CollectionPlan }
  /** Every event of the collection may be another. */
  | { readonly kind: 'changed'; readonly collection: CollectionPlan }
  /** Rows that do not fit are rejected. */
  | { readonly kind: 'rejects'; readonly collection: CollectionPlan }
  | { readonly kind: 'stopped'; readonly why: string };

/** The collection as it stands, and as sources that came later show it, their columns named alike. */
export function changeColumns(
  before: CollectionPlan,
  later: readonly ColumnPlan[],
  policy: OnTypeChange,
  empty: 'null' | 'string',
): ColumnsChange {
  const columns = new Map(before.columns.map((column) => [column.name, column]));
  const misfits: string[] = [];
  const asString = new Map<string, ColumnPlan>();
  for (const column of later) {
    const known = columns.get(column.name);
    if (known === undefined) {
      misfits.push(`${column.name} is a column that was not there`);
      asString.set(column.name, { ...column, type: 'string' });
      continue;
    }
    const type = mergeTypes(known.type, column.type);
    if (type === known.type) continue;
    if (isWider(known.type, type, empty)) {
      columns.set(known.name, { ...known, type });
      continue;
    }
    misfits.push(`${column.name} was ${known.type}, is ${column.type} too${sampleOf(column)}`);
    asString.set(known.name, { ...known, type: 'string' });
  }
  const widened = { ...before, columns: [...columns.values()] };
  if (misfits.length === 0) return { kind: 'fits', collection: widened };
  if (policy === 'reject') return { kind: 'rejects', collection: widened };
  if (policy === 'string') {
    for (const [name, column] of asString) columns.set(name, column);
    return { kind: 'changed', collection: { ...before, columns: [...columns.values()] } };
  }
  return { kind: 'stopped', why: `${formatCollectionPath(before)}: ${misfits.join('; ')}` };
}

/** Number tokens are copied as they stand, and an empty column has none: what was written is right under the wider type as well. */
function isWider(from: ColumnType, to: ColumnType, empty: 'null' | 'string'): boolean {
  if (from === 'null') return to !== 'string' || empty === 'null';
  return from === 'integer' && to === 'number';
}

function sampleOf({ type, samples }: ColumnPlan): string {
  const sample = type === 'string' ? (samples.text ?? samples.boolean) : Object.values(samples)[0];
  return sample === undefined ? '' : ` (such as ${sample})`;
}
