import { shortestOfFloat32 } from '../../legacy/float32-digits.js';
import { type ColumnKind, type ColumnKinds, kindOf } from '../../legacy/python-csv.js';
import { type Cell, hasPlainFloat32Repr, hasPlainRepr } from '../../legacy/python-repr.js';

/** Wider rows' numbers are written one by one: the text of all of them at once would have no bound. */
const MAX_DOUBLES = 4096;

/** Whether a number's JSON is Python's repr of it, and its digits are costly to find. */
export function isPlainDouble(x: number, kind: ColumnKind): boolean {
  return kind === 'float32' ? hasPlainFloat32Repr(x) : hasPlainRepr(x);
}

/** The digits of a row's plain doubles, found once for both layouts: that is most of what a call costs. */
export class PlainDoubles {
  readonly #doubles: number[] = [];
  #cells: ArrayLike<Cell> | undefined;
  #kinds: ColumnKinds = 'plain';
  #json = '';

  /** To be called before each call's rows: the caller may have filled the same array again. */
  forget(): void {
    this.#cells = undefined;
  }

  /**
   * Of those cells that are such, in their order: `[0.5,2.25]`; empty where there are none. One JSON.stringify for all of a row
   * takes half the time of a String() for each: it makes no strings and asks no cache between them.
   */
  json(cells: ArrayLike<Cell>, kinds: ColumnKinds): string {
    if (cells === this.#cells && kinds === this.#kinds) return this.#json;
    this.#json = this.#find(cells, kinds) === 0 ? '' : JSON.stringify(this.#doubles);
    this.#cells = cells;
    this.#kinds = kinds;
    return this.#json;
  }

  /** Whether the row last asked about is nothing but such numbers. */
  isWholeRow(cells: ArrayLike<Cell>): boolean {
    return this.#doubles.length > 0 && this.#doubles.length === cells.length;
  }

  #find(cells: ArrayLike<Cell>, kinds: ColumnKinds): number {
    const doubles = this.#doubles;
    let count = 0;
    for (let i = 0; i < cells.length && cells.length <= MAX_DOUBLES; i += 1) {
      const cell = cells[i];
      if (typeof cell !== 'number') continue;
      const kind = kindOf(kinds, i);
      if (!isPlainDouble(cell, kind)) continue;
      doubles[count] = kind === 'float32' ? shortestOfFloat32(cell) : cell;
      count += 1;
    }
    // Appending and cutting keep the array's elements doubles without holes, which JSON.stringify is quick with.
    if (doubles.length > count) doubles.length = count;
    return count;
  }
}
