import { anonymousColumns, type HeaderNames, resolveColumnNames } from '../../mapping/column-names.js';
import type { FileCensus } from '../census/file-census.js';
import type { RowShape } from '../plan-file.js';
import type { HeaderLines } from './header-lines-count.js';

interface Resolved {
  readonly written: HeaderLines;
  readonly resolved: HeaderLines;
  /** Sources with these lines. */
  readonly files: number;
}

/** The column names of one collection's sources: of every line of names, and for rows that stand under none. */
export class ColumnNaming {
  /** By the lines as JSON; in the order of the first sources. */
  readonly #lines = new Map<string, Resolved>();
  readonly #given: HeaderNames | undefined;

  /** `lines`: as often as sources have them. `given`: names for sources without a header, as the user wrote them. */
  constructor(lines: ReadonlyMap<HeaderLines, number>, given: HeaderNames | undefined) {
    const written = [...lines.keys()];
    const times = [...lines.values()];
    const resolved = resolveColumnNames(given === undefined ? written : [...written, [given]], times);
    for (const [i, of] of written.entries()) {
      this.#lines.set(JSON.stringify(of), {
        written: of,
        resolved: resolved[i] ?? [],
        files: times[i] ?? 0,
      });
    }
    this.#given = given === undefined ? undefined : resolved.at(-1)?.[0];
  }

  /** The columns of every kind of row that is accepted in a source. `explode`: the number of columns of an exploded row. */
  shapesOf(census: FileCensus, explode: number | undefined): RowShape[] {
    const exploded = explode === undefined ? [] : [explode];
    const own = this.#lines.get(JSON.stringify(census.names.filter((names) => names !== undefined)));
    const resolved = own?.resolved ?? [];
    const missing = census.names.length - resolved.length;
    const shapes = resolved.flatMap((names, i) =>
      [...new Set([names.length, ...exploded])].map((width) => ({
        header: i + missing,
        width,
        columns: names.slice(0, width),
      })),
    );
    if (missing === 0) return shapes;
    const counted = census.shapes.filter(({ header, columns }) => header === 0 && columns !== undefined);
    const widths = new Set([...counted.map(({ width }) => width), ...exploded]);
    const unnamed = [...widths].map((width) => ({
      header: 0,
      width,
      columns: this.#withoutHeader(own, width),
    }));
    return [...unnamed, ...shapes];
  }

  renames(): { from: string; to: string }[] {
    const renames = new Map<string, { from: string; to: string }>();
    for (const { written, resolved } of this.#lines.values()) {
      for (const [i, names] of written.entries()) {
        for (const [n, from] of names.entries()) {
          const to = resolved[i]?.[n] ?? from;
          if (to !== from) renames.set(`${from}\0${to}`, { from, to });
        }
      }
    }
    return [...renames.values()];
  }

  /** What the user gave, or what all other sources with that width agree on, or numbers. */
  #withoutHeader(own: Resolved | undefined, width: number): HeaderNames {
    if (this.#given?.length === width) return this.#given;
    const others = [...this.#lines.values()]
      .filter((lines) => lines !== own || lines.files > 1)
      .flatMap(({ resolved }) => resolved);
    const [first, ...rest] = others.filter((names) => names.length === width);
    const agreed = first !== undefined && rest.every((names) => names.join('\0') === first.join('\0'));
    return agreed ? first : anonymousColumns(width);
  }
}
