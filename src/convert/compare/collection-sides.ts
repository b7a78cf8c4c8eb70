import { addKinds, type KindCounts } from './column-table.js';
import { type EventsSide, type FileSide, HourSums } from './compare-task.js';

/** What all files of one side of a collection say together, beside their calls. */
export class SideTotals {
  files = 0;
  bytes = 0;
  rows = 0;
  unreadable = 0;
  /** Epoch milliseconds. */
  newest: number = Number.NEGATIVE_INFINITY;
  /** The first by its file's name. */
  unreadableExample: { readonly object: string; readonly text: string } | undefined;
  readonly uncorrelated: HourSums = new HourSums();

  add(object: string, file: FileSide): void {
    this.files += 1;
    this.bytes += file.bytes;
    this.rows += file.rows;
    this.unreadable += file.unreadable;
    if (file.newest !== undefined && file.newest > this.newest) this.newest = file.newest;
    for (const { hour, rows, sumA, sumB } of file.uncorrelated) this.uncorrelated.add(hour, rows, sumA, sumB);
    const example = file.unreadableExample;
    if (example === undefined) return;
    if (this.unreadableExample !== undefined && this.unreadableExample.object <= object) return;
    const place = example.line === undefined ? `byte ${example.offset}` : `line ${example.line}`;
    this.unreadableExample = { object, text: `${object}, ${place}: ${example.why}` };
  }
}

/** Both sides of all collections, but for their calls. */
export class CollectionSides {
  /** By number. */
  readonly paths: readonly string[];
  readonly #sides: readonly { readonly legacy: SideTotals; readonly v2: SideTotals }[];
  readonly #columns: readonly Map<string, KindCounts>[];

  constructor(paths: readonly string[]) {
    this.paths = paths;
    this.#sides = paths.map(() => ({ legacy: new SideTotals(), v2: new SideTotals() }));
    this.#columns = paths.map(() => new Map());
  }

  addEvents(object: string, file: EventsSide): void {
    this.#sides[file.collection]?.v2.add(object, file);
    const columns = this.#columns[file.collection];
    for (const [name, counts] of file.columns) columns?.set(name, addKinds(columns.get(name), counts));
  }

  addLegacy(object: string, file: FileSide): void {
    this.#sides[file.collection]?.legacy.add(object, file);
  }

  columnsOf(collection: number): ReadonlyMap<string, KindCounts> {
    return this.#columns[collection] ?? new Map();
  }

  of(collection: number): { readonly legacy: SideTotals; readonly v2: SideTotals } {
    return this.#sides[collection] ?? { legacy: new SideTotals(), v2: new SideTotals() };
  }
}
