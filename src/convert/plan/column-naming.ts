import { anonymousColumns, type HeaderNames, resolveColumnNames } from '../../mapping/column-names.js';
import type { RowShape } from '../plan-file.js';
import type { JudgedSource } from './header-verdicts.js';

/** The column names of one collection's files: of every line of names, and for rows that stand under none. */
export class ColumnNaming {
  readonly #files: readonly JudgedSource[];
  /** For each file, the names of its header lines, as written and resolved. Only a first header can be missing. */
  readonly #written: readonly (readonly HeaderNames[])[];
  readonly #resolved: readonly (readonly HeaderNames[])[];
  readonly #given: HeaderNames | undefined;

  /** `given`: names for files without a header, as the user wrote them. */
  constructor(files: readonly JudgedSource[], given: HeaderNames | undefined) {
    this.#files = files;
    this.#written = files.map(({ census }) => census.names.filter((names) => names !== undefined));
    this.#resolved = resolveColumnNames(given === undefined ? this.#written : [...this.#written, [given]]);
    this.#given = given === undefined ? undefined : this.#resolved.at(-1)?.[0];
  }

  /** The columns of every kind of row that is accepted in a file. `explode`: the number of columns of an exploded row. */
  shapesOf(file: number, explode: number | undefined): RowShape[] {
    const census = this.#files[file]?.census;
    if (census === undefined) return [];
    const exploded = explode === undefined ? [] : [explode];
    const resolved = this.#resolved[file] ?? [];
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
      columns: this.#withoutHeader(file, width),
    }));
    return [...unnamed, ...shapes];
  }

  renames(): { from: string; to: string }[] {
    const renames = new Map<string, { from: string; to: string }>();
    const resolved = this.#resolved.flat();
    for (const [i, names] of this.#written.flat().entries()) {
      for (const [n, from] of names.entries()) {
        const to = resolved[i]?.[n] ?? from;
        if (to !== from) renames.set(`${from}\0${to}`, { from, to });
      }
    }
    return [...renames.values()];
  }

  /** What the user gave, or what all other files with that width agree on, or numbers. */
  #withoutHeader(file: number, width: number): HeaderNames {
    if (this.#given?.length === width) return this.#given;
    const others = this.#resolved.filter((_, i) => i !== file).flat();
    const [first, ...rest] = others.filter((names) => names.length === width);
    const agreed = first !== undefined && rest.every((names) => names.join('\0') === first.join('\0'));
    return agreed ? first : anonymousColumns(width);
  }
}
