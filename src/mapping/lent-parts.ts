import type { ParsedRow } from '../csv/parse-rows.js';
import { correlatedEventId } from '../event/event-id.js';
import type { EncodedLine } from './encode-line.js';
import type { EventPart } from './event-part.js';
import type { PartWriter } from './part-writer.js';
import type { LentCorrelation } from './source-mapping.js';

/** Uncorrelated predictions that borrow the correlation of the day's inputs, in order → the parts of those. */
export class LentParts {
  readonly #writer: PartWriter;
  #part: EventPart | undefined;

  constructor(writer: PartWriter) {
    this.#writer = writer;
  }

  /** Every row takes the next input row's place, also a rejected one. */
  add(row: ParsedRow, encoded: EncodedLine, lend: () => LentCorrelation): void {
    if ('rows' in encoded) {
      for (const one of encoded.rows) this.#writer.place(this.#partFor(lend()), row, one);
    } else {
      for (let i = 0; i < encoded.count; i += 1) {
        this.#writer.reject(this.#partFor(lend()), row, encoded.reason);
      }
    }
  }

  end(): void {
    this.#writer.finish(this.#part);
  }

  #partFor({ id, correlationId, place, timestamp }: LentCorrelation): EventPart {
    if (this.#part?.init.correlationId === correlationId) return this.#part;
    this.#writer.finish(this.#part);
    this.#part = this.#writer.open({
      id: correlatedEventId(this.#writer.mapping.path.collection, correlationId),
      correlationId,
      requestId: id,
      time: timestamp,
      ownId: id,
      firstPlace: place,
    });
    return this.#part;
  }
}
