import type { DataRow } from '../../mapping/legacy-lines.js';
import { ColumnCensus } from './column-census.js';
import type { Example, FileCensus, ShapeCensus } from './file-census.js';
import { exampleOf } from './in-words.js';
import { append, EMPTY_SEQUENCE, type SequenceDigest } from './sequence-digest.js';

/** Columns counted in one file, over all kinds of rows: keeps a file of ten thousand widths from taking all memory. */
const MAX_COUNTED_COLUMNS = 250_000;

interface Counter {
  readonly header: number;
  readonly width: number;
  readonly example: Example;
  readonly columns: ColumnCensus | undefined;
  rows: number;
  uncorrelated: number;
}

interface Explosion {
  readonly m: number;
  readonly columns: ColumnCensus;
  /** Absent once a row's width was no multiple of m. */
  sizes: SequenceDigest | undefined;
}

/** Counts rows by width and line of names; for predictions also what their uncorrelated rows would be as many rows each. */
export class ShapeCounter {
  readonly #counters = new Map<string, Counter>();
  readonly #explosions: Explosion[] = [];
  #counted = 0;

  constructor(explodable: boolean) {
    if (explodable) this.#explosions.push({ m: 1, columns: new ColumnCensus(1), sizes: EMPTY_SEQUENCE });
  }

  /** The first header's number of names is known. */
  explodeInto(m: number): void {
    if (this.#explosions.length === 0 || m <= 1) return;
    this.#explosions.push({ m, columns: new ColumnCensus(m), sizes: EMPTY_SEQUENCE });
  }

  /** Takes a row that is not spoilt. */
  add(line: DataRow): void {
    const { row, width, header } = line;
    const key = `${header} ${width}`;
    const counter = this.#counters.get(key) ?? this.#begin(key, line);
    counter.rows += 1;
    counter.columns?.add(row.fields, width);
    if (line.correlation !== undefined && line.correlation.id !== '') return;
    counter.uncorrelated += 1;
    for (const explosion of this.#explosions) {
      const { m, sizes } = explosion;
      explosion.sizes = sizes === undefined || width % m !== 0 ? undefined : append(sizes, width / m);
      explosion.columns.add(row.fields, width);
    }
  }

  shapes(): ShapeCensus[] {
    return [...this.#counters.values()].map(({ columns, ...counts }) => ({
      ...counts,
      ...(columns === undefined ? {} : { columns: columns.result() }),
    }));
  }

  exploded(): FileCensus['exploded'] {
    return this.#explosions.map(({ m, columns, sizes }) => ({
      m,
      columns: columns.result(),
      ...(sizes === undefined ? {} : { sizes }),
    }));
  }

  #begin(key: string, { row, width, header }: DataRow): Counter {
    this.#counted += width;
    const counter: Counter = {
      header,
      width,
      example: exampleOf(row),
      columns: this.#counted <= MAX_COUNTED_COLUMNS ? new ColumnCensus(width) : undefined,
      rows: 0,
      uncorrelated: 0,
    };
    this.#counters.set(key, counter);
    return counter;
  }
}
