import type { HeaderNames } from '../../mapping/column-names.js';
import { Table } from './table.js';

/** The header lines of a source as written; only a first header can be missing, and is left out. */
export type HeaderLines = readonly HeaderNames[];

/** How many sources of each collection have which header lines: a few for a million. */
export class HeaderLinesCount {
  readonly #lines = new Table<HeaderLines>();
  readonly #counts: Map<HeaderLines, number>[] = [];

  /** The next source, in their order. */
  add(collection: number, written: HeaderLines): void {
    const index = this.#lines.indexOf(JSON.stringify(written), () => written);
    const lines = this.#lines.items[index] ?? written;
    const counts = this.#counts[collection] ?? new Map<HeaderLines, number>();
    this.#counts[collection] = counts.set(lines, (counts.get(lines) ?? 0) + 1);
  }

  /** Of a collection, in the order of the first sources. */
  of(collection: number): ReadonlyMap<HeaderLines, number> {
    return this.#counts[collection] ?? new Map();
  }
}
