import { formatCollectionPath } from '../../event/event-path.js';
import { CORRELATION_COLUMNS } from '../../legacy/correlation.js';
import { type ColumnType, columnType, type TokenCounts } from '../../mapping/column-types.js';
import type { EventNames } from '../../mapping/names.js';
import type { MappingSettings } from '../../mapping/settings.js';
import { addCounts } from '../census/column-census.js';
import type { CollectionPlan, ColumnPlan, RowShape, UnnamedWidth } from '../plan-file.js';
import { ColumnNaming } from './column-naming.js';
import type { JudgedSource } from './header-verdicts.js';

export interface PlannedCollection {
  readonly plan: CollectionPlan;
  /** For each file, in order, the columns of every accepted kind of row. */
  readonly shapes: readonly (readonly RowShape[])[];
}

/** Types that a deployed collection already has: column name → type. */
export type KnownTypes = ReadonlyMap<string, ColumnType>;

/** Names and types of one collection's columns, over all of its files. `explode`: for each file, its columns a row. */
export function planCollection(
  names: EventNames,
  files: readonly JudgedSource[],
  explode: readonly (number | undefined)[],
  settings: MappingSettings,
  known: KnownTypes,
): PlannedCollection {
  const key = formatCollectionPath(names);
  const variants = { ...settings.variants['*'], ...settings.variants[key] };
  const naming = new ColumnNaming(files, settings.columns);
  const totals = new ColumnTotals();
  const unnamed = new Map<number, UnnamedWidth & { columns: readonly TokenCounts[] }>();
  const shapes = files.map((file, i) => {
    const m = explode[i];
    const accepted = naming.shapesOf(i, m);
    for (const { columns } of accepted) totals.add(columns, []);
    for (const shape of file.census.shapes) {
      if (m !== undefined && shape.uncorrelated === shape.rows) continue;
      const named =
        variants[String(shape.width)] ??
        accepted.find(({ header, width }) => header === shape.header && width === shape.width)?.columns;
      if (named === undefined || shape.columns === undefined) addUnnamed(unnamed, file.name, shape);
      else totals.add(named, shape.columns);
    }
    const exploded = file.census.exploded.find((census) => census.m === m);
    if (exploded !== undefined) {
      totals.add(accepted.find(({ width }) => width === m)?.columns ?? [], exploded.columns);
    }
    return accepted;
  });
  if (settings.keepAmlColumns) {
    for (const file of files) totals.add(CORRELATION_COLUMNS, file.census.amlColumns);
  }
  const plan: CollectionPlan = {
    ...names,
    columns: totals.result().map(([name, counts]) => planColumn(name, counts, known)),
    variants,
    unnamed: [...unnamed.values()].map((width) => ({
      ...width,
      columns: width.columns.map((counts) => ({ ...counts, type: columnType(counts.counts) })),
    })),
    renames: naming.renames(),
  };
  return { plan, shapes };
}

/** Counts by column name, over all kinds of rows and files; columns in the order of their first appearance. */
class ColumnTotals {
  readonly #totals = new Map<string, TokenCounts>();

  add(names: readonly string[], columns: readonly TokenCounts[]): void {
    for (const [n, name] of names.entries()) {
      const sum = this.#totals.get(name) ?? { counts: {}, samples: {} };
      this.#totals.set(name, addCounts(sum, columns[n] ?? { counts: {}, samples: {} }));
    }
  }

  result(): [string, TokenCounts][] {
    return [...this.#totals];
  }
}

function planColumn(name: string, counts: TokenCounts, known: KnownTypes): ColumnPlan {
  const given = known.get(name);
  const type = given === undefined || given === 'null' ? columnType(counts.counts) : given;
  return { name, type, ...counts };
}

function addUnnamed(
  unnamed: Map<number, UnnamedWidth & { columns: readonly TokenCounts[] }>,
  source: string,
  shape: JudgedSource['census']['shapes'][number],
): void {
  const { width, rows, example, columns = [] } = shape;
  const known = unnamed.get(width);
  const merged = known?.columns.map((counts, i) =>
    addCounts(counts, columns[i] ?? { counts: {}, samples: {} }),
  );
  unnamed.set(width, {
    width,
    rows: rows + (known?.rows ?? 0),
    files: 1 + (known?.files ?? 0),
    example: known?.example ?? { source, ...example },
    columns: (merged ?? columns) as UnnamedWidth['columns'],
  });
}
