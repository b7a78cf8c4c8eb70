import { formatCollectionPath } from '../../event/event-path.js';
import { CORRELATION_COLUMNS } from '../../legacy/correlation.js';
import { type ColumnType, columnType, type TokenCounts } from '../../mapping/column-types.js';
import type { EventNames } from '../../mapping/names.js';
import type { MappingSettings } from '../../mapping/settings.js';
import { addCounts } from '../census/column-census.js';
import type { CollectionPlan, ColumnPlan, RowShape, UnnamedWidth } from '../plan-file.js';
import type { ColumnNaming } from './column-naming.js';
import type { JudgedSource } from './judged-sources.js';

/** Types that a deployed collection already has: column name → type. */
export type KnownTypes = ReadonlyMap<string, ColumnType>;

type Unnamed = UnnamedWidth & { readonly columns: readonly TokenCounts[] };

/** Names and types of one collection's columns, over all of its sources. */
export class CollectionPlanner {
  readonly #names: EventNames;
  readonly #naming: ColumnNaming;
  readonly #settings: MappingSettings;
  readonly #known: KnownTypes;
  readonly #variants: CollectionPlan['variants'];
  readonly #totals = new ColumnTotals();
  readonly #amlTotals = new ColumnTotals();
  readonly #unnamed = new Map<number, Unnamed>();

  constructor(names: EventNames, naming: ColumnNaming, settings: MappingSettings, known: KnownTypes) {
    this.#names = names;
    this.#naming = naming;
    this.#settings = settings;
    this.#known = known;
    this.#variants = { ...settings.variants['*'], ...settings.variants[formatCollectionPath(names)] };
  }

  /** The next source, in their order. `explode`: its columns a row. Gives the columns of every accepted kind of its rows. */
  add({ name, census }: JudgedSource, explode: number | undefined): RowShape[] {
    const accepted = this.#naming.shapesOf(census, explode);
    for (const { columns } of accepted) this.#totals.add(columns, []);
    for (const shape of census.shapes) {
      if (explode !== undefined && shape.uncorrelated === shape.rows) continue;
      const named =
        this.#variants[String(shape.width)] ??
        accepted.find(({ header, width }) => header === shape.header && width === shape.width)?.columns;
      if (named === undefined || shape.columns === undefined) addUnnamed(this.#unnamed, name, shape);
      else this.#totals.add(named, shape.columns);
    }
    const exploded = census.exploded.find(({ m }) => m === explode);
    if (exploded !== undefined) {
      this.#totals.add(accepted.find(({ width }) => width === explode)?.columns ?? [], exploded.columns);
    }
    if (this.#settings.keepAmlColumns) this.#amlTotals.add(CORRELATION_COLUMNS, census.amlColumns);
    return accepted;
  }

  /** Rows of a source that no names are for, if they are not exploded. */
  unnamedRows({ census }: JudgedSource, accepted: readonly RowShape[]): number {
    const named = new Set(accepted.map(({ header, width }) => `${header} ${width}`));
    const unnamed = census.shapes.filter(
      ({ header, width }) => !named.has(`${header} ${width}`) && this.#variants[String(width)] === undefined,
    );
    return unnamed.reduce((sum, { rows }) => sum + rows, 0);
  }

  /** After the last source. */
  plan(): CollectionPlan {
    for (const [name, counts] of this.#amlTotals.result()) this.#totals.add([name], [counts]);
    return {
      ...this.#names,
      columns: this.#totals.result().map(([name, counts]) => planColumn(name, counts, this.#known)),
      variants: this.#variants,
      unnamed: [...this.#unnamed.values()].map((width) => ({
        ...width,
        columns: width.columns.map((counts) => ({ ...counts, type: columnType(counts.counts) })),
      })),
      renames: this.#naming.renames(),
    };
  }
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
  unnamed: Map<number, Unnamed>,
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
