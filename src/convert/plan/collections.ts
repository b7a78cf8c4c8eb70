import { formatCollectionPath } from '../../event/event-path.js';
import { CORRELATION_COLUMNS } from '../../legacy/correlation.js';
import { anonymousColumns, resolveColumnNames } from '../../mapping/column-names.js';
import { type ColumnType, columnType, type TokenCounts } from '../../mapping/column-types.js';
import type { EventNames } from '../../mapping/names.js';
import type { MappingSettings } from '../../mapping/settings.js';
import { addCounts } from '../census/column-census.js';
import type { CollectionPlan, ColumnPlan, RowShape, UnnamedWidth } from '../plan-file.js';
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
  const naming = new Naming(files, settings);
  const totals = new ColumnTotals();
  const unnamed = new Map<number, UnnamedWidth & { columns: readonly TokenCounts[] }>();
  const shapes = files.map((file, i) => {
    const m = explode[i];
    const accepted = naming.shapesOf(file, i, m);
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

/** Resolved names of every line of names in the collection, and names for files that have none. */
class Naming {
  /** For each file, for each of its lines of names. */
  readonly #resolved: (readonly string[] | undefined)[][];
  readonly #written: (readonly string[])[];
  readonly #names: (readonly string[])[];
  readonly #given: readonly string[] | undefined;

  constructor(files: readonly JudgedSource[], settings: MappingSettings) {
    this.#written = files.flatMap(({ census }) => census.names.filter((names) => names !== undefined));
    const given = settings.columns === undefined ? [] : [settings.columns];
    this.#names = resolveColumnNames([...this.#written, ...given]);
    this.#given = settings.columns === undefined ? undefined : this.#names.at(-1);
    let next = 0;
    this.#resolved = files.map(({ census }) =>
      census.names.map((names) => {
        if (names === undefined) return undefined;
        next += 1;
        return this.#names[next - 1];
      }),
    );
  }

  shapesOf({ census }: JudgedSource, file: number, explode: number | undefined): RowShape[] {
    const shapes: RowShape[] = [];
    for (const [header, names] of (this.#resolved[file] ?? []).entries()) {
      const widths =
        names === undefined
          ? census.shapes
              .filter((shape) => shape.header === header && shape.columns)
              .map(({ width }) => width)
          : [names.length];
      const all = new Set(explode === undefined ? widths : [...widths, explode]);
      for (const width of all) {
        const columns = names === undefined ? this.#withoutHeader(width) : names.slice(0, width);
        shapes.push({ header, width, columns });
      }
    }
    return shapes;
  }

  renames(): { from: string; to: string }[] {
    const renames = new Map<string, { from: string; to: string }>();
    this.#written.forEach((names, i) => {
      names.forEach((from, n) => {
        const to = this.#names[i]?.[n] ?? from;
        if (to !== from) renames.set(`${from}\0${to}`, { from, to });
      });
    });
    return [...renames.values()];
  }

  #withoutHeader(width: number): readonly string[] {
    if (this.#given?.length === width) return this.#given;
    const [first, ...others] = this.#names.filter((names) => names.length === width);
    const agreed = first !== undefined && others.every((names) => names.join('\0') === first.join('\0'));
    return agreed ? first : anonymousColumns(width);
  }
}
