import { CallParts } from './call-parts.js';
import { encodeLine } from './encode-line.js';
import type { DataRow } from './legacy-lines.js';
import { LentParts } from './lent-parts.js';
import { PackedParts } from './packed-parts.js';
import { type PartSink, PartWriter } from './part-writer.js';
import type { LentCorrelation, SourceMapping } from './source-mapping.js';

/**
 * Rows of one source, in order → its events and rejects. Memory: the rows of the calls in the window (see `CallWindow`), of one
 * pack of uncorrelated rows, and the ids that come back.
 */
export class RowsToEvents {
  readonly #writer: PartWriter;
  readonly #calls: CallParts;
  readonly #packs: PackedParts;
  readonly #lent: LentParts;
  /** Rows added by explosion. */
  exploded = 0;

  /** `ordinal`: rows before the first one, in its source. */
  constructor(mapping: SourceMapping, sink: PartSink, ordinal = 0) {
    this.#writer = new PartWriter(mapping, sink);
    this.#writer.ordinal = ordinal;
    this.#calls = new CallParts(this.#writer);
    this.#packs = new PackedParts(this.#writer);
    this.#lent = new LentParts(this.#writer);
  }

  /** Calls that began because their first rows were no longer open. */
  get late(): number {
    return this.#calls.late;
  }

  /** `lend` gives the next input row's correlation, for uncorrelated rows that borrow one. */
  add(line: DataRow, lend?: () => LentCorrelation): void {
    const { row, correlation } = line;
    const encoded = encodeLine(line, this.#writer.mapping);
    if (correlation !== undefined && correlation.id !== '') {
      this.#calls.add(row, correlation, encoded);
    } else if (lend !== undefined) {
      this.exploded += ('rows' in encoded ? encoded.rows.length : encoded.count) - 1;
      this.#lent.add(row, encoded, lend);
    } else if ('rows' in encoded) {
      this.#calls.interrupt();
      this.exploded += encoded.rows.length - 1;
      this.#packs.add(row, correlation, encoded.rows);
    } else if (correlation !== undefined || !this.#calls.adopt(row, encoded.reason)) {
      this.#calls.interrupt();
      this.#writer.rejectAlone(row, encoded.reason);
    }
  }

  end(): void {
    this.#calls.end();
    this.#packs.end();
    this.#lent.end();
  }
}
