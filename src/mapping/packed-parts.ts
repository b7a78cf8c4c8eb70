import { encodeText } from '../csv/byte-string.js';
import type { ParsedRow } from '../csv/parse-rows.js';
import { uncorrelatedEventId } from '../event/event-id.js';
import { hourOf } from '../event/event-path.js';
import { type Correlation, requestIdOf } from '../legacy/correlation.js';
import type { EncodedRow } from './encode-line.js';
import type { EventPart } from './event-part.js';
import type { PartWriter } from './part-writer.js';
import { MAX_EVENT_ROWS } from './source-mapping.js';

/** Rows without a correlation id → packs, in the order of the file; correlated rows between them end no pack. */
export class PackedParts {
  readonly #writer: PartWriter;
  #pack: EventPart | undefined;

  constructor(writer: PartWriter) {
    this.#writer = writer;
  }

  /** `correlation`: the eight values of a row whose id is empty. */
  add(row: ParsedRow, correlation: Correlation | undefined, encoded: readonly EncodedRow[]): void {
    const { live } = this.#writer.mapping;
    for (const one of encoded) {
      if (live?.take(one.json) === true) this.#writer.leaveOut();
      else this.#writer.place(this.#packFor(correlation), row, one);
    }
  }

  end(): void {
    this.#writer.finish(this.#pack);
  }

  /** A pack holds rows of one clock hour. Only rows with the eight values have a time of their own. */
  #packFor(correlation: Correlation | undefined): EventPart {
    const { path, sourceName, folderTime } = this.#writer.mapping;
    const time = correlation?.timestamp ?? folderTime;
    const pack = this.#pack;
    if (pack !== undefined && pack.rows.length < MAX_EVENT_ROWS && hourOf(pack.init.time) === hourOf(time)) {
      return pack;
    }
    this.#writer.finish(pack);
    const id = uncorrelatedEventId(path.collection, encodeText(sourceName), this.#writer.ordinal);
    this.#pack = this.#writer.open({
      id,
      correlationId: id,
      requestId: requestIdOf(correlation) ?? id,
      time,
      firstPlace: 0,
    });
    return this.#pack;
  }
}
