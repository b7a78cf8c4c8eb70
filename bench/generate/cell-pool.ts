/**
 * Encoded stretches of a row (one cell or several, each with the comma behind it) to choose from. Formatting every number
 * anew would make the generator ten times slower than what it measures; pools are large enough that rows are distinct.
 */
export class CellPool {
  readonly count: number;
  readonly longest: number;
  readonly #bytes: Buffer;
  readonly #ends: Uint32Array;

  constructor(count: number, make: () => string) {
    const cells = Array.from({ length: count }, () => Buffer.from(make(), 'utf8'));
    this.count = count;
    this.longest = Math.max(...cells.map((cell) => cell.length));
    this.#bytes = Buffer.concat(cells);
    this.#ends = new Uint32Array(count + 1);
    cells.forEach((cell, i) => {
      this.#ends[i + 1] = this.#ends[i]! + cell.length;
    });
  }

  /** Copies a cell to `target` at `at`, and says where it ends there. */
  copy(cell: number, target: Buffer, at: number): number {
    const start = this.#ends[cell]!;
    const end = this.#ends[cell + 1]!;
    // Below this length a call to copy costs more than the loop.
    if (end - start < 24) {
      for (let i = start; i < end; i++) target[at++] = this.#bytes[i]!;
      return at;
    }
    return at + this.#bytes.copy(target, at, start, end);
  }
}
