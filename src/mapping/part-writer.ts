import type { ParsedRow } from '../csv/parse-rows.js';
import type { EncodedRow } from './encode-line.js';
import { EventPart, type PartInit } from './event-part.js';
import { finishPart, type PartOutcome } from './finish-part.js';
import { formatReject, type RejectReason } from './reject.js';
import type { SourceMapping } from './source-mapping.js';

/** Where outcomes go. Slots are reserved in the order of first rows and filled in any order. */
export interface PartSink {
  reserve(): number;
  fill(slot: number, outcome: PartOutcome): void;
}

/** Opens, fills and finishes the parts of one source, and counts its rows: every row placed takes the next ordinal. */
export class PartWriter {
  readonly mapping: SourceMapping;
  readonly #sink: PartSink;
  /** Of the next row: 0-based, after explosion; a rejected row counts one. */
  ordinal = 0;

  constructor(mapping: SourceMapping, sink: PartSink) {
    this.mapping = mapping;
    this.#sink = sink;
  }

  open(init: PartInit): EventPart {
    const part = new EventPart(this.#sink.reserve(), init);
    if (init.ownId !== undefined) part.liveRows = this.mapping.live?.rowsOf(init.ownId, init.time) ?? 0;
    return part;
  }

  place(part: EventPart, row: ParsedRow, encoded: EncodedRow): void {
    part.add(row, encoded);
    this.ordinal += 1;
  }

  /** The row takes a place in the part, and takes the part along. */
  reject(part: EventPart, row: ParsedRow, reason: RejectReason): void {
    part.addRejected(row, this.ordinal, reason);
    this.ordinal += 1;
  }

  /** The row is nobody's. */
  rejectAlone(row: ParsedRow, reason: RejectReason): void {
    this.#sink.fill(this.#sink.reserve(), {
      kind: 'rejected',
      rejects: [{ reason, line: formatReject(this.mapping.sourceName, row, reason) }],
    });
    this.ordinal += 1;
  }

  /** Live events have the row, which is of no call. */
  leaveOut(): void {
    this.#sink.fill(this.#sink.reserve(), { kind: 'existing', rows: 1 });
    this.ordinal += 1;
  }

  finish(part: EventPart | undefined): void {
    if (part !== undefined) this.#sink.fill(part.slot, finishPart(part, this.mapping));
  }
}
